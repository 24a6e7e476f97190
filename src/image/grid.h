/* image/grid.h - draws samples in rows and columns as one picture.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_GRID_H
#define GAN_IMAGE_GRID_H

#include "base/status.h"
#include "base/text.h"
#include "format/png.h"

/* rows x cols samples, each channels x height x width, with `pad` black pixels between them and
 * none around: 8 x 8 of 28 x 28 with 5 between are 8*28 + 7*5 = 259 pixels wide and high. */
typedef struct grid {
    int rows, cols, pad;
    int channels, height, width; /* channels: 1 or 3 */
} grid;

enum { GRID_MOST_PIXELS = 1 << 28 };

/* STATUS_USAGE for an invalid grid: no rows or columns, or more than GRID_MOST_PIXELS pixels. */
status grid_check(const grid *g);

/* A grid with its samples (rows*cols, channels*height*width) in [-1, 1], the first ones in the top
 * row. */
typedef struct grid_sheet {
    grid tiles;
    int width; /* of a sample */
    const float *samples;
    const float *beside; /* NULL: a tile is a sample */
} grid_sheet;

/* The picture of a sheet, which has to outlive it, and whose grid must be valid. */
png_picture grid_picture(const grid_sheet *s);

/* Writes samples (rows*cols, channels*height*width) in [-1, 1] as PNG, the first ones in the top
 * row; grey for 1 channel, colour for 3. `path` appears whole or not at all; "-" is standard
 * output. Fails as grid_check and png_write (format/png.h) do. */
status grid_write_png(const char *path, const grid *g, const float *samples);

/* Appends the bytes of that file to a text. Fails as grid_check and png_append do. */
status grid_append_png(text *t, const grid *g, const float *samples);

/* The same with squares of scale x scale in place of the pixels. Fails as enlarge does, too. */
status grid_write_large_png(const char *path, const grid *g, int scale, const float *samples);

/* The same with pairs: each sample has another one, of `beside`, to its right, with one pixel
 * between them. All gaps are grey, so that pairs stand apart on black and on white. 8 x 8 pairs of
 * 28 x 28 with 5 between are 8*57 + 7*5 = 491 pixels wide. */
status grid_check_pairs(const grid *g);
status grid_write_pairs_png(const char *path, const grid *g, const float *samples,
                            const float *beside);

#endif
