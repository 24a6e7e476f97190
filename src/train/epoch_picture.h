/* train/epoch_picture.h - the picture of an epoch's samples: images in a grid, or points in the
 * plane.
 *
 * Images are 8 x 8 in a grid (image/grid.h); with a task see train/restored_picture.h. Points are
 * 2500, drawn over as many points of the data and over the field of D (image/field.h), in the same
 * square at every epoch. S values in a sample.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_EPOCH_PICTURE_H
#define GAN_TRAIN_EPOCH_PICTURE_H

#include "data/dataset.h"
#include "game/model.h"
#include "image/show.h"
#include "train/restored_picture.h"

typedef struct epoch_picture {
    float *samples; /* (tiles, S), or (2500, 2) */
    grid_sheet sheet;
    restored_picture restored; /* only with a task */
    /* Only for points: */
    field field;
    float *places;         /* (FIELD_PLACES, 2), where D is asked */
    float *verdicts;       /* (FIELD_PLACES) */
    unsigned char *pixels; /* (FIELD_BYTES) */
} epoch_picture;

/* Takes the memory for pictures of the model's samples. The data, and what they teach a task, must
 * outlive the picture. */
void epoch_picture_plan(epoch_picture *p, arena *a, const model *m, const dataset *data,
                        const pairs *of);

/* Draws the samples of the latents of a stream. The model must have been planned for training; the
 * subject is valid until the next picture is drawn or written. */
show_subject epoch_picture_draw(epoch_picture *p, model *m, const compute *c, random_stream s);

/* Writes the samples of the latents of a stream as a PNG, which appears whole or not at all. The
 * model must have been planned for training. STATUS_IO, STATUS_MEMORY. */
status epoch_picture_write(epoch_picture *p, model *m, const compute *c, random_stream s,
                           const char *path);

/* Writes what each row of a grid shows, for a model with conditions or a task: the names of two
 * columns, then a line for each row, its number from 1, a tab, and its class, its caption, or which
 * of the pictures of a crop it has. */
status epoch_picture_write_legend(const model *m, const char *path);

#endif
