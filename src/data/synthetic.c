/* data/synthetic.c - the mixtures and their points.
 *
 * SPDX-License-Identifier: MIT */
#include "data/synthetic.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "math/kernels.h"

#include "base/banned.h"

/* sin(pi/4) to the nearest float: libm's sine is not the same everywhere. */
#define HALF_ROOT 0x1.6a09e6p-1f

static const float ring_means[][2] = {
    { 1, 0 },  { HALF_ROOT, HALF_ROOT },   { 0, 1 },  { -HALF_ROOT, HALF_ROOT },
    { -1, 0 }, { -HALF_ROOT, -HALF_ROOT }, { 0, -1 }, { HALF_ROOT, -HALF_ROOT },
};

#define ROW(x)                                                                                     \
    { x, -4 }, { x, -2 }, { x, 0 }, { x, 2 },                                                      \
    {                                                                                              \
        x, 4                                                                                       \
    }
static const float grid_means[][2] = { ROW(-4), ROW(-2), ROW(0), ROW(2), ROW(4) };

#define MEANS(m) .modes = sizeof(m) / sizeof *(m), .means = (m)
static const mixture mixtures[] = {
    { .name = "ring", .deviation = 0.01f, MEANS(ring_means) },
    { .name = "grid", .deviation = 0.05f, MEANS(grid_means) },
};
enum { MIXTURE_COUNT = sizeof mixtures / sizeof *mixtures };

const mixture *mixture_nth(int i)
{
    return i < MIXTURE_COUNT ? &mixtures[i] : NULL;
}

const mixture *mixture_find(const char *name)
{
    for (int i = 0; i < MIXTURE_COUNT; i++)
        if (strcmp(mixtures[i].name, name) == 0)
            return &mixtures[i];
    return NULL;
}

const char *mixture_nearest(const char *name)
{
    return text_nearest(name, &mixtures[0].name, MIXTURE_COUNT, sizeof mixtures[0]);
}

/* The key is always 0, as the data does not depend on a run. All kernels give the same numbers. */
void mixture_points(const mixture *m, int first, int n, float *out)
{
    const random_stream mode = { .stream = random_name(RANDOM_MIXTURE_MODE, 0, 0) };
    const random_stream place = { .stream = random_name(RANDOM_MIXTURE_POINT, 0, 0) };
    for (int i = 0; i < n; i++, out += 2) {
        uint32_t which = random_below(mode, (uint32_t)(first + i), (uint32_t)m->modes);
        const float *mean = m->means[which];
        kernels_usable(0)->normal(place, first + i, 0, 2, out);
        for (int k = 0; k < 2; k++)
            out[k] = mean[k] + m->deviation * out[k];
    }
}
