/* base/words.c - counts words.
 *
 * SPDX-License-Identifier: MIT */
#include "base/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/caption.h"

#include "base/banned.h"

int words_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int by_bytes(const void *a, const void *b)
{
    const counted_word *x = a, *y = b;
    return words_compare(x->at, x->length, y->at, y->length);
}

static int by_times(const void *a, const void *b)
{
    const counted_word *x = a, *y = b;
    return x->times != y->times ? (x->times < y->times) - (x->times > y->times) : by_bytes(a, b);
}

/* The number of words in a text; they are written to `to` unless that is NULL. */
static size_t split(const char *text, size_t times, counted_word *to)
{
    size_t count = 0;
    counted_word w = { .times = times };
    for (; caption_word(&text, &w.at, &w.length); count++)
        if (to)
            to[count] = w;
    return count;
}

static void sort(word_list *l, int (*order)(const void *, const void *))
{
    if (l->count > 0)
        qsort(l->words, l->count, sizeof *l->words, order);
}

/* Adds up the times of equal words, which are next to each other. */
static void join_equal(word_list *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->count; i++)
        if (kept > 0 && by_bytes(&l->words[kept - 1], &l->words[i]) == 0)
            l->words[kept - 1].times += l->words[i].times;
        else
            l->words[kept++] = l->words[i];
    l->count = kept;
}

status words_count(word_list *l, const char *const *texts, const size_t *times, int count)
{
    size_t all = 0;
    for (int i = 0; i < count; i++)
        all += split(texts[i], 1, NULL);
    *l = (word_list){ .words = malloc((all + 1) * sizeof *l->words) };
    if (!l->words)
        return status_fail(STATUS_MEMORY, "out of memory for the words of %d texts", count);
    for (int i = 0; i < count; i++)
        l->count += split(texts[i], times ? times[i] : 1, l->words + l->count);
    words_by_bytes(l);
    join_equal(l);
    return STATUS_OK;
}

void words_by_times(word_list *l)
{
    sort(l, by_times);
}

void words_by_bytes(word_list *l)
{
    sort(l, by_bytes);
}

void words_free(word_list *l)
{
    free(l->words);
    *l = (word_list){ 0 };
}
