/* data/part_names.c - takes the names of folders apart into words.
 *
 * SPDX-License-Identifier: MIT */
#include "data/part_names.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/banned.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* The most usual words first. */
static const char *const train_words[] = { "train", "training", "trainval", "trn", "learn" };
static const char *const held_out_words[] = {
    "test",  "testing",     "tst",  "val",        "valid",   "validation", "validate", "dev",
    "devel", "development", "eval", "evaluation", "holdout", "heldout",    "t10k",     "unseen",
};

/* Words that say nothing about the part. */
static const char *const fillers[] = {
    "dataset",  "data", "set",  "sets",  "images",  "image", "imgs",   "img", "ims",
    "pictures", "pics", "part", "split", "samples", "seg",   "folder", "dir", "cls",
};

enum { LONGEST = PART_NAME_LONGEST, MOST_WORDS = 16 };

static int rank_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

/* Removes fillers and numbers from the end of a word, as long as something remains. */
static void strip(char *word)
{
    for (bool changed = true; changed;) {
        size_t n = strlen(word);
        changed = false;
        while (n > 1 && isdigit((unsigned char)word[n - 1]))
            word[--n] = 0;
        for (size_t i = 0; i < COUNT(fillers) && !changed; i++) {
            size_t end = strlen(fillers[i]);
            if (n > end && strcmp(word + n - end, fillers[i]) == 0) {
                word[n - end] = 0;
                changed = true;
            }
        }
    }
}

/* The length of the word at the beginning of the name: up to a separator, or to a capital after a
 * small letter ("TrainImages") or before one ("BSDTrain"). */
static size_t word_length(const char *name)
{
    size_t n = strcspn(name, "-_ .()[]+");
    for (size_t i = 1; i < n; i++) {
        bool capital = isupper((unsigned char)name[i]);
        if (capital && (islower((unsigned char)name[i - 1]) ||
                        (i + 1 < n && isupper((unsigned char)name[i - 1]) &&
                         islower((unsigned char)name[i + 1]))))
            return i;
    }
    return n;
}

/* The words of a name in lower case, without those that are only fillers, numbers or sizes
 * ("224x224"); returns how many there are, 0 also if the name is too long. */
static int split(char words[MOST_WORDS][LONGEST], const char *name)
{
    int count = 0;
    if (strlen(name) >= LONGEST)
        return 0;
    while (*name && count < MOST_WORDS) {
        char *word = words[count];
        size_t n = word_length(name);
        for (size_t i = 0; i < n; i++)
            word[i] = (char)tolower((unsigned char)name[i]);
        word[n] = 0;
        strip(word);
        bool number = isdigit((unsigned char)word[0]) && word[strspn(word, "0123456789x")] == 0;
        count += word[0] && !number && rank_of(word, fillers, COUNT(fillers)) < 0;
        name += n;
        name += strspn(name, "-_ .()[]+");
    }
    return count;
}

/* Joins words first .. last - 1. */
static void join(char out[LONGEST], char words[MOST_WORDS][LONGEST], int first, int last)
{
    size_t used = 0;
    for (int i = first; i < last; i++) {
        size_t n = strlen(words[i]);
        memcpy(out + used, words[i], n);
        used += n;
    }
    out[used] = 0;
}

/* The ranks of a word, or of two ("hold_out", "train-val"). */
static bool is_part(part_name *p, const char *word)
{
    int train = rank_of(word, train_words, COUNT(train_words));
    int held_out = rank_of(word, held_out_words, COUNT(held_out_words));
    if (train >= 0)
        p->train = train;
    if (held_out >= 0)
        p->held_out = held_out;
    return train >= 0 || held_out >= 0;
}

part_name part_name_of(const char *name)
{
    static const part_name none = { -1, -1, "" };
    part_name p = none;
    char words[MOST_WORDS][LONGEST], pair[LONGEST];
    int count = split(words, name);
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        if (i + 1 < count) {
            join(pair, words, i, i + 2);
            if (is_part(&p, pair)) {
                i++;
                continue;
            }
        }
        if (is_part(&p, words[i]))
            continue;
        memcpy(p.rest + used, words[i], strlen(words[i]) + 1);
        used += strlen(words[i]);
    }
    return p.train >= 0 && p.held_out >= 0 ? none : p;
}

int part_names_match(const part_name *train, const part_name *held_out)
{
    if (strcmp(train->rest, held_out->rest) == 0)
        return 0;
    return train->rest[0] == 0 || held_out->rest[0] == 0 ? 1 : -1;
}

bool part_name_looks_held_out(const char *name)
{
    part_name p = part_name_of(name);
    return p.held_out >= 0 && strlen(p.rest) <= 1;
}
