/* data/on_disk.c - the images of a data set in pieces, from memory or from the disk.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "data/crops.h"
#include "data/dataset_parts.h"

#include "base/banned.h"

size_t dataset_image_bytes(const dataset *d, int i)
{
    return d->areas ? (size_t)d->channels * (size_t)d->areas[i].height * (size_t)d->areas[i].width
                    : (size_t)dataset_sample_size(d);
}

size_t dataset_bytes(const dataset *d)
{
    size_t bytes = 0;
    if (d->points)
        return 0;
    if (!d->areas)
        return (size_t)d->count * (size_t)dataset_sample_size(d);
    for (int i = 0; i < d->count; i++)
        bytes += dataset_image_bytes(d, i);
    return bytes;
}

const unsigned char *dataset_piece(const dataset *d, int i, size_t from, size_t n,
                                   unsigned char *room)
{
    size_t at = dataset_at(d, i) + from;
    if (!d->store)
        return d->pixels + at;
    store_read(d->store, room, n, at); /* dataset_check has its failures */
    return room;
}

status dataset_check(const dataset *d)
{
    return store_check(d->store);
}

status dataset_number_rows(dataset *d)
{
    if (!d->store || d->areas)
        return STATUS_OK;
    d->rows = malloc((size_t)d->count * sizeof *d->rows);
    if (!d->rows)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    for (int i = 0; i < d->count; i++)
        d->rows[i] = (uint32_t)i;
    return STATUS_OK;
}

status dataset_load(dataset *d)
{
    size_t next = 0, bytes = dataset_bytes(d);
    if (!d->store)
        return STATUS_OK;
    unsigned char *pixels = malloc(bytes);
    if (!pixels)
        return status_fail(STATUS_MEMORY, "%s: out of memory for %zu bytes", d->path, bytes);
    for (int i = 0; i < d->count; i++) {
        size_t size = dataset_image_bytes(d, i);
        if (store_read(d->store, pixels + next, size, dataset_at(d, i)) != STATUS_OK)
            break;
        next += size;
    }
    status s = dataset_check(d);
    if (s != STATUS_OK) {
        free(pixels);
        return s;
    }
    next = 0;
    for (int i = 0; d->areas && i <= d->count; i++) {
        size_t size = i < d->count ? dataset_image_bytes(d, i) : 0;
        d->areas[i].at = next;
        next += size;
    }
    store_close(d->store);
    free(d->rows);
    d->store = NULL;
    d->rows = NULL;
    d->pixels = pixels;
    return STATUS_OK;
}

status dataset_load_both(dataset *a, dataset *b, size_t most)
{
    size_t bytes = (a->store ? dataset_bytes(a) : 0) + (b->store ? dataset_bytes(b) : 0);
    if (bytes > most)
        return STATUS_OK;
    TRY(dataset_load(a));
    return dataset_load(b);
}
