/* data/duplicates.c - finds equal samples by sorting their hashes.
 *
 * SPDX-License-Identifier: MIT */
#include "data/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "data/crops.h"

#include "base/banned.h"

typedef struct hashed {
    uint64_t hash;
    int index;
} hashed;

static size_t size_of(const dataset *d, const dataset_picture *p)
{
    return (size_t)d->channels * (size_t)p->height * (size_t)p->width;
}

/* FNV-1a. Samples with equal hashes are then compared. */
static uint64_t hash_of(const dataset *d, int i)
{
    const dataset_picture p = dataset_picture_of(d, i);
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t k = 0, n = size_of(d, &p); k < n; k++)
        hash = (hash ^ p.pixels[k]) * 0x100000001b3;
    return hash;
}

static bool are_equal(const dataset *d, int i, int k)
{
    const dataset_picture a = dataset_picture_of(d, i), b = dataset_picture_of(d, k);
    return a.height == b.height && a.width == b.width &&
           memcmp(a.pixels, b.pixels, size_of(d, &a)) == 0;
}

static int compare(const void *a, const void *b)
{
    const hashed *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->index - y->index;
}

status duplicates_find(const dataset *d, int *first, int *count)
{
    hashed *all = malloc((size_t)d->count * sizeof *all);
    if (!all)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    for (int i = 0; i < d->count; i++)
        all[i] = (hashed){ hash_of(d, i), i };
    qsort(all, (size_t)d->count, sizeof *all, compare);
    *count = 0;
    for (int i = 0, start = 0; i < d->count; i++) {
        int own = all[i].index;
        first[own] = own;
        if (all[i].hash != all[start].hash)
            start = i;
        for (int k = start; k < i && first[own] == own; k++)
            if (are_equal(d, own, all[k].index))
                first[own] = first[all[k].index];
        *count += first[own] != own;
    }
    free(all);
    return STATUS_OK;
}
