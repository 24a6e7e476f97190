/* eval/resample.c - the bootstrap.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/resample.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

void resample_plan(resamplings *r, arena *a, int n)
{
    r->n = n;
    r->counts = arena_take(a, (size_t)n * RESAMPLINGS, sizeof *r->counts);
}

typedef struct drawing {
    const resamplings *r;
    uint64_t seed;
} drawing;

static void draw_task(const void *context, int i)
{
    const drawing *d = context;
    random_stream s = { d->seed, (uint32_t)i, random_name(RANDOM_RESAMPLE, 0, 0) };
    uint16_t *counts = d->r->counts + (ptrdiff_t)i * d->r->n;
    memset(counts, 0, (size_t)d->r->n * sizeof *counts);
    for (int k = 0; k < d->r->n; k++) {
        uint32_t drawn = random_below(s, (uint32_t)k, (uint32_t)d->r->n);
        counts[drawn]++;
    }
}

void resample_draw(resamplings *r, const compute *c, uint64_t seed, int n)
{
    r->n = n;
    drawing d = { r, seed };
    team_run(c->team, RESAMPLINGS, draw_task, &d);
}

/* values[0] is the figure of all samples, values[i + 1] that of resampling i. */
typedef struct estimation {
    const resamplings *r;
    resampled figure;
    const void *context;
    double *values;
} estimation;

static void figure_task(const void *context, int i)
{
    const estimation *f = context;
    f->values[i] = f->figure(f->context, f->r->n, resample_counts(f->r, i - 1));
}

estimate resample_estimate(const resamplings *r, const compute *c, resampled figure,
                           const void *context)
{
    double values[RESAMPLINGS + 1], mean = 0, squares = 0;
    estimation f = { r, figure, context, values };
    team_run(c->team, RESAMPLINGS + 1, figure_task, &f);
    for (int i = 1; i <= RESAMPLINGS; i++)
        mean += values[i];
    mean /= RESAMPLINGS;
    for (int i = 1; i <= RESAMPLINGS; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return (estimate){ values[0], sqrt(squares / (RESAMPLINGS - 1)) };
}

double resample_mean(const void *context, int n, const uint16_t *counts)
{
    const double *x = context;
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += counts ? counts[i] * x[i] : x[i];
    return sum / n;
}
