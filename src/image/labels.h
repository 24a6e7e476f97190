/* image/labels.h - a picture with a word above each of its columns.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_LABELS_H
#define GAN_IMAGE_LABELS_H

#include "format/png.h"

/* Words are drawn in white on black, in the letters of image/font.h, in the middle of their
 * columns, twice as large where all of them fit. */
typedef struct labels {
    png_picture below;
    const char *const *words; /* (count), one for each column; ASCII */
    int count;
    int width, gap; /* of a column, and between two, in pixels; the first begins at the left */
} labels;

/* The picture; *l must outlive it. */
png_picture labels_picture(const labels *l);

#endif
