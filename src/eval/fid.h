/* eval/fid.h - the Frechet distance between two sets of features (Heusel and others 2017), the
 * squared distance of Gaussians with their means and covariances:
 *
 *     |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))
 *
 * The trace of the root is the sum of the roots of the eigenvalues of R C2 R, where R R = C1: a
 * symmetric matrix with the eigenvalues of C1 C2. All in double, every sum in a fixed order.
 * Covariances have n - 1 in the denominator.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_FID_H
#define GAN_EVAL_FID_H

#include "eval/resample.h"

/* The reference, reduced to its Gaussian. */
typedef struct fid_reference {
    int size;     /* F: values of a feature vector */
    double *mean; /* (F) */
    double *root; /* (F, F) of the covariance */
    double trace; /* of the covariance */
    double *room; /* (RESAMPLINGS + 1, 2, F, F) */
} fid_reference;

/* Takes the memory for features of that size. */
void fid_plan(fid_reference *r, arena *a, int size);

/* Reduces the reference features x (n, F); n is at least 2. */
void fid_set(fid_reference *r, int n, const float *x);

/* The distance of the features x (n, F) from the reference; without a spread if s is NULL. */
estimate fid_estimate(const fid_reference *r, const compute *c, const resamplings *s, int n,
                      const float *x);

#endif
