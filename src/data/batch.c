/* data/batch.c - samples as floats: a batch of them, on all threads, or one.
 *
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "base/size.h"
#include "data/dataset_parts.h"

#include "base/banned.h"

void dataset_convert(const dataset *d, const kernels *k, int i, float *out)
{
    unsigned char room[DATASET_PIECE];
    size_t size = (size_t)dataset_sample_size(d);
    for (size_t from = 0, n; d->store && from < size; from += n) {
        n = size_min(size - from, sizeof room);
        k->pixels((int)n, dataset_piece(d, i, from, n, room), out + from);
    }
    if (!d->store)
        k->pixels((int)size, d->pixels + dataset_at(d, i), out);
}

typedef struct batch_task {
    const dataset *data;
    const kernels *kernels;
    const uint32_t *order;
    int n;
    float *out;
} batch_task;

enum { BATCH_PART = 16, CACHE_LINE = 64 }; /* samples that a thread converts at a time; bytes */

/* Samples lie anywhere in the data, which no cache holds: meanwhile the next is fetched. */
static void fetch(const dataset *d, uint32_t number, size_t size)
{
    for (size_t k = 0; !d->store && k < size; k += CACHE_LINE)
        __builtin_prefetch(d->pixels + (size_t)number * size + k);
}

static void convert_part(const void *context, int i)
{
    const batch_task *b = context;
    const dataset *d = b->data;
    size_t size = (size_t)dataset_sample_size(d);
    int first = i * BATCH_PART;
    for (int j = first; j < first + BATCH_PART && j < b->n; j++) {
        assert(b->order[j] < (uint32_t)d->count);
        float *to = b->out + (size_t)j * size;
        if (d->points) {
            memcpy(to, d->points + (size_t)b->order[j] * size, size * sizeof *to);
            continue;
        }
        if (d->areas) {
            dataset_convert_middle(d, b->kernels, (int)b->order[j], to);
            continue;
        }
        if (j + 1 < b->n)
            fetch(d, b->order[j + 1], size);
        dataset_convert(d, b->kernels, (int)b->order[j], to);
    }
}

void dataset_batch(const dataset *d, const compute *c, const uint32_t *order, int n, float *out)
{
    batch_task b = { d, c->kernels, order, n, out };
    team_run(c->team, (n + BATCH_PART - 1) / BATCH_PART, convert_part, &b);
}
