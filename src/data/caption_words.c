/* data/caption_words.c - counts the words of captions: each different caption is split once.
 *
 * SPDX-License-Identifier: MIT */
#include "data/caption_words.h"

#include <stdlib.h>

#include "base/banned.h"

/* Equal captions are the same pointer. */
static int compare_pointers(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    return (x > y) - (x < y);
}

/* texts: the sorted pointers become the different ones; times: how often each was there. */
static int join_equal(const char **texts, int count, size_t *times)
{
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (kept > 0 && texts[kept - 1] == texts[i]) {
            times[kept - 1]++;
        } else {
            texts[kept] = texts[i];
            times[kept++] = 1;
        }
    return kept;
}

status caption_words_count(caption_words *w, const captions *c)
{
    const char **texts = malloc(((size_t)c->count + 1) * sizeof *texts);
    size_t *times = malloc(((size_t)c->count + 1) * sizeof *times);
    status s = texts && times
                   ? STATUS_OK
                   : status_fail(STATUS_MEMORY, "out of memory for %d captions", c->count);
    *w = (caption_words){ 0 };
    if (s == STATUS_OK) {
        for (int i = 0; i < c->count; i++)
            texts[i] = c->texts[i];
        qsort(texts, (size_t)c->count, sizeof *texts, compare_pointers);
        w->different = join_equal(texts, c->count, times);
        s = words_count(&w->list, texts, times, w->different);
    }
    if (s == STATUS_OK)
        words_by_times(&w->list);
    free(texts);
    free(times);
    return s;
}

void caption_words_free(caption_words *w)
{
    words_free(&w->list);
}
