/* eval/copies.h - does the generator give back what it was trained on?
 *
 * The Euclidean distance of a sample, in pixels from 0 to 1, to the nearest training image, set
 * against the same distance for test images, which nobody can have learnt by heart. All from the
 * squared distances of pixels from -1 to 1, as distances_nearest gives them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_COPIES_H
#define GAN_EVAL_COPIES_H

#include "eval/resample.h"

typedef struct copies_context {
    const double *squared; /* of the samples */
    const int *order;      /* their numbers, by that distance, ascending */
    double near;           /* squared: copies_near of the test images */
} copies_context;

/* order = 0 .. n-1 by squared[], ascending; equals by number. room has n ints too. */
void copies_order(const double *squared, int n, int *order, int *room);

/* The largest of the nearest 1 % of the values; the least of all if there are fewer than 100. */
double copies_near(const double *squared, int n, const int *order);

/* The median distance, in pixels from 0 to 1. */
double copies_median(const void *context, int n, const uint16_t *counts);

/* The share of the samples, 0 to 1, that are as near to a training image as the nearest 1 % of the
 * test images. */
double copies_share(const void *context, int n, const uint16_t *counts);

#endif
