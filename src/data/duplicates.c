/* data/duplicates.c - finds equal samples by sorting their hashes.
 *
 * SPDX-License-Identifier: MIT */
#include "data/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

typedef struct hashed {
    uint64_t hash;
    int index;
} hashed;

/* FNV-1a. Samples with equal hashes are then compared. */
static uint64_t hash_of(const unsigned char *bytes, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3;
    return hash;
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
    size_t size = (size_t)dataset_sample_size(d);
    hashed *all = malloc((size_t)d->count * sizeof *all);
    if (!all)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    for (int i = 0; i < d->count; i++)
        all[i] = (hashed){ hash_of(d->pixels + (size_t)i * size, size), i };
    qsort(all, (size_t)d->count, sizeof *all, compare);
    *count = 0;
    for (int i = 0, start = 0; i < d->count; i++) {
        int own = all[i].index;
        first[own] = own;
        if (all[i].hash != all[start].hash)
            start = i;
        for (int k = start; k < i && first[own] == own; k++)
            if (memcmp(d->pixels + (size_t)own * size, d->pixels + (size_t)all[k].index * size,
                       size) == 0)
                first[own] = first[all[k].index];
        *count += first[own] != own;
    }
    free(all);
    return STATUS_OK;
}
