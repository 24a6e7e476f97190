/* image/screen_fit.h - fits a picture to a part of a terminal.
 *
 * By a whole factor: the largest with which every tile has room. A tile is not shrunk below
 * SCREEN_FIT_LEAST pixels to make room for others: those that have none are left out. A shrunk
 * pixel is the mean of the pixels that it stands for.
 *
 *     TRY(screen_fit_open(&f, &subject, &limits));
 *     ... draw f.picture, if its width is not 0 ...
 *     screen_fit_close(&f);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_SCREEN_FIT_H
#define GAN_IMAGE_SCREEN_FIT_H

#include <stdint.h>

#include "image/show.h"

enum {
    SCREEN_FIT_LEAST = 12, /* pixels on the longer side of a tile, while others are left out */
    SCREEN_FIT_SEEN = 4    /* a tile with fewer pixels is not shown */
};

typedef struct screen_limits {
    int width, height; /* pixels */
    int aspect;        /* the height of a pixel, 1 or 2, in units of its width */
    int most_scale;
} screen_limits;

typedef struct screen_fit {
    png_picture picture; /* of width 0 if there is no room for one tile */
    const show_subject *from;
    int rows, cols;                   /* of tiles */
    int box_width, box_height;        /* pixels of the subject that become one */
    int repeat_width, repeat_height;  /* which becomes as many */
    int tile_width, tile_height, gap; /* before that */
    unsigned char *line;              /* of the subject */
    uint64_t *sums;                   /* of a line of the picture, before it is repeated */
} screen_fit;

/* *from has to outlive *f. STATUS_MEMORY. */
status screen_fit_open(screen_fit *f, const show_subject *from, const screen_limits *l);
void screen_fit_close(screen_fit *f);

#endif
