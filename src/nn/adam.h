/* nn/adam.h - Adam (Kingma and Ba 2015, algorithm 1) on a block of parameters.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_ADAM_H
#define GAN_NN_ADAM_H

#include "base/arena.h"
#include "math/compute.h"
#include "nn/average.h"

/* Squares are summed over chunks of so many parameters, and ranks share a block in whole chunks. */
enum { ADAM_CHUNK = 4096 };

typedef struct adam {
    double lr, beta1, beta2, eps;
    double *sums; /* scratch memory, one for each chunk of the block */
} adam;

/* The parameters (n) with their gradient g, their moments m (exp_avg) and v (exp_avg_sq) and,
 * unless that is NULL, their average. With beta1 = 0, m may be g. */
typedef struct adam_block {
    size_t n;
    float *w;
    const float *g;
    float *m, *v, *average;
    averaging averaging; /* the factors of that average's step */
} adam_block;

/* The parameters of n that a rank of the group updates; a process alone: all. */
group_part adam_share(group g, size_t n);

/* Takes the scratch memory for a block of n parameters. */
void adam_plan(adam *o, arena *a, size_t n);

/* The t-th update (t = 1, 2, ...). Returns the sum of the squares of g, or NaN if a gradient, a
 * moment or a weight is not finite. In a group of ranks (c->group) each updates its share, whose
 * gradient it has and whose moments, m and v, are all that it keeps, and gets the other weights. */
double adam_step(const adam *o, const compute *c, uint64_t t, const adam_block *b);

#endif
