/* math/kernels.h - the numeric code that is compiled once for each instruction set.
 *
 * Each instruction set has a table of functions; the best set that this CPU can run is chosen once,
 * at the start. All tables give the same bits for the same arguments: kernels_generic is plain C,
 * and tests compare the others with it byte for byte. math/matmul.h and nn/ call them.
 *
 * kernels_template.h and its parts have the bodies; kernels_<set>.c defines the vector and includes
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

/* The factors of an update of Adam; nn/adam.c has the formula, nn/average.c that of the average. */
typedef struct adam_factors {
    float beta1, beta2, rest1, rest2; /* rest = 1 - beta */
    float rate;                       /* lr / (1 - beta1^t) */
    float correction;                 /* 1 / sqrt(1 - beta2^t) */
    float eps;
    float keep, rest; /* of the average */
} adam_factors;

/* What it updates: parameters w with their gradient g, the moments m and v, and the average of w,
 * which may be NULL. Where beta1 is 0, m may be g itself: the gradient is the first moment. */
typedef struct adam_values {
    float *w;
    const float *g;
    float *m, *v, *average;
} adam_values;

enum { ADAM_LANES = 16 };

/* A matrix with two strides, one of which is 1: element (i, j) is data[i * row + j * col]. */
typedef struct strided {
    const float *data;
    ptrdiff_t row, col;
} strided;

/* A matrix in panels of tile_cols columns, which begin at data, data + step, data + 2 step, ...
 * `row` is the stride between the rows of a panel; 0: packed panels, whose stride is their width.
 * If panels are not packed, the last one must be a whole number of vectors wide. */
typedef struct panels {
    const float *data;
    ptrdiff_t row, step;
    ptrdiff_t first; /* rows of each panel to skip */
    const int *rows; /* the offset of each row in a panel; NULL: multiples of `row` */
} panels;

/* A matrix whose element (i, j) is data[rows[i] + cols[j]], such as the windows of an image. Unless
 * `apart` is 0, the second half of `rows` is the first half + apart. */
typedef struct placed {
    const float *data;
    const int *rows, *cols;
    int apart;
} placed;

/* Places (height, width) whose values are side by side: that of place (y, x) in term k of a sum is
 * data[taps[k] + y * row + x]. Reads may go beyond a row of places, by less than a vector. */
typedef struct adjacent {
    const float *data;
    const int *taps;
    ptrdiff_t row;
    int height, width;
} adjacent;

enum { SUM_LANES = 16 };

