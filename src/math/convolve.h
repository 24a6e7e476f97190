/* math/convolve.h - a convolution of a batch of images, and its two derivatives.
 *
 * It turns images (B, C H W) into C' maps each, (B, C' H' W'), with weights w (C', C, k, k) as
 * PyTorch stores them, stride s and padding p:
 *
 *     map[o][i][j] = sum over c, u, v of w[o][c][u][v] image[c][s i + u - p][s j + v - p]
 *
 * where the image is 0 beyond its edges. It is linear in the images and in w. convolve_back is its
 * transpose: the gradient by the images from the gradient by the maps. A transposed convolution is
 * the same layer turned round: convolve_back forward, convolve backward, the same gradient of w.
 *
 * Each element of a result is one chain of fmaf, as in math/matmul.h, in this order:
 *
 *     convolve            c, u, v: the window in the order of the image's memory
 *     convolve_back       o, i, j: for each map, the places whose windows contain the pixel (places
 *                         beyond the map's edges count as 0), in the order of the map's memory
 *     convolve_weights    images, then i, j
 *
 * docs/numerics.md derives them. No matrix of windows is ever built: math/windows.h.
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

/* The number of floats in `panels` that both directions need. */
size_t convolve_panels(const convolution *g);

/* maps (B, C' H' W') = the convolution of images (B, C H W), + bias (C') unless bias is NULL. As
 * soon as an image is done, `then` runs on its row, a part at a time. */
void convolve(const compute *c, const convolution *g, const float *w, const float *bias,
              const_view images, view maps, block_task then);

/* images (B, C H W) = the transpose applied to maps (B, C' H' W'), + bias (C) unless bias is NULL;
 * `then` likewise. */
void convolve_back(const compute *c, const convolution *g, const float *w, const float *bias,
                   const_view maps, view images, block_task then);

/* dw (C', C, k, k) = the gradient by w, from images (B, C H W) and dmaps (B, C' H' W'). Where
 * `goes_on`, each chain starts from what stands in dw, not from 0. */
void convolve_weights(const compute *c, const convolution *g, bool goes_on, const_view images,
                      const_view dmaps, float *dw);

/* The sum over channel o, of `channels`, of all rows of m (B, channels P), in two steps. lanes
 * (channels, SUM_LANES): value i of the channel goes into sum i mod SUM_LANES, rows in order, from
 * 0 or, where `goes_on`, from what stands there. sums[o] = those of the channel, in order. */
void convolve_add_channels(const compute *c, int channels, bool goes_on, const_view m,
                           float *lanes);
void convolve_end_channels(int channels, const float *lanes, float *sums);

#endif
