/* math/passage.h - a job of a convolution, images to maps or back, and its packed weights.
 *
 * For convolve.c and straight.c, which compute the products, and passage.c, which packs the
 * weights.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_PASSAGE_H
#define GAN_MATH_PASSAGE_H

#include "math/windows.h"

/* A job: the products of windows of `from` with the weights, into `to`. */
typedef struct passage {
    const compute *compute;
    const convolution *g;
    windows windows;
    cut cut;
    bool narrow;  /* lanes run over places, not outputs */
    int together; /* how many classes a product computes: all of them, or 1 */
    const float *w, *bias;
    const_view from;
    view to;
    block_task then;
} passage;

/* The number of terms in a sum of a class (math/windows.h). */
int passage_terms(const windows *w, int class_y, int class_x);

/* Where the packed weights of a class, from output col on, begin; of all classes if they are
 * computed together. */
float *passage_weights(const passage *p, int class_y, int class_x, int col);

/* Packs p->w into p->g->panels, on all threads. */
void passage_pack(const passage *p);

/* Hands finished images to p->then, a part of each at a time. */
void passage_hand_on(const passage *p, int image, int images);

/* straight.c: whether the job takes that way, whose results need no transposing; if so, cuts it
 * into tasks of up to `images`. And the job itself. */
bool passage_goes_straight(passage *p, int images);
void passage_run_straight(const passage *p);

#endif
