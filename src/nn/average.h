/* nn/average.h - the exponential average of a block of parameters over the steps of its training
 * (Polyak and Juditsky 1992; for the generator of a GAN, Yazici and others 2019).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_AVERAGE_H
#define GAN_NN_AVERAGE_H

#include "math/compute.h"

/* The factors of one step. */
typedef struct averaging {
    float keep, rest; /* keep = 1 - rest */
} averaging;

/* After the t-th step (t = 1, 2, ...), which left w (n): average (n) becomes the weighted mean of
 * all w so far, each with beta times the weight of the next. Its value before the first step has no
 * influence. */
averaging average_factors(double beta, uint64_t t);
void average_step(averaging a, size_t n, const float *w, float *average);

#endif
