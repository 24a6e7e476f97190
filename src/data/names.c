/* data/names.c - the names that mean something in a data set, as tables.
 *
 * SPDX-License-Identifier: MIT */
#include "data/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"

#include "base/banned.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is_among(const char *const *words, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(words[i], name) == 0)
            return true;
    return false;
}

/* ---- litter ---- */

bool name_is_litter(const char *name)
{
    static const char *const litter[] = {
        /* macOS */
        "__MACOSX",
        "Icon\r",
        "Network Trash Folder",
        "Temporary Items",
        /* Windows */
        "Thumbs.db",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "$RECYCLE.BIN",
        "RECYCLER",
        "System Volume Information",
        /* network storage */
        "@eaDir",
        "@Recycle",
        "@Recently-Snapshot",
        "@tmp",
        "@SynoResource",
        "#recycle",
        "#snapshot",
        "~snapshot",
        /* file systems and tools */
        "lost+found",
        "__pycache__",
    };
    return name[0] == '.' || is_among(litter, COUNT(litter), name);
}

/* ---- parts ---- */

static const char *const train_words[] = { "train", "training" };
static const char *const held_out_words[] = {
    "test", "testing", "tst",         "val",  "valid",      "validation", "validate",
    "dev",  "devel",   "development", "eval", "evaluation", "holdout",    "heldout",
};

/* Words that say nothing about the part. */
static const char *const fillers[] = {
    "dataset",  "data", "set",  "sets",  "images",  "image", "imgs", "img",
    "pictures", "pics", "part", "split", "samples", "seg",   "cls",
};

static int rank_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

enum { LONGEST = 64 };

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

/* Copies the words of a name in lower case without separators; true unless it is too long. Leaves
 * out words that are only fillers or numbers. */
static bool reduce(char out[LONGEST], const char *name)
{
    static const char separators[] = "-_ .()[]+";
    size_t used = 0;
    if (strlen(name) >= LONGEST)
        return false;
    while (*name) {
        char word[LONGEST];
        size_t n = strcspn(name, separators);
        for (size_t i = 0; i < n; i++)
            word[i] = (char)tolower((unsigned char)name[i]);
        word[n] = 0;
        strip(word);
        if (!is_among(fillers, COUNT(fillers), word) && strspn(word, "0123456789") < strlen(word)) {
            memcpy(out + used, word, strlen(word));
            used += strlen(word);
        }
        name += n;
        name += strspn(name, separators);
    }
    out[used] = 0;
    return true;
}

int name_train_rank(const char *name)
{
    char word[LONGEST];
    return reduce(word, name) ? rank_of(word, train_words, COUNT(train_words)) : -1;
}

int name_held_out_rank(const char *name)
{
    char word[LONGEST];
    return reduce(word, name) ? rank_of(word, held_out_words, COUNT(held_out_words)) : -1;
}

bool name_looks_held_out(const char *name)
{
    char stem[LONGEST];
    size_t n = strlen(name);
    if (name_held_out_rank(name) >= 0)
        return true;
    if (n < 2 || n >= LONGEST || !isupper((unsigned char)name[n - 1]) ||
        !islower((unsigned char)name[n - 2]))
        return false;
    memcpy(stem, name, n - 1);
    stem[n - 1] = 0;
    return name_held_out_rank(stem) >= 0;
}

/* ---- runs ---- */

static const char *const run_files[] = { "model.bin", "run.json", "metrics.csv" };

/* *found: how many of the names are in the folder. */
static status count_there(size_t *found, const char *folder, const char *const *names, size_t count)
{
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        char *path = NULL;
        bool there = false;
        TRY(path_join(&path, folder, names[i]));
        status s = file_find(path, &there);
        free(path);
        TRY(s);
        *found += there;
    }
    return STATUS_OK;
}

status name_run_is_in(bool *is, const char *folder)
{
    size_t found;
    TRY(count_there(&found, folder, run_files, COUNT(run_files)));
    *is = found >= 2;
    return STATUS_OK;
}

/* A run of many epochs has numbers of more digits. */
status name_run_pictures_are_in(bool *are, const char *folder)
{
    enum { LEAST_DIGITS = 4, MOST_DIGITS = 7 };
    *are = false;
    for (int digits = LEAST_DIGITS; digits <= MOST_DIGITS && !*are; digits++) {
        char fixed[32], fresh[32];
        const char *const names[] = { fixed, fresh };
        size_t found;
        snprintf(fixed, sizeof fixed, "epoch-%0*d.png", digits, 0);
        snprintf(fresh, sizeof fresh, "random-%0*d.png", digits, 0);
        TRY(count_there(&found, folder, names, COUNT(names)));
        *are = found == COUNT(names);
    }
    return STATUS_OK;
}

bool name_is_of_run(const char *name)
{
    static const char *const others[] = { "best.bin", "samples" };
    const size_t n = strlen(name), end = strlen(FILE_TEMPORARY);
    bool copy = strncmp(name, "model-", 6) == 0 && n > 4 && strcmp(name + n - 4, ".bin") == 0;
    bool unfinished = n > end && strcmp(name + n - end, FILE_TEMPORARY) == 0;
    return copy || unfinished || rank_of(name, run_files, COUNT(run_files)) >= 0 ||
           rank_of(name, others, COUNT(others)) >= 0;
}
