/* eval/parzen.h - the log-likelihood of test images under a Parzen window on the samples, by the
 * procedure of Goodfellow and others 2014 (after Breuleux and others 2011).
 *
 *     ln p(x) = ln (1/N sum over the samples y of exp(-|x - y|^2 / (2 sigma^2)))
 *               - S/2 ln (2 pi sigma^2)
 *
 * in nats, pixels from 0 to 1. sigma is the one of PARZEN_SIGMAS values from 0.1 to 1, in even
 * steps of their logarithm, that gives held-back training images the largest mean.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_PARZEN_H
#define GAN_EVAL_PARZEN_H

#include "eval/distance.h"

enum { PARZEN_SIGMAS = 10 };

typedef struct parzen {
    const distances *distances;
    float *least; /* (N) the least distance of a point so far */
    double *sums; /* (N, SIGMAS) of exp((least - distance) / ...) */
} parzen;

/* Takes the memory for up to `count` points on either side. */
void parzen_plan(parzen *p, arena *a, const distances *d, int count);

/* Chooses sigma by `held_back`, then log_likelihood[i] = ln p of the i-th point of `test`. Pixels
 * in all of them are from -1 to 1. Returns sigma. */
double parzen_run(const parzen *p, const points *samples, const points *held_back,
                  const points *test, double *log_likelihood);

#endif
