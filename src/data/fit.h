/* data/fit.h - brings a picture to the channels and the size of its data set, in whole numbers, so
 * that the bytes are the same on every machine. data/images.c calls both, one after the other.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_FIT_H
#define GAN_DATA_FIT_H

#include "format/bitmap.h"

typedef struct rgb {
    unsigned char r, g, b;
} rgb;

/* Blends the picture with a background where it is transparent, and converts it to 1 or 3 channels:
 * grey is (19595 R + 38470 G + 7471 B + 32768) / 65536, by the weights of ITU-R BT.601.
 * STATUS_MEMORY; the picture is then unchanged. */
status fit_channels(bitmap *b, int channels, rgb background);

typedef enum fit_mode {
    FIT_CROP, /* the largest part with the new aspect ratio, from the middle */
    FIT_PAD   /* the whole picture, with background on two sides */
} fit_mode;

/* Scales a picture of 1 or 3 channels to out (channels, height, width): each pixel is the mean of
 * the area that it covers, rounded half up. STATUS_MEMORY. */
status fit_size(const bitmap *b, fit_mode mode, rgb background, int width, int height,
                unsigned char *out);

#endif
