/* math/kernels.h - the numeric code that is compiled once for each instruction set.
 *
 * A table of functions for each set; the best that this CPU can run is chosen once, at the start.
 * All of them give the same bits for the same arguments: kernels_generic is plain C, and the others
 * are tested against it byte for byte. They are used through matmul.h and through nn/.
 *
 * The bodies are kernels_template.h and its parts; kernels_<set>.c defines the vector and includes
 * them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_KERNELS_H
#define GAN_MATH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "math/random.h"

/* What an update of Adam needs besides the parameters; nn/adam.h has the formula. */
typedef struct adam_factors {
    float beta1, beta2, rest1, rest2; /* rest = 1 - beta */
    float rate;                       /* lr / (1 - beta1^t) */
    float correction;                 /* 1 / sqrt(1 - beta2^t) */
    float eps;
} adam_factors;

enum { ADAM_LANES = 16 };

/* A matrix with any two strides: element (i, j) at data[i * row + j * col]; one of them is 1. */
typedef struct strided {
    const float *data;
    ptrdiff_t row, col;
} strided;

/* A matrix in panels of tile_cols columns, which begin at data, data + step, data + 2 step, ...;
 * from a row to the next it is `row` in each. Packed panels have row 0: it is their own width.
 * Those of a matrix as it lies end with a whole vector. */
typedef struct panels {
    const float *data;
    ptrdiff_t row, step;
    ptrdiff_t first; /* its first row: as many rows of each panel lie before it */
    const int *rows; /* or where each row is, for all panels; NULL: as `row` says */
} panels;

/* A matrix whose element (i, j) is at data[rows[i] + cols[j]]: windows of an image are one. */
typedef struct placed {
    const float *data;
    const int *rows, *cols;
} placed;

enum { SUM_LANES = 16 };

typedef struct kernels {
    const char *name;     /* what --isa calls it */
    bool (*usable)(void); /* does this CPU have the instructions */

    /* A block of a matrix product: c (rows, cols) = a b, or c += a b where `add`; a (rows, n),
     * b (n, cols). Each element is one chain of fmaf over k = 0, 1, 2, ... from 0 or from c. */
    int lanes, tile_cols;
    void (*product)(int rows, int cols, int n, strided a, panels b, float *c, ptrdiff_t c_stride,
                    bool add);

    /* The same with a left factor whose places are given. */
    void (*product_placed)(int rows, int cols, int n, placed a, panels b, float *c,
                           ptrdiff_t c_stride, bool add);

    /* A packed panel (n, width) of b (n, cols): width is cols, at most tile_cols, up to a whole
     * number of vectors, with zeros in what that adds. */
    void (*pack)(int n, int cols, strided b, float *panel);

    /* to (cols, rows) = the transpose of from (rows, cols). */
    void (*transpose)(int rows, int cols, const float *from, ptrdiff_t from_stride, float *to,
                      ptrdiff_t to_stride);
    /* to = a[0], b[0], a[1], b[1], ..., n of each. */
    void (*interleave)(int n, const float *a, const float *b, float *to);
    /* to (height, width) = from, made for rows of a few values. */
    void (*copy_image)(int height, int width, const float *from, ptrdiff_t from_stride, float *to,
                       ptrdiff_t to_stride);

    /* Does that many rounds of fma on full registers; returns the floating-point operations that it
     * did, two for each fma: the measure of all products. */
    double (*fma_peak)(int n);

    /* The words of columns col .. col+n-1 of a row of a stream; col is a multiple of RANDOM_GROUP.
     */
    void (*words)(random_stream s, int row, int col, int n, uint32_t *out);
    /* N(0, 1), of the same places: Box and Muller (1958) on the words 0, 1 and the words 2, 3. */
    void (*normal)(random_stream s, int row, int col, int n, float *out);
    /* keep[i] = 1 where the word is at least `threshold`, else 0. */
    void (*keep)(random_stream s, int row, int col, int n, uint32_t threshold, unsigned char *keep);
    /* y[i] = scale y[i] where keep[i], else 0. */
    void (*mask)(int n, const unsigned char *keep, float scale, float *y);

    /* y[i] = f(x[i]); x and y may be the same. Ranges and errors: docs/numerics.md. */
    void (*exp)(int n, const float *x, float *y);
    void (*log)(int n, const float *x, float *y);       /* of positive, finite x */
    void (*sin_turns)(int n, const float *x, float *y); /* sin(2 pi x), x in [0, 1] */
    void (*cos_turns)(int n, const float *x, float *y); /* cos(2 pi x), x in [0, 1] */
    void (*tanh)(int n, const float *x, float *y);
    void (*sigmoid)(int n, const float *x, float *y);  /* 1 / (1 + exp(-x)) */
    void (*softplus)(int n, const float *x, float *y); /* log(1 + exp(x)) */

    /* y[i] += x[i] */
    void (*add)(int n, const float *x, float *y);
    /* y[i] = x[i] where that is positive, else slope x[i] + 0; x and y may be the same. */
    void (*leaky_relu)(int n, float slope, const float *x, float *y);
    /* From what the functions gave: dy[i] *= f'(x[i]), where y[i] = f(x[i]). */
    void (*leaky_relu_gradient)(int n, float slope, const float *y, float *dy);
    void (*tanh_gradient)(int n, const float *y, float *dy);
    void (*sigmoid_gradient)(int n, const float *y, float *dy);
    /* y[i] = (2 bytes[i] - 255) / 255: an exact numerator and one division. */
    void (*pixels)(int n, const unsigned char *bytes, float *y);
    /* sums[i mod SUM_LANES] += x[i], in the order of i. */
    void (*add_lanes)(int n, const float *x, float *sums);
    /* sums[j] = m(0, j) + m(1, j) + ..., in that order; m (rows, cols). */
    void (*sum_rows)(int rows, int cols, const float *m, ptrdiff_t stride, float *sums);

    /* Adam on n parameters. Returns the sum of the squares of g in double, or NaN where a gradient,
     * a moment or a weight is not finite: ADAM_LANES sums, the l-th of the elements l, l +
     * ADAM_LANES, ..., and these in order. */
    double (*adam)(const adam_factors *u, int n, float *w, const float *g, float *m, float *v);
} kernels;

/* The set of that name, or the best of this CPU for NULL. STATUS_USAGE where there is no such set
 * or this CPU lacks it; the message lists those that it has. */
status kernels_choose(const char *name, const kernels **chosen);

/* The i-th set that this CPU can run, the best first; NULL after the last. */
const kernels *kernels_usable(int i);

extern const kernels kernels_generic;
#if defined(__x86_64__)
extern const kernels kernels_avx512;
extern const kernels kernels_avx2;
#elif defined(__aarch64__)
extern const kernels kernels_neon;
#endif

#endif
