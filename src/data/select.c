/* data/select.c - takes samples out of a data set, with all that is known of them.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

status dataset_copy(dataset *to, const dataset *from, const uint32_t *order, int n)
{
    size_t size = (size_t)dataset_sample_size(from);
    *to = (dataset){ .count = n,
                     .total = n,
                     .channels = from->channels,
                     .height = from->height,
                     .width = from->width,
                     .kind = from->kind,
                     .path = strdup(from->path),
                     .pixels = malloc((size_t)n * size),
                     .labels = from->labels ? malloc((size_t)n) : NULL };
    if (!to->path || !to->pixels || (from->labels && !to->labels))
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d images", from->path, n);
    for (int i = 0; i < n; i++) {
        memcpy(to->pixels + (size_t)i * size, from->pixels + order[i] * size, size);
        if (to->labels)
            to->labels[i] = from->labels[order[i]];
    }
    return from->captions ? captions_select(&to->captions, from->captions, order, n) : STATUS_OK;
}

status dataset_keep(dataset *d, const uint32_t *order, int n)
{
    size_t size = (size_t)dataset_sample_size(d);
    captions *kept = NULL;
    int next = 0;
    if (d->captions)
        TRY(captions_select(&kept, d->captions, order, n));
    captions_free(d->captions);
    d->captions = kept;
    for (int i = 0; i < d->count; i++) {
        if (next == n || order[next] != (uint32_t)i) {
            if (d->names)
                free(d->names[i]);
            continue;
        }
        memmove(d->pixels + (size_t)next * size, d->pixels + (size_t)i * size, size);
        if (d->labels)
            d->labels[next] = d->labels[i];
        if (d->names)
            d->names[next] = d->names[i];
        next++;
    }
    assert(next == n);
    d->count = n;
    return STATUS_OK;
}
