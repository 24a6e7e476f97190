/* eval/distance.h - the squared distances between all points of one set and all of another.
 *
 * |x - y|^2 = |x|^2 + |y|^2 - 2 x y, the last by math/matmul.h, a block of DISTANCE_ROWS x
 * DISTANCE_COLS at a time: N x M distances are never in memory at once. What the expansion costs in
 * digits, `doubt` says; who has to know better asks points_distance, which is exact to double.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_DISTANCE_H
#define GAN_EVAL_DISTANCE_H

#include "base/arena.h"
#include "eval/points.h"
#include "math/compute.h"

enum { DISTANCE_ROWS = 768, DISTANCE_COLS = 2048 };

typedef struct distances {
    const compute *compute;
    float *x, *y;             /* (ROWS, S), (COLS, S): images as floats */
    float *x_norms, *y_norms; /* |x|^2, |y|^2 */
    float *products;          /* (ROWS, COLS) */
} distances;

/* Takes the memory for points of at most `size` values. */
void distances_plan(distances *d, arena *a, const compute *c, int size);

/* What a task is given: the distances of the i-th x to the ys first .. first+n-1. No distance is
 * off by more than `doubt`. */
typedef struct row_distances {
    int i, first, n;
    const float *squared; /* (n), none below 0 */
    float doubt;
} row_distances;

typedef struct distance_task {
    void (*run)(const void *context, const row_distances *r);
    const void *context;
} distance_task;

/* Runs the task on all rows: for each x in the order of the ys, for different x on different
 * threads. */
void distances_each(const distances *d, const points *x, const points *y, distance_task task);

/* squared[i] = the squared distance of x i to its nearest y (the first of equals), exact to double.
 * `best` (x->count) then has the number of that y. */
typedef struct nearest {
    float squared; /* by the expansion */
    int index;
} nearest;
void distances_nearest(const distances *d, const points *x, const points *y, nearest *best,
                       double *squared);

/* The same for each point of x and the other points of x, of which there is at least one. */
void distances_nearest_other(const distances *d, const points *x, nearest *best, double *squared);

/* The smallest of n numbers. */
float least_of(int n, const float *x);

#endif
