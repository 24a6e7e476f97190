/* math/view.h - a matrix in memory that someone else owns: row-major, one sample per row.
 *
 * A function that writes through its argument takes a view; one that only reads takes a const_view.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_VIEW_H
#define GAN_MATH_VIEW_H

#include <stddef.h>

typedef struct view {
    float *data;
    int rows, cols;
    int stride; /* floats from one row to the next; at least cols */
} view;

typedef struct const_view {
    const float *data;
    int rows, cols, stride;
} const_view;

/* The matrix (rows, cols) whose rows follow each other without gaps. */
static inline view view_of(float *data, int rows, int cols)
{
    return (view){ .data = data, .rows = rows, .cols = cols, .stride = cols };
}

static inline const_view const_view_of(const float *data, int rows, int cols)
{
    return (const_view){ .data = data, .rows = rows, .cols = cols, .stride = cols };
}

/* The same matrix, to be read only. */
static inline const_view as_const(view v)
{
    return (const_view){ .data = v.data, .rows = v.rows, .cols = v.cols, .stride = v.stride };
}

/* The first value of a row. */
static inline float *view_row(view v, int row)
{
    return v.data + (ptrdiff_t)row * v.stride;
}

static inline const float *const_view_row(const_view v, int row)
{
    return v.data + (ptrdiff_t)row * v.stride;
}

/* The part (rows, cols) whose first element is (row, col). */
static inline view view_part(view v, int row, int col, int rows, int cols)
{
    return (view){ .data = view_row(v, row) + col, .rows = rows, .cols = cols, .stride = v.stride };
}

static inline const_view const_view_part(const_view v, int row, int col, int rows, int cols)
{
    return (const_view){
        .data = const_view_row(v, row) + col, .rows = rows, .cols = cols, .stride = v.stride
    };
}

#endif
