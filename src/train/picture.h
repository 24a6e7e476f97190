/* train/picture.h - what an epoch's samples look like: images in a grid, or points in the plane.
 *
 * Images are 8 x 8 in a grid (image/grid.h). Points are 2500, over as many of the data and over the
 * field of D (image/field.h), in the same square at every epoch.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_PICTURE_H
#define GAN_TRAIN_PICTURE_H

#include "data/dataset.h"
#include "game/model.h"
#include "image/field.h"

typedef struct picture {
    float *samples; /* (64, S), or (2500, 2) */
    /* Of points only: */
    field field;
    float *places;         /* (FIELD_PLACES, 2), where D is asked */
    float *verdicts;       /* (FIELD_PLACES) */
    unsigned char *pixels; /* (FIELD_BYTES) */
} picture;

/* Takes the memory for pictures of the model's samples beside the data, which stays the caller's.
 */
void picture_plan(picture *p, arena *a, const model *m, const dataset *data);

/* Writes the PNG of the samples of a stream; the model must have been planned for training. */
status picture_write(picture *p, model *m, const compute *c, random_stream s, const char *path);

#endif
