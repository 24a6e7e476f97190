/* math/kernels.h - the numeric code that is compiled once for each instruction set.
 *
 * A table of functions for each set; the best that this CPU can run is chosen once, at the start.
 * All of them give the same bits for the same arguments: kernels_generic is plain C, and the others
 * are tested against it byte for byte. They are used through matmul.h and through nn/.
 *
 * The bodies are kernels_template.h; kernels_<set>.c defines the vector and includes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_KERNELS_H
#define GAN_MATH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "math/random.h"

typedef struct kernels {
    const char *name;     /* what --isa calls it */
    bool (*usable)(void); /* does this CPU have the instructions */

    /* The part of a matrix product that stays in registers: c (tile_rows, tile_cols) = a b, or
     * c += a b where `add`, with a (tile_rows, k) at a[i * a_row + kk * a_k] and b (k, tile_cols)
     * without gaps; one of a_row and a_k is 1. Each element is one chain of fmaf over k = 0, 1, 2,
     * ... from 0 or from c. */
    int tile_rows, tile_cols;
    void (*tile)(int k, const float *a, ptrdiff_t a_row, ptrdiff_t a_k, const float *b, float *c,
                 ptrdiff_t c_stride, bool add);

    /* What tile reads as its b: panel (n, tile_cols) = the first `width` columns of b, with b(k, j)
     * at b[k * b_k + j * b_col], and zeros behind them. One of b_k and b_col is 1. */
    void (*pack)(int n, int width, const float *b, ptrdiff_t b_k, ptrdiff_t b_col, float *panel);

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
    /* y[i] = scale x[i] where keep[i], else 0; x and y may be the same. */
    void (*mask)(int n, const unsigned char *keep, float scale, const float *x, float *y);

    /* y[i] = f(x[i]); x and y may be the same. Ranges and errors: docs/numerics.md. */
    void (*exp)(int n, const float *x, float *y);
    void (*log)(int n, const float *x, float *y);       /* of positive, finite x */
    void (*sin_turns)(int n, const float *x, float *y); /* sin(2 pi x), x in [0, 1] */
    void (*cos_turns)(int n, const float *x, float *y); /* cos(2 pi x), x in [0, 1] */
    void (*tanh)(int n, const float *x, float *y);
    void (*sigmoid)(int n, const float *x, float *y);  /* 1 / (1 + exp(-x)) */
    void (*softplus)(int n, const float *x, float *y); /* log(1 + exp(x)) */
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
