/* nn/adam.h - Adam (Kingma and Ba 2015, algorithm 1) on a block of parameters.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_ADAM_H
#define GAN_NN_ADAM_H

#include "base/arena.h"
#include "math/compute.h"

typedef struct adam {
    double lr, beta1, beta2, eps;
    double *sums; /* scratch memory, one for each chunk of the longest block */
} adam;

/* Takes the scratch memory for blocks of up to n parameters. */
void adam_plan(adam *o, arena *a, size_t n);

/* The t-th update (t = 1, 2, ...) of w by the gradient g with the moments m (exp_avg) and v
 * (exp_avg_sq), each (n). Returns the sum of the squares of g, or NaN if a gradient, a moment or a
 * weight is not finite. */
double adam_step(const adam *o, const compute *c, uint64_t t, size_t n, float *w, const float *g,
                 float *m, float *v);

#endif
