/* math/view.h - a matrix in memory that someone else owns: row-major, one sample per row.
 *
 * A function that writes through its argument takes a view; one that only reads takes a const_view.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_VIEW_H
#define GAN_MATH_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "math/whole.h"

/* Rows of a padded matrix begin at cache lines, so that no vector of them straddles two. What lies
 * between the last column and the next multiple of LINE_FLOATS holds no values: products read it
 * and write it at will, and nobody else does. */
enum { LINE_FLOATS = 16, FEW_SETS = 512 };

typedef struct view {
    float *data;
    int rows, cols;
    int stride; /* floats from one row to the next; at least cols */
    bool padded;
} view;

typedef struct const_view {
    const float *data;
    int rows, cols, stride;
    bool padded;
} const_view;

/* The stride of a padded matrix. Where rows would be a multiple of 2 KB (FEW_SETS floats) apart, a
 * column of them would fall into a few sets of the cache, which evict each other: one line more. */
static inline int padded_stride(int cols)
{
    int stride = round_up(cols, LINE_FLOATS);
    return stride % FEW_SETS == 0 ? stride + LINE_FLOATS : stride;
}

/* The padded matrix (rows, cols) in rows * padded_stride(cols) floats that begin at a cache line.
 */
static inline view padded_view(float *data, int rows, int cols)
{
    return (view){ data, rows, cols, padded_stride(cols), true };
}

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
    return (const_view){ v.data, v.rows, v.cols, v.stride, v.padded };
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
    bool padded = v.padded && col % LINE_FLOATS == 0 && col + cols == v.cols;
    return (view){ view_row(v, row) + col, rows, cols, v.stride, padded };
}

static inline const_view const_view_part(const_view v, int row, int col, int rows, int cols)
{
    bool padded = v.padded && col % LINE_FLOATS == 0 && col + cols == v.cols;
    return (const_view){ const_view_row(v, row) + col, rows, cols, v.stride, padded };
}

#endif
