/* eval/resample.h - how much a figure moves when other samples had been drawn: the bootstrap.
 *
 * Efron 1979: n samples are drawn from the n at hand, with replacement, RESAMPLINGS times; the
 * spread is the standard deviation of the figure over these. A resampling is a count for each
 * sample, how often it was drawn; a figure that can be resampled takes such counts, or NULL for
 * once each.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_RESAMPLE_H
#define GAN_EVAL_RESAMPLE_H

#include <stdint.h>

#include "base/arena.h"
#include "math/compute.h"

enum { RESAMPLINGS = 20 };

typedef struct resamplings {
    int n;
    uint16_t *counts; /* (RESAMPLINGS, n) */
} resamplings;

/* Takes the memory for up to n samples. */
void resample_plan(resamplings *r, arena *a, int n);

/* Draws for n samples, at most as planned: draw i of resampling r is random_below of the stream {
 * seed, r, RANDOM_RESAMPLE } at index i. */
void resample_draw(resamplings *r, const compute *c, uint64_t seed, int n);

/* The counts of resampling i; NULL, each sample once, for -1. */
static inline const uint16_t *resample_counts(const resamplings *r, int i)
{
    return i < 0 ? NULL : r->counts + (ptrdiff_t)i * r->n;
}

/* A figure of n samples, each counted counts[i] times; once if counts is NULL. */
typedef double (*resampled)(const void *context, int n, const uint16_t *counts);

/* A figure and its spread; NAN: it has none. */
typedef struct estimate {
    double value, spread;
} estimate;
estimate resample_estimate(const resamplings *r, const compute *c, resampled figure,
                           const void *context);

/* A figure that is the mean of one number for each sample; the context is these numbers, double
 * (n). */
double resample_mean(const void *context, int n, const uint16_t *counts);

#endif
