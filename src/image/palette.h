/* image/palette.h - at most 256 colours for a picture.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_PALETTE_H
#define GAN_IMAGE_PALETTE_H

#include "format/png.h"

enum { PALETTE_MOST = 256, PALETTE_BINS = 1 << 15 };

typedef struct palette {
    int count;
    unsigned char percent[PALETTE_MOST][3]; /* red, green and blue, from 0 to 100 */
    unsigned char of_bin[PALETTE_BINS];     /* the colour of pixels with these first 5 bits each */
} palette;

/* Chooses colours: for a grey picture the greys of 0 to 100 %, for others those of a median cut
 * (Heckbert 1982) through the colours that it has. `line` has room for one of its lines.
 * STATUS_MEMORY. */
status palette_choose(palette *p, const png_picture *picture, unsigned char *line);

/* The number of the colour that stands for a pixel. */
int palette_number(const palette *p, const unsigned char *pixel, int channels);

#endif
