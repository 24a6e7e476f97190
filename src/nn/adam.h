/* nn/adam.h - Adam (Kingma and Ba 2015, algorithm 1), on one block of parameters.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_ADAM_H
#define GAN_NN_ADAM_H

#include "base/arena.h"
#include "math/compute.h"

typedef struct adam {
    double lr, beta1, beta2, eps;
    double *sums; /* one a chunk of the longest block: see adam_plan */
} adam;

/* Takes the scratch memory for blocks of up to n parameters. */
void adam_plan(adam *o, arena *a, size_t n);

/* The t-th update (t = 1, 2, ...) of w by the gradient g; m (exp_avg) and v (exp_avg_sq) are the
 * moments; all have n elements. Returns the sum of the squares of g, or NaN where a gradient, a
 * moment or a weight is not finite. */
double adam_step(const adam *o, const compute *c, uint64_t t, size_t n, float *w, const float *g,
                 float *m, float *v);

#endif
