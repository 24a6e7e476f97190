/* game/pairs.h - what a data set teaches a task: crops of its pictures, and poorer copies of them.
 *
 * B rows in the batch, S values in a crop, I in its poorer copy.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_PAIRS_H
#define GAN_GAME_PAIRS_H

#include "data/ahead.h"
#include "data/crops.h"
#include "game/model.h"

/* So many are shown at the end of an epoch, and restored to examine G. */
enum { PAIRS_SHOWN = 64 };

typedef struct pairs {
    const dataset *data;
    const ahead *ahead; /* has the crops of the batches; NULL: they are cut from the data */
    degrader degrader;
    uint64_t seed;
    bool flip, turn;
    unsigned char *crops; /* (B or PAIRS_SHOWN, S) */
    float *shown;         /* (PAIRS_SHOWN, I) */
} pairs;

/* The memory for the model's batches; the data set must outlive it. Nothing where the model has no
 * task. */
void pairs_plan(pairs *p, arena *a, const model *m, const dataset *d);

/* x (n, S) = the crops with the numbers order[0], order[1], ..., which have the places from `first`
 * on in that epoch; poor (n, I) = their poorer copies. n is at most B. */
void pairs_batch(const pairs *p, const compute *c, uint32_t epoch, uint32_t first, int n,
                 const uint32_t *order, float *x, float *poor);

/* x (n, S) = n crops from all over the data, at most PAIRS_SHOWN, and poor (n, I) = their poorer
 * copies. They are a function of the seed and of the stream's step and use. */
void pairs_show(const pairs *p, const compute *c, random_stream s, int n, float *x, float *poor);

/* p->shown = poorer copies of the pictures x (PAIRS_SHOWN, S), each of bytes. */
void pairs_show_these(const pairs *p, const compute *c, const float *x);

#endif