typedef struct kernels {
    const char *name;     /* for --isa */
    bool (*usable)(void); /* true if this CPU has the instructions */

    /* A block of a matrix product: c (rows, cols) = a b, or c += a b if `add`; a (rows, n), b (n,
     * cols). Each element is one chain of fmaf over k = 0, 1, ..., n-1 that starts from 0, or from
     * c. `lanes` is the floats in a vector, tile_cols the columns of a panel. */
    int lanes, tile_cols;
    void (*product)(int rows, int cols, int n, strided a, panels b, float *c, ptrdiff_t c_stride,
                    bool add);

    /* The same with a left factor whose elements are found by offsets. */
    void (*product_placed)(int rows, int cols, int n, placed a, panels b, float *c,
                           ptrdiff_t c_stride, bool add);

    /* The same, with a right factor that is found by offsets, whose columns are adjacent in fours:
     * only b.cols[0], b.cols[4], ... are read. cols is a multiple of 16, and a's rows are a_row
     * apart. */
    void (*product_fours)(int rows, int cols, int n, const float *a, ptrdiff_t a_row, placed b,
                          float *c, ptrdiff_t c_stride, bool add);

    /* c (rows, places) = a (rows, n) b, and bias[i] added to row i unless bias is NULL. Place (y,
     * x) of row i is c[i * c_stride + y * c_row + x]. Each element is one chain, as above. */
    void (*product_adjacent)(int rows, int n, const float *a, const float *bias, adjacent b,
                             float *c, ptrdiff_t c_stride, ptrdiff_t c_row);

    /* panel (n, width) = b (n, cols), cols at most tile_cols. width is cols rounded up to whole
     * vectors; the added columns are 0. */
    void (*pack)(int n, int cols, strided b, float *panel);

    /* to (cols, rows) = the transpose of from (rows, cols). */
    void (*transpose)(int rows, int cols, const float *from, ptrdiff_t from_stride, float *to,
                      ptrdiff_t to_stride);
    /* Rows of to (height, 2 n) = a[0], b[0], a[1], b[1], ..., from rows of a and b (height, n). */
    void (*interleave)(int height, int n, const float *a, ptrdiff_t a_stride, const float *b,
                       ptrdiff_t b_stride, float *to, ptrdiff_t to_stride);
    /* The other way, for one row: from (2 n) to a (n) and b (n). */
    void (*separate)(int n, const float *from, float *a, float *b);
    /* to (height, width) = from (height, width); fast for short rows. */
    void (*copy_image)(int height, int width, const float *from, ptrdiff_t from_stride, float *to,
                       ptrdiff_t to_stride);
    /* x[i] += y; x (n) */
    void (*add_value)(int n, float y, float *x);

    /* Does n rounds of fma with all registers in use, to measure the peak of this CPU. Returns the
     * number of floating-point operations, two for each fma. */
    double (*fma_peak)(int n);

    /* out (n) = the words of columns col .. col+n-1 of a row of a stream (math/random.h); col is a
     * multiple of RANDOM_GROUP. */
    void (*words)(random_stream s, int row, int col, int n, uint32_t *out);
    /* out (n) = normal numbers N(0, 1) of the same columns, by Box and Muller (1958) from words 0
     * and 1, and from words 2 and 3, of each counter. */
    void (*normal)(random_stream s, int row, int col, int n, float *out);
    /* keep[i] = 1 if the word of column col+i is at least `threshold`, else 0. */
    void (*keep)(random_stream s, int row, int col, int n, uint32_t threshold, unsigned char *keep);
    /* y[i] = scale y[i] if keep[i], else 0. */
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
    /* y(i, j) += x[j]; y (rows, cols) */
    void (*add_to_rows)(int rows, int cols, const float *x, float *y, ptrdiff_t stride);
    /* y[i] = x[i] if that is positive, else slope x[i] + 0; x and y may be the same. */
    void (*leaky_relu)(int n, float slope, const float *x, float *y);
    /* dy[i] *= f'(x[i]), computed from y[i] = f(x[i]). */
    void (*leaky_relu_gradient)(int n, float slope, const float *y, float *dy);
    void (*tanh_gradient)(int n, const float *y, float *dy);
    void (*sigmoid_gradient)(int n, const float *y, float *dy);
    /* y[i] = (2 bytes[i] - 255) / 255: exact but for one division, from -1 to 1. */
    void (*pixels)(int n, const unsigned char *bytes, float *y);
    /* The other way: bytes[i] = pixel_byte(x[i]) of math/pixel.h. */
    void (*bytes)(int n, const float *x, unsigned char *bytes);
    /* Of each channel, sums[i mod SUM_LANES] += x[i], in the order of i; x (channels, n), sums
     * (channels, SUM_LANES). */
    void (*add_lanes)(int channels, int n, const float *x, float *sums);
    /* sums[j] = m(0, j) + m(1, j) + ..., in that order; m (rows, cols), sums (cols). */
    void (*sum_rows)(int rows, int cols, const float *m, ptrdiff_t stride, float *sums);

    /* Adam on n parameters. Returns the sum of the squares of g in double, or NaN where a gradient,
     * a moment or a weight is not finite: ADAM_LANES sums, the l-th of the elements l, l +
     * ADAM_LANES, ..., and these in order. */
    double (*adam)(const adam_factors *u, int n, adam_values at);
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
