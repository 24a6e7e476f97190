/* eval/points.h - a set of points of S values each: a matrix, or images of a data set as floats.
 *
 * The images of a data set are bytes; they become floats a block at a time, so that 60,000 of them
 * need no 188 MB.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_POINTS_H
#define GAN_EVAL_POINTS_H

#include "data/dataset.h"
#include "math/compute.h"

typedef struct points {
    int count, size;       /* N, S */
    const float *data;     /* (N, S); if it is NULL, the points are */
    const dataset *images; /* the samples first .. first+N-1 of this, */
    int first;
    const uint32_t *order; /* or order[first] .. order[first+N-1]; NULL: as they stand */
} points;

static inline points points_of(const float *data, int count, int size)
{
    return (points){ .count = count, .size = size, .data = data };
}

static inline points points_of_images(const dataset *d, int first, int count)
{
    return (points){ .count = count, .size = dataset_sample_size(d), .images = d, .first = first };
}

/* The images order[first] .. order[first+count-1]; the order stays the caller's. */
static inline points points_of_order(const dataset *d, const uint32_t *order, int first, int count)
{
    points p = points_of_images(d, first, count);
    p.order = order;
    return p;
}

/* The float of an image's byte, as in dataset_batch. */
static inline float point_of_byte(unsigned char byte)
{
    return (float)(2 * byte - 255) / 255.0f;
}

/* Returns the points from .. from+n-1 as a matrix (n, S): in place, or converted into `room` (n,
 * S). */
const_view points_block(const points *p, const kernels *k, int from, int n, float *room);

/* The squared distance of two points, summed in double in the order of the values. */
double points_distance(const points *x, int i, const points *y, int j);

#endif
