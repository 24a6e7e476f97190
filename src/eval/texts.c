/* eval/texts.c - the different captions of a data set, numbered.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Equal captions are one pointer into c->bytes: number (c->length + 1) is by its place there. */
static void number_texts(text_index *t, uint32_t *number)
{
    const captions *c = t->captions;
    for (int i = 0; i < c->count; i++) {
        uint32_t *own = &number[c->texts[i] - c->bytes];
        if (*own == 0)
            t->texts[t->count++] = c->texts[i];
        *own = 1;
    }
    qsort(t->texts, (size_t)t->count, sizeof *t->texts, by_bytes);
    for (int i = 0; i < t->count; i++)
        number[t->texts[i] - c->bytes] = (uint32_t)i;
    for (int i = 0; i < c->count; i++)
        t->ids[i] = number[c->texts[i] - c->bytes];
}

status texts_open(text_index *t, const dataset *d)
{
    const captions *c = d->captions;
    *t = (text_index){ .captions = c, .images = d->count };
    uint32_t *number = calloc(c->length + 1, sizeof *number);
    t->texts = malloc(((size_t)c->count + 1) * sizeof *t->texts);
    t->ids = malloc(((size_t)c->count + 1) * sizeof *t->ids);
    bool done = number && t->texts && t->ids;
    if (done)
        number_texts(t, number);
    free(number);
    return done
               ? STATUS_OK
               : status_fail(STATUS_MEMORY, "%s: out of memory for %d captions", d->path, c->count);
}

status texts_encode(text_index *t, const vocabulary *v)
{
    t->list.table.size = v->size;
    for (int i = 0; i < t->count; i++)
        TRY(condition_add_text(&t->list, v, t->texts[i]));
    return STATUS_OK;
}

void texts_close(text_index *t)
{
    condition_list_close(&t->list);
    free(t->texts);
    free(t->ids);
    *t = (text_index){ 0 };
}

bool texts_fit(const text_index *t, uint32_t image, uint32_t id)
{
    for (uint32_t k = t->captions->first[image]; k < t->captions->first[image + 1]; k++)
        if (t->ids[k] == id)
            return true;
    return false;
}
