/* nn/encode.c - texts and classes become conditions.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/caption.h"
#include "base/words.h"

#include "base/banned.h"

enum { LEAST_VALUES = 64 };

/* ---- words and features ---- */

/* A part of a text. */
typedef struct span {
    const char *at;
    size_t length;
} span;

static uint32_t hash_bytes(uint32_t hash, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)s[i]) * 16777619u;
    return hash;
}

static uint32_t hash_feature(char sort, span first, span second)
{
    uint32_t hash = hash_bytes(2166136261u, &sort, 1);
    hash = hash_bytes(hash, ":", 1);
    hash = hash_bytes(hash, first.at, first.length);
    if (second.at) {
        hash = hash_bytes(hash, " ", 1);
        hash = hash_bytes(hash, second.at, second.length);
    }
    return hash ^ hash >> 16;
}

/* Who is told of each feature of a text, by its hash and weight. */
typedef struct feature_sink {
    status (*take)(void *context, uint32_t hash, double weight);
    void *context;
} feature_sink;

static size_t letter_length(const char *s)
{
    size_t n = 1;
    while (((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* The letters of "<word>" in threes. */
static status send_letters(span word, feature_sink to)
{
    static const char begin[] = "<", end[] = ">";
    size_t letters = 0, length[2] = { 1, 0 };
    char window[3 * 8];
    for (size_t i = 0; i < word.length; i += letter_length(word.at + i))
        letters++;
    /* Two letters and the next one: as many threes as letters. */
    double weight = 1 / sqrt((double)letters);
    memcpy(window, begin, 1);
    length[1] = letter_length(word.at);
    if (length[1] > 4)
        length[1] = 4; /* not valid UTF-8, which nobody gives */
    memcpy(window + 1, word.at, length[1]);
    for (size_t i = letter_length(word.at);; i += letter_length(word.at + i)) {
        bool last = i >= word.length;
        const char *next = last ? end : word.at + i;
        size_t n = last ? 1 : letter_length(next), before = length[0] + length[1];
        n = n > 4 ? 4 : n;
        memcpy(window + before, next, n);
        TRY(to.take(to.context, hash_feature('l', (span){ window, before + n }, (span){ 0 }),
                    weight));
        if (last)
            return STATUS_OK;
        memmove(window, window + length[0], length[1] + n);
        length[0] = length[1];
        length[1] = n;
    }
}

/* All features of a text; where v is NULL, all words are known. */
static status send_features(const vocabulary *v, const char *words, feature_sink to)
{
    static const double of_word = 1, of_pair = 0.5;
    const span nothing = { "", 0 };
    span before = nothing, word;
    while (caption_word(&words, &word.at, &word.length)) {
        TRY(send_letters(word, to));
        if (v && !vocabulary_knows(v, word.at, word.length))
            continue;
        TRY(to.take(to.context, hash_feature('w', word, (span){ 0 }), of_word));
        TRY(to.take(to.context, hash_feature('p', before, word), of_pair));
        before = word;
    }
    if (before.length == 0)
        return STATUS_OK;
    return to.take(to.context, hash_feature('p', before, nothing), of_pair);
}

/* ---- the vocabulary ---- */

static status copy_words(vocabulary *v, const word_list *l)
{
    const counted_word *words = l->words;
    size_t count = l->count;
    size_t bytes = 1, at = 0;
    for (size_t i = 0; i < count; i++)
        bytes += words[i].length + 1;
    v->text = malloc(bytes);
    v->words = malloc((count + 1) * sizeof *v->words);
    if (!v->text || !v->words)
        return status_fail(STATUS_MEMORY, "out of memory for a vocabulary");
    for (size_t i = 0; i < count; i++) {
        counted_word w = words[i];
        v->words[v->count++] = v->text + at;
        memcpy(v->text + at, w.at, w.length);
        v->text[at + w.length] = 0;
        at += w.length + 1;
    }
    return STATUS_OK;
}

typedef struct hash_list {
    uint32_t *hashes; /* NULL: they are only counted */
    size_t count;
} hash_list;

static status take_hash(void *context, uint32_t hash, double weight)
{
    hash_list *l = context;
    (void)weight;
    if (l->hashes)
        l->hashes[l->count] = hash;
    l->count++;
    return STATUS_OK;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static status choose_size(vocabulary *v, const char *const *texts, int count)
{
    hash_list l = { 0 };
    size_t different = 0;
    for (int turn = 0; turn < 2; turn++) {
        l.count = 0;
        for (int i = 0; i < count; i++)
            TRY(send_features(v, texts[i], (feature_sink){ take_hash, &l }));
        if (turn == 0)
            l.hashes = malloc((l.count + 1) * sizeof *l.hashes);
        if (!l.hashes)
            return status_fail(STATUS_MEMORY, "out of memory for the features of captions");
    }
    qsort(l.hashes, l.count, sizeof *l.hashes, by_value);
    for (size_t i = 0; i < l.count; i++)
        different += i == 0 || l.hashes[i] != l.hashes[i - 1];
    free(l.hashes);
    v->size = LEAST_VALUES;
    while (v->size < ENCODE_MOST_VALUES && (size_t)v->size < 2 * different)
        v->size *= 2;
    return STATUS_OK;
}

status vocabulary_learn(vocabulary *v, const char *const *texts, int count)
{
    word_list l;
    *v = (vocabulary){ 0 };
    TRY(words_count(&l, texts, NULL, count));
    if (l.count > VOCABULARY_MOST_WORDS) {
        words_by_times(&l);
        l.count = VOCABULARY_MOST_WORDS;
        words_by_bytes(&l);
    }
    status s = copy_words(v, &l);
    words_free(&l);
    return s == STATUS_OK ? choose_size(v, texts, count) : s;
}

status vocabulary_open(vocabulary *v, const char *words, int size)
{
    size_t count = 0;
    *v = (vocabulary){ .size = size };
    if (size < LEAST_VALUES || size > ENCODE_MOST_VALUES || (size & (size - 1)) != 0)
        return status_fail(STATUS_FORMAT,
                           "expected conditions of 64 to %d values, a power of two, "
                           "found %d",
                           ENCODE_MOST_VALUES, size);
    v->text = malloc(strlen(words) + 1);
    v->words = malloc((strlen(words) / 2 + 1) * sizeof *v->words);
    if (!v->text || !v->words)
        return status_fail(STATUS_MEMORY, "out of memory for a vocabulary");
    memcpy(v->text, words, strlen(words) + 1);
    for (char *at = v->text; *at != 0; count++) {
        size_t length = strcspn(at, " ");
        if (length == 0 || (at[length] == ' ' && at[length + 1] == 0))
            return status_fail(STATUS_FORMAT,
                               "expected words with one space between them, found "
                               "\"%.40s\"",
                               words + (at - v->text));
        bool last = at[length] == 0;
        at[length] = 0;
        if (count > 0 && strcmp(v->words[count - 1], at) >= 0)
            return status_fail(STATUS_FORMAT,
                               "expected words in the order of their bytes, found "
                               "\"%.20s\" after \"%.20s\"",
                               at, v->words[count - 1]);
        v->words[count] = at;
        at += length + !last;
    }
    if (count > VOCABULARY_MOST_WORDS)
        return status_fail(STATUS_FORMAT, "expected at most %d words, found %zu",
                           VOCABULARY_MOST_WORDS, count);
    v->count = (int)count;
    return STATUS_OK;
}

void vocabulary_close(vocabulary *v)
{
    free(v->text);
    free(v->words);
    *v = (vocabulary){ 0 };
}

void vocabulary_write(const vocabulary *v, text *t)
{
    for (int i = 0; i < v->count; i++)
        text_add(t, "%s%s", i > 0 ? " " : "", v->words[i]);
}

bool vocabulary_knows(const vocabulary *v, const char *word, size_t length)
{
    int low = 0, high = v->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        const char *w = v->words[middle];
        int order = words_compare(w, strlen(w), word, length);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* ---- conditions ---- */

static status add_feature(condition_list *l, size_t *count, condition_feature f)
{
    if (*count == l->feature_room) {
        size_t room = l->feature_room == 0 ? 256 : 2 * l->feature_room;
        condition_feature *more = realloc(l->table.features, room * sizeof *more);
        if (!more || room > UINT32_MAX)
            return status_fail(STATUS_MEMORY, "out of memory for conditions");
        l->table.features = more;
        l->feature_room = room;
    }
    l->table.features[(*count)++] = f;
    return STATUS_OK;
}

/* Ends the condition whose features were added up to `count`. */
static status end_condition(condition_list *l, size_t count)
{
    if ((size_t)l->table.count + 2 > l->room) {
        size_t room = l->room == 0 ? 64 : 2 * l->room;
        uint32_t *more = realloc(l->table.first, room * sizeof *more);
        if (!more)
            return status_fail(STATUS_MEMORY, "out of memory for conditions");
        l->table.first = more;
        l->room = room;
    }
    if (l->table.count == 0)
        l->table.first[0] = 0;
    l->table.first[++l->table.count] = (uint32_t)count;
    return STATUS_OK;
}

static size_t features_so_far(const condition_list *l)
{
    return l->table.count > 0 ? l->table.first[l->table.count] : 0;
}

status condition_add_class(condition_list *l, int class_number)
{
    size_t count = features_so_far(l);
    TRY(add_feature(l, &count, (condition_feature){ (uint32_t)class_number, 1 }));
    return end_condition(l, count);
}

typedef struct taking {
    condition_list *list;
    size_t count;
    double square;
} taking;

static status take_feature(void *context, uint32_t hash, double weight)
{
    taking *t = context;
    t->square += weight * weight;
    return add_feature(
        t->list, &t->count,
        (condition_feature){ hash & (uint32_t)(t->list->table.size - 1), (float)weight });
}

status condition_add_text(condition_list *l, const vocabulary *v, const char *words)
{
    taking t = { .list = l, .count = features_so_far(l) };
    size_t begin = t.count;
    TRY(send_features(v, words, (feature_sink){ take_feature, &t }));
    for (size_t i = begin; i < t.count; i++)
        l->table.features[i].weight = (float)((double)l->table.features[i].weight / sqrt(t.square));
    return end_condition(l, t.count);
}

/* At an end, where all weights of the other condition are 0, it adds nothing. */
static status add_share(condition_list *l, size_t *count, const condition_table *of, uint32_t id,
                        double share)
{
    for (uint32_t i = of->first[id]; share > 0 && i < of->first[id + 1]; i++) {
        condition_feature f = of->features[i];
        f.weight = (float)(share * (double)f.weight);
        TRY(add_feature(l, count, f));
    }
    return STATUS_OK;
}

status condition_add_between(condition_list *l, const condition_table *of, uint32_t a, uint32_t b,
                             double t)
{
    size_t count = features_so_far(l);
    TRY(add_share(l, &count, of, a, 1 - t));
    TRY(add_share(l, &count, of, b, t));
    return end_condition(l, count);
}

void condition_list_close(condition_list *l)
{
    free(l->table.first);
    free(l->table.features);
    *l = (condition_list){ 0 };
}
