/* eval/kid.h - the kernel distance between two sets of features (Binkowski and others 2018): the
 * squared maximum mean discrepancy with the kernel k(x, y) = (x y / F + 1)^3, unbiased,
 *
 *     mean of k(x, x') over pairs of different x + the same for y - 2 mean of k(x, y)
 *
 * as the mean over disjoint blocks of at most KID_BLOCK of both sets, each shuffled before
 * (eval/order.h). Its spread is the standard error of that mean; one block has none.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_KID_H
#define GAN_EVAL_KID_H

#include "eval/resample.h"

enum { KID_BLOCK = 1000 };

typedef struct kid {
    const compute *compute;
    int size;                    /* F */
    float *products;             /* (BLOCK, BLOCK) */
    float *x, *y;                /* (BLOCK, F) */
    uint32_t *x_order, *y_order; /* of all samples, of all test images */
    double *sums;                /* (BLOCK) */
} kid;

/* Takes the memory for features of `size` values, of at most n samples and m test images. */
void kid_plan(kid *k, arena *a, const compute *c, int size, int n, int m);

/* The distance between samples x (n, F) and test images y (m, F), over as many blocks as both fill;
 * if one set does not fill a block, over one block of the smaller number. */
estimate kid_estimate(const kid *k, int n, const float *x, int m, const float *y);

#endif
