/* image/lettering.h - samples with words beneath them, in the letters of image/font.h.
 *
 * A sample gets more rows, and columns if it is narrower than sixteen letters, and is then a sample
 * like any other: grid_write_png (image/grid.h) draws them.
 *
 *     const grid with_words = lettering_grid(&g, &l);
 *     TRY(grid_check(&with_words));
 *     lettering_draw(&g, &l, samples, out);     out: rows * cols samples of that grid
 *     TRY(grid_write_png(path, &with_words, out));
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_LETTERING_H
#define GAN_IMAGE_LETTERING_H

#include "image/grid.h"

enum { LETTERING_MOST_LINES = 4 };

/* What stands beneath each sample: UTF-8 that lives as long as this. */
typedef struct lettering {
    const char *(*words)(const void *from, int i);
    const void *from;
    int count; /* samples that have words, the first ones of the grid */
} lettering;

/* The grid with room for the words: as many lines as the longest ones take, at most
 * LETTERING_MOST_LINES. */
grid lettering_grid(const grid *g, const lettering *l);

/* out (rows*cols, channels*height*width of lettering_grid) = the samples (rows*cols,
 * channels*height*width of g), in the middle of black, with white words beneath. Lines end between
 * words where they can; what does not fit is left out, with "..." in its place. */
void lettering_draw(const grid *g, const lettering *l, const float *samples, float *out);

#endif
