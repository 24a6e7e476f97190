/* image/grid.h - samples in rows and columns, as one picture.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_GRID_H
#define GAN_IMAGE_GRID_H

#include "base/status.h"

/* rows x cols samples, each channels x height x width, with `pad` black pixels between them and
 * none around: 8 x 8 of 28 x 28 with 5 between are 8*28 + 7*5 = 259 pixels wide and high. */
typedef struct grid {
    int rows, cols, pad;
    int channels, height, width; /* channels: 1 or 3 */
} grid;

enum { GRID_MOST_PIXELS = 1 << 28 };

/* STATUS_USAGE where the picture cannot be: nothing in a row, more pixels than GRID_MOST_PIXELS. */
status grid_check(const grid *g);

/* Writes the picture of samples (rows*cols, channels*height*width) in [-1, 1], the first ones in
 * the top row, a sample's channels one after another. Grey or colour by the channels. `path`
 * appears whole or not at all, "-" is standard output. Checks the grid first. */
status grid_write_png(const char *path, const grid *g, const float *samples);

/* The same of pairs: each sample with another one to its right, a pixel between these two. What is
 * between is grey, so that pairs stand apart on black and on white. 8 x 8 pairs of 28 x 28 with 5
 * between are 8*57 + 7*5 = 491 pixels wide. */
status grid_check_pairs(const grid *g);
status grid_write_pairs_png(const char *path, const grid *g, const float *samples,
                            const float *beside);

#endif
