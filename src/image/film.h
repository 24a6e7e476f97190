/* image/film.h - a film (APNG) of the pictures of a run's epochs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_FILM_H
#define GAN_IMAGE_FILM_H

#include <stdint.h>

#include "base/status.h"

/* A picture that gan train wrote at the end of that epoch. */
typedef struct film_frame {
    uint32_t epoch; /* at most FILM_LAST_EPOCH */
    char *path;
} film_frame;

enum { FILM_MOST_RATE = 100, FILM_LAST_EPOCH = 10000000 };
#define FILM_LONGEST_HOLD 65.0

typedef struct film {
    const film_frame *frames; /* by epoch, each later than the one before */
    int count;                /* at least 1 */
    int every;                /* shows the epochs that it divides, and the last picture; 0: one with
                                 which the file is small enough, set by film_write */
    int scale;                /* each pixel becomes scale x scale */
    int rate;                 /* frames per second */
    double hold;              /* seconds for which the last frame is shown */
    uint64_t most_bytes;      /* of the file */
} film;

/* Writes the film to a file, which appears whole or not at all; "-" is standard output. All
 * pictures have to be 8-bit PNGs of the same size, grey or RGB: STATUS_FORMAT names one that is not
 * of this kind. STATUS_USAGE if the file would be larger than most_bytes, or a frame too large.
 * STATUS_IO, STATUS_MEMORY. Memory is that of one picture and its PNG. */
status film_write(const char *path, film *f);

#endif
