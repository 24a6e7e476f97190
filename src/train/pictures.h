/* train/pictures.h - the pictures of the fixed grid that a run has written, by epoch.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_PICTURES_H
#define GAN_TRAIN_PICTURES_H

#include "image/film.h"

typedef struct run_pictures {
    film_frame *frames; /* by epoch; --picture-every leaves some out */
    int count;
} run_pictures;

/* Lists the files samples/epoch-NNNN.png of the run in a folder; other names are ignored, and
 * nothing is opened. STATUS_IO if the folder has none; STATUS_FORMAT if two of them are of the same
 * epoch or one is of an epoch that no run has. pictures_free is due in any case. */
status pictures_list(run_pictures *p, const char *run);

void pictures_free(run_pictures *p);

#endif
