/* eval/moves.h - images moved by up to a pixel, so that nets of the evaluation learn from more than
 * there are.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_MOVES_H
#define GAN_EVAL_MOVES_H

#include "data/dataset.h"
#include "math/random.h"

/* to (S) = that image of the data set, moved by dx and dy from -1 to 1, both drawn at once at
 * place `place` of the stream; pixels at its edges are repeated beyond them. */
void moved_image(const dataset *d, uint32_t number, random_stream moves, int place, float *to);

#endif
