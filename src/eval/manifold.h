/* eval/manifold.h - how much of one set of points lies within the other.
 *
 * The manifold of a set is the union of balls around its points, each as large as the distance to
 * the k-th nearest other point of the set.
 *
 *     precision  the share of the samples in a ball of a real point          k = 3
 *     recall     the share of the real points in a ball of a sample          k = 3
 *     density    how many balls of real points a sample is in, over k        k = 5
 *     coverage   the share of the real points with a sample in their ball    k = 5
 *
 * Precision and recall: Kynkaanniemi and others 2019; density and coverage, which an outlier among
 * the points moves less: Naeem and others 2020. A point on the edge of a ball is in it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_MANIFOLD_H
#define GAN_EVAL_MANIFOLD_H

#include "eval/distance.h"

enum { MANIFOLD_K = 3, MANIFOLD_WIDE_K = 5 };

/* A set and its balls. */
typedef struct manifold {
    points points;
    double *radii;      /* squared, k = MANIFOLD_K */
    double *wide_radii; /* squared, k = MANIFOLD_WIDE_K */
    nearest *near;      /* (count, MANIFOLD_WIDE_K) */
} manifold;

/* Takes the memory for up to `count` points. */
void manifold_plan(manifold *m, arena *a, int count);

/* Measures the balls of the points, more than WIDE_K of them, which stay the caller's. */
void manifold_set(manifold *m, const distances *d, points p);

/* The four figures for each point: 1 or 0, or the density. Their means are the figures. */
typedef struct manifold_figures {
    double *precision, *density; /* one for each sample */
    double *recall, *coverage;   /* one for each real point */
} manifold_figures;
void manifold_figures_plan(manifold_figures *f, arena *a, int samples, int reals);
void manifold_compare(const manifold *samples, const manifold *reals, const distances *d,
                      const manifold_figures *f);

#endif
