/* train/restored_picture.h - the picture of an epoch of a task: what G is given, what it makes of
 * it, and what was there.
 *
 * Eight crops stand side by side, below each other: the poorer copy, enlarged to the size of the
 * crop by repeating pixels; with --scale also by the bicubic filter; G's picture; the crop itself.
 * Then eight more. S values in a crop, I in its poorer copy.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_RESTORED_PICTURE_H
#define GAN_TRAIN_RESTORED_PICTURE_H

#include "game/pairs.h"

enum { RESTORED_COLS = 8, RESTORED_BANDS = 2, RESTORED_COUNT = RESTORED_COLS * RESTORED_BANDS };

typedef struct restored_picture {
    const pairs *pairs;
    float *real, *made; /* (RESTORED_COUNT, S) */
    float *poor;        /* (RESTORED_COUNT, I) */
    bicubic_axis down, across;
    float *lines; /* between the two axes */
} restored_picture;

void restored_picture_plan(restored_picture *p, arena *a, const model *m, const pairs *of);

/* Rows of tiles in the picture, and what a row shows: "bicubic". */
int restored_picture_rows(const model *m);
const char *restored_picture_row(const model *m, int row);

/* tiles (rows RESTORED_COLS, S) = the picture for the crops of a stream. What the model shows stays
 * as it was. */
void restored_picture_draw(restored_picture *p, model *m, const compute *c, random_stream s,
                           float *tiles);

#endif
