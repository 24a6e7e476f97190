/* data/select.c - takes samples out of a data set, with all that is known of them.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Images on the disk stay where they are. */
static void place_on_disk(dataset *to, int place, const dataset *from, int i)
{
    if (to->areas)
        to->areas[place] = from->areas[i];
    else
        to->rows[place] = from->rows[i];
}

/* Image i of `from` becomes the next one of `to`, number `place`. */
static void place_image(dataset *to, int place, const dataset *from, int i)
{
    if (to->store) {
        place_on_disk(to, place, from, i);
        return;
    }
    size_t at = dataset_at(to, place), size = dataset_image_bytes(from, i);
    memmove(to->pixels + at, from->pixels + dataset_at(from, i), size);
    if (!to->areas)
        return;
    to->areas[place] = from->areas[i];
    to->areas[place].at = at;
    to->areas[place + 1].at = at + size;
}

void dataset_move(dataset *d, int i, int to)
{
    if (i != to)
        place_image(d, to, d, i);
}

status dataset_copy(dataset *to, const dataset *from, const uint32_t *order, int n)
{
    size_t bytes = 0;
    for (int i = 0; i < n; i++)
        bytes += dataset_image_bytes(from, (int)order[i]);
    *to = (dataset){ .count = n,
                     .total = n,
                     .channels = from->channels,
                     .height = from->height,
                     .width = from->width,
                     .crop = from->crop,
                     .areas = from->areas ? calloc((size_t)n + 1, sizeof *to->areas) : NULL,
                     .kind = from->kind,
                     .path = strdup(from->path),
                     .pixels = from->store ? NULL : malloc(bytes),
                     .store = from->store ? store_share(from->store) : NULL,
                     .rows = from->rows ? malloc((size_t)n * sizeof *to->rows) : NULL,
                     .labels = from->labels ? malloc((size_t)n) : NULL };
    if (!to->path || (!to->pixels && !to->store) || (from->rows && !to->rows) ||
        (from->areas && !to->areas) || (from->labels && !to->labels))
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d images", from->path, n);
    for (int i = 0; i < n; i++) {
        place_image(to, i, from, (int)order[i]);
        if (to->labels)
            to->labels[i] = from->labels[order[i]];
    }
    return from->captions ? captions_select(&to->captions, from->captions, order, n) : STATUS_OK;
}

status dataset_keep(dataset *d, const uint32_t *order, int n)
{
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
        dataset_move(d, i, next);
        if (d->labels)
            d->labels[next] = d->labels[i];
        if (d->names)
            d->names[next] = d->names[i];
        next++;
    }
    assert(next == n);
    d->count = n;
    return dataset_number_crops(d);
}
