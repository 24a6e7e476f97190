/* cli/eval_neighbours.c - samples and their nearest training images, as one picture.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_neighbours.h"

#include <stdlib.h>

#include "image/grid.h"

#include "base/banned.h"

enum { ROWS = 8, COLS = 8, PAD = 5, SHOWN = ROWS * COLS }; /* as in gan sample */
_Static_assert((int)SHOWN <= (int)EVALUATOR_LEAST, "there are enough samples");

static grid grid_of(const dataset *d)
{
    return (grid){ ROWS, COLS, PAD, d->channels, d->height, d->width };
}

status neighbours_check(const dataset *d)
{
    const grid g = grid_of(d);
    return grid_check_pairs(&g) == STATUS_OK ? STATUS_OK
                                             : status_within(STATUS_USAGE, "--neighbours");
}

/* out (SHOWN, S) = the images with those numbers, as floats. */
static void get_images(const evaluator *e, const neighbour *of, float *out)
{
    size_t size = (size_t)dataset_sample_size(e->train);
    for (int i = 0; i < SHOWN; i++, out += size) {
        const dataset *d = of[i].number < e->train->count ? e->train : e->test;
        uint32_t number = (uint32_t)(of[i].number - (d == e->test ? e->train->count : 0));
        dataset_batch(d, e->compute, &number, 1, out);
    }
}

status neighbours_write(const char *path, evaluator *e, points samples)
{
    const grid g = grid_of(e->train);
    neighbour of[SHOWN];
    samples.count = SHOWN;
    evaluator_neighbours(e, samples, of);
    float *images = calloc((size_t)SHOWN * (size_t)samples.size, sizeof *images);
    if (!images)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    get_images(e, of, images);
    status s = grid_write_pairs_png(path, &g, samples.data, images);
    free(images);
    return s;
}
