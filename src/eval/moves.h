/* eval/moves.h - images as nets of the evaluation learn from them: moved by up to a pixel, so that
 * there are more of them, and turned.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_MOVES_H
#define GAN_EVAL_MOVES_H

#include "data/dataset.h"
#include "math/random.h"

/* to (S) = that image of the data set, moved by dx and dy from -1 to 1, both drawn at once at
 * place `place` of the stream; pixels at its edges are repeated beyond them. */
void moved_image(const dataset *d, uint32_t number, random_stream moves, int place, float *to);

/* A move and a turn after it. */
typedef struct image_change {
    int right, down; /* pixels */
    int turns;       /* quarter turns to the left, 0 to 3; odd ones of square images only */
} image_change;

/* The move that moved_image draws at that place. */
image_change move_of(random_stream moves, int place);

/* to (S) = the image, changed. */
void changed_image(const dataset *d, uint32_t number, image_change c, float *to);

#endif
