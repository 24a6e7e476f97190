/* eval/kid.h - the kernel distance between two sets of features (Binkowski and others 2018): the
 * squared maximum mean discrepancy with the kernel k(x, y) = (x y / F + 1)^3, unbiased,
 *
 *     mean of k(x, x') over pairs of different x + the same for y - 2 mean of k(x, y)
 *
 * as the mean over disjoint blocks of at most KID_BLOCK of both sets. Its spread is the standard
 * error of that mean.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_KID_H
#define GAN_EVAL_KID_H

#include "eval/resample.h"

enum { KID_BLOCK = 1000 };

typedef struct kid {
    const compute *compute;
    float *products; /* (BLOCK, BLOCK) */
    double *sums;    /* (BLOCK) */
} kid;

void kid_plan(kid *k, arena *a, const compute *c);

/* The distance between x (n, F) and y (m, F), over as many blocks as both fill; if one set does not
 * fill a block, over one block of the smaller number. */
estimate kid_estimate(const kid *k, int size, int n, const float *x, int m, const float *y);

#endif
