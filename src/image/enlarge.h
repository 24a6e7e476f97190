/* image/enlarge.h - a picture whose pixels become squares.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_ENLARGE_H
#define GAN_IMAGE_ENLARGE_H

#include "format/png.h"

enum { ENLARGE_MOST = 64 };

typedef struct enlarged {
    png_picture small;
    int scale; /* each pixel becomes scale x scale */
} enlarged;

/* Sets *p to the large picture, which *e has to outlive. STATUS_USAGE, about --scale, if it would
 * have more than GRID_MOST_PIXELS pixels. */
status enlarge(png_picture *p, const enlarged *e);

#endif
