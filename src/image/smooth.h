/* image/smooth.h - a picture enlarged by the bicubic filter (math/bicubic.h), line by line.
 *
 * Only as many rows of the source as the filter covers are kept as floats. Where there is alpha,
 * colours count as much as they are opaque: colours that nobody sees do not bleed into others, and
 * a pixel that is fully transparent is black.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_SMOOTH_H
#define GAN_IMAGE_SMOOTH_H

#include "image/picture.h"
#include "math/bicubic.h"

typedef struct smooth {
    const picture *from;
    int height, width; /* of the result */
    bicubic_axis y, x;
    float *row;    /* (from->width): a row of the source */
    float *across; /* (y.taps, channels, width): rows that are as wide as the result; row r of the
                      source is at r modulo y.taps */
    float *line;   /* (channels, width): a line of the result */
    int *rows;     /* rows of the source that have been taken */
} smooth;

/* Takes the memory; `from` need not be decoded before the first line. */
void smooth_plan(smooth *s, arena *a, const picture *from, int scale);

/* Line y of the result (channels, width), 0 to 255, not rounded, until the next call. Lines are
 * taken in rising order. */
const float *smooth_line(const smooth *s, int y);

/* The byte of a value from 0 to 255; values beyond are cut off. */
unsigned char smooth_byte(float x);

/* The same picture in bytes; *s must outlive it. */
png_picture smooth_png(const smooth *s);

#endif
