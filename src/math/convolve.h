/* math/convolve.h - a convolution, and its two derivatives, of a batch of images.
 *
 * Of B images, (B, C H W), a convolution makes C' maps each, (B, C' H' W'), by weights w (C', C, k,
 * k), as PyTorch stores them: with stride s and padding p
 *
 *     map[o][i][j] = sum over c, u, v of w[o][c][u][v] image[c][s i + u - p][s j + v - p]
 *
 * where the image is 0 beyond its edges. It is linear in the image and in w. convolve_back is its
 * transpose: what goes into a layer that convolves gets its gradient by it, and a transposed
 * convolution is that layer the other way round, whose forward is convolve_back and whose way back
 * is convolve. Both have the same gradient of w.
 *
 * Every element of a result is one chain of fmaf, as in math/matmul.h, over
 *
 *     convolve           c, u, v: the window in the order of the image's memory
 *     convolve_back      o, i, j: all maps, and in each the window of those that see the pixel
 * (with those beyond the edges, which are 0), in the order of the map's memory convolve_weights the
 * images, i, j
 *
 * docs/numerics.md derives them. No matrix of windows is made: math/windows.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_CONVOLVE_H
#define GAN_MATH_CONVOLVE_H

#include <stdbool.h>

#include "math/compute.h"

typedef struct convolution {
    int channels, height, width;     /* C, H, W */
    int maps, map_height, map_width; /* C', H', W'; H' = floor((H + 2 p - k) / s) + 1 */
    int kernel, stride, padding;     /* k, s, p */
    float *panels;                   /* convolve_panels(g) floats, to pack w into */
} convolution;

enum { CONVOLVE_MOST_KERNEL = 16, CONVOLVE_MOST_STRIDE = 8 };

/* The floats that both directions need behind `panels`. */
size_t convolve_panels(const convolution *g);

/* maps (B, C' H' W') = the convolution of images (B, C H W), + bias[o] where bias is not NULL.
 * `then` is run on blocks of whole rows' parts as soon as an image is done. */
void convolve(const compute *c, const convolution *g, const float *w, const float *bias,
              const_view images, view maps, block_task then);

/* images (B, C H W) = its transpose of maps (B, C' H' W'), + bias[c] where bias is not NULL. */
void convolve_back(const compute *c, const convolution *g, const float *w, const float *bias,
                   const_view maps, view images, block_task then);

/* dw (C', C, k, k) = the derivative by w of sum(dmaps convolve(images)). */
void convolve_weights(const compute *c, const convolution *g, const_view images, const_view dmaps,
                      float *dw);

/* sums[o] = the sum over channel o, of `channels`, of all rows of m: sixteen
 * sums, value i of the channel in sum i mod 16, rows in order; then these sixteen in order. */
void convolve_sum_channels(const compute *c, int channels, const_view m, float *sums);

#endif
