/* data/survey.h - how large the pictures of a folder are, before they are read.
 *
 * Looks at the headers of a few hundred files, spread over the folder: whoever chooses a size for
 * the samples (train/choice.h) needs no more.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_SURVEY_H
#define GAN_DATA_SURVEY_H

#include <stdbool.h>

#include "base/status.h"
#include "math/compute.h"

typedef struct picture_survey {
    int pictures;      /* that were looked at; 0: the data are not a folder of pictures */
    int width, height; /* of each of them; 0: they differ */
    int side;          /* the shorter side of the middle picture in the order of these sides */
} picture_survey;

/* Surveys what `where` names, as data/dataset.h defines it. Files that cannot be read are not
 * pictures here: reading the set reports them. STATUS_IO if there is no data, STATUS_MEMORY. */
status survey_pictures(picture_survey *s, const char *where, const compute *c);

#endif
