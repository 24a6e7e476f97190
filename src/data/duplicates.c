/* data/duplicates.c - finds equal samples by sorting their hashes.
 *
 * SPDX-License-Identifier: MIT */
#include "data/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "data/crops.h"

#include "base/banned.h"

typedef struct hashed {
    uint64_t hash;
    int index;
} hashed;

/* FNV-1a. Samples with equal hashes are then compared. */
static uint64_t hash_of(const dataset *d, int i)
{
    unsigned char room[DATASET_PIECE];
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t from = 0, n, size = dataset_image_bytes(d, i); from < size; from += n) {
        n = size_min(size - from, sizeof room);
        const unsigned char *bytes = dataset_piece(d, i, from, n, room);
        for (size_t b = 0; b < n; b++)
            hash = (hash ^ bytes[b]) * 0x100000001b3;
    }
    return hash;
}

static bool are_equal(const dataset *d, int i, int k)
{
    const dataset_picture a = dataset_picture_of(d, i), b = dataset_picture_of(d, k);
    unsigned char rooms[2][DATASET_PIECE];
    bool equal = a.height == b.height && a.width == b.width;
    for (size_t from = 0, n, size = dataset_image_bytes(d, i); equal && from < size; from += n) {
        n = size_min(size - from, DATASET_PIECE);
        equal = memcmp(dataset_piece(d, i, from, n, rooms[0]),
                       dataset_piece(d, k, from, n, rooms[1]), n) == 0;
    }
    return equal;
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
