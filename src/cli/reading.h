/* cli/reading.h - shows the progress of reading pictures on standard error.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_READING_H
#define GAN_CLI_READING_H

#include "cli/tally.h"
#include "data/images.h"

typedef struct reading {
    tally shown;
} reading;

/* The watch that prints the number of pictures and bytes, the progress on a terminal, and the files
 * that are left out. *r must outlive it. */
image_watch reading_watch(reading *r);

#endif
