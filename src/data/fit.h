/* data/fit.h - brings a picture to the channels and the size of its data set, row by row as it is
 * decoded, in whole numbers, so that the bytes are the same on every machine. data/images_read.c
 * calls it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_FIT_H
#define GAN_DATA_FIT_H

#include <stdint.h>

#include "format/bitmap.h"

typedef struct rgb {
    unsigned char r, g, b;
} rgb;

/* The grey of a colour: its luma, (19595 R + 38470 G + 7471 B + 32768) / 65536, by the weights of
 * ITU-R BT.601. */
unsigned char fit_grey(rgb c);

/* The same of floats, in any unit. */
static inline float fit_luma(float red, float green, float blue)
{
    return 0.299f * red + 0.587f * green + 0.114f * blue;
}

typedef enum fit_mode {
    FIT_CROP, /* the largest part with the new aspect ratio, from the middle */
    FIT_PAD   /* the whole picture, with background on two sides */
} fit_mode;

/* What a picture becomes. */
typedef struct fit_target {
    int channels, height, width; /* 1 or 3 channels */
    fit_mode mode;
    rgb background;
} fit_target;

/* A picture on its way: a part of it, upright or lying as it is stored, is scaled to
 * `width` x `height` pixels. */
typedef struct fit {
    const fit_target *target;
    unsigned char *out; /* (channels, height, width) */
    bitmap_form form;
    int left, top, from_width, from_height; /* of the part */
    int width, height;
    int at_x, at_y;      /* where the part is in out, upright */
    int row, done;       /* rows received, and made */
    unsigned char *line; /* (from_width*channels): a row of the part in the target's channels */
    uint32_t *sums;      /* (from_width*channels): over the rows that a row of the result covers */
} fit;

/* Prepares *f for a picture that becomes out (channels, height, width) of the target: it is
 *
 * - blended with the background where it is transparent, and converted to 1 or 3 channels: grey is
 *   fit_grey;
 * - turned upright;
 * - scaled: each pixel is the mean of the area that it covers, rounded half up.
 *
 * bitmap_read then fills out by the sink that fit_sink returns; fit_free releases what that takes.
 */
void fit_start(fit *f, const fit_target *target, unsigned char *out);

/* Its begin returns STATUS_MEMORY. */
bitmap_sink fit_sink(fit *f);

void fit_free(fit *f);

/* The memory that a picture of this width, stored as it is, takes. */
size_t fit_memory(int width);

#endif
