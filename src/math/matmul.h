/* math/matmul.h - the product of two matrices, in the three orientations that a net needs.
 *
 * The result has M rows and N columns; sums have K terms. Each element of the result is one chain
 * of fmaf over k = 0, 1, ..., K-1 that starts from 0, for any instruction set and number of
 * threads.
 *
 * As soon as a block of the result is complete, and still in the cache, `then` runs on it (unless
 * then.run is NULL): a bias, an activation, a mask.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_MATMUL_H
#define GAN_MATH_MATMUL_H

#include <stdbool.h>

#include "math/compute.h"

/* out (M, N) = a (M, K) b (K, N) */
void matmul_nn(const compute *c, view out, const_view a, const_view b, block_task then);

/* out (M, N) = a (M, K) b^T, b (N, K) */
void matmul_nt(const compute *c, view out, const_view a, const_view b, block_task then);

/* out (M, N) = a^T b, a (K, M), b (K, N) */
void matmul_tn(const compute *c, view out, const_view a, const_view b, block_task then);

/* The same, but where `goes_on`, each chain starts from what stands in out, not from 0: with the
 * rows of a and b in two parts, one call after the other gives the same bits as one call. */
void matmul_tn_on(const compute *c, bool goes_on, view out, const_view a, const_view b,
                  block_task then);

#endif
