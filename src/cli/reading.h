/* cli/reading.h - pictures that are being read, as a person sees it, on standard error.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_READING_H
#define GAN_CLI_READING_H

#include <stdbool.h>

#include "data/images.h"

typedef struct reading {
    bool live; /* on a terminal that can redraw a line */
    double drawn;
} reading;

/* The watch that prints how many pictures and bytes there are, the progress on a terminal, and
 * files that are left out. *r must live as long. */
image_watch reading_watch(reading *r);

#endif
