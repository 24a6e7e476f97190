/* math/view.h - a matrix that somebody else owns: row-major, a row is a sample.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_VIEW_H
#define GAN_MATH_VIEW_H

#include <stddef.h>

typedef struct view {
    float *data;
    int rows, cols;
    int stride; /* from a row to the next, in floats; at least cols */
} view;

/* The matrix whose rows follow each other without a gap. */
static inline view view_of(float *data, int rows, int cols)
{
    return (view){ .data = data, .rows = rows, .cols = cols, .stride = cols };
}

static inline float *view_row(view v, int row)
{
    return v.data + (ptrdiff_t)row * v.stride;
}

/* The part that starts at (row, col). */
static inline view view_part(view v, int row, int col, int rows, int cols)
{
    return (view){ .data = view_row(v, row) + col, .rows = rows, .cols = cols, .stride = v.stride };
}

#endif
