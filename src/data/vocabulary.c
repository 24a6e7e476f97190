/* data/vocabulary.c - counts words.
 *
 * SPDX-License-Identifier: MIT */
#include "data/vocabulary.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/caption.h"

#include "base/banned.h"

/* Equal texts are the same pointer. */
static int compare_pointers(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    return (x > y) - (x < y);
}

static int compare_words(const void *a, const void *b)
{
    const word_count *x = a, *y = b;
    size_t n = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->word, y->word, n);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static int compare_counts(const void *a, const void *b)
{
    const word_count *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count) - (x->count > y->count)
                                : compare_words(a, b);
}

static size_t count_words(const char *s)
{
    const char *word;
    size_t length, n = 0;
    while (caption_word(&s, &word, &length))
        n++;
    return n;
}

/* Makes the words of the different texts, which are sorted, each with the text's number. */
static bool split(vocabulary *v, char *const *sorted, int count)
{
    size_t words = 0;
    for (int i = 0; i < count; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            words += count_words(sorted[i]);
    v->words = malloc((words + 1) * sizeof *v->words);
    if (!v->words)
        return false;
    for (int i = 0, next; i < count; i = next) {
        word_count w;
        const char *at = sorted[i];
        for (next = i; next < count && sorted[next] == sorted[i]; next++)
            ;
        w.count = (size_t)(next - i);
        while (caption_word(&at, &w.word, &w.length))
            v->words[v->count++] = w;
        v->different++;
    }
    return true;
}

/* Adds up the counts of equal words. */
static void join(vocabulary *v)
{
    size_t kept = 0;
    if (v->count > 0)
        qsort(v->words, v->count, sizeof *v->words, compare_words);
    for (size_t i = 0; i < v->count; i++) {
        if (kept > 0 && compare_words(&v->words[i], &v->words[kept - 1]) == 0)
            v->words[kept - 1].count += v->words[i].count;
        else
            v->words[kept++] = v->words[i];
    }
    v->count = kept;
    if (kept > 0)
        qsort(v->words, kept, sizeof *v->words, compare_counts);
}

status vocabulary_make(vocabulary *v, const captions *c)
{
    char **sorted = malloc(((size_t)c->count + 1) * sizeof *sorted);
    *v = (vocabulary){ 0 };
    bool done = sorted != NULL;
    if (done) {
        for (int i = 0; i < c->count; i++)
            sorted[i] = c->texts[i];
        qsort(sorted, (size_t)c->count, sizeof *sorted, compare_pointers);
        done = split(v, sorted, c->count);
    }
    free(sorted);
    if (!done)
        return status_fail(STATUS_MEMORY, "out of memory for the words of %d captions", c->count);
    join(v);
    return STATUS_OK;
}

void vocabulary_free(vocabulary *v)
{
    free(v->words);
    *v = (vocabulary){ 0 };
}
