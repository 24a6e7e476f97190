/* train/held_out.h - test pictures for a run with a task: what its G has not seen.
 *
 *     held_out h;
 *     held_out_open(&h, &trainer);            a few for the picture of an epoch, if there are some
 *     held_out_plan(&h, &arena, &model);      twice: see base/arena.h
 *     held_out_pairs(&h)                      NULL: there are none
 *     held_out_close(&h);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_HELD_OUT_H
#define GAN_TRAIN_HELD_OUT_H

#include "train/trainer.h"

typedef struct held_out {
    dataset data;
    pairs pairs;
} held_out;

/* Opens the first test pictures that belong to the run's training pictures. There are none without
 * a task, without a test part, and if not one of that fits into a bound. STATUS_IO, STATUS_FORMAT,
 * STATUS_MEMORY where the test part cannot be read; STATUS_USAGE where the options contradict it.
 */
status held_out_open(held_out *h, trainer *t);
void held_out_plan(held_out *h, arena *a, const model *m);
const pairs *held_out_pairs(const held_out *h);
void held_out_close(held_out *h);

/* A request for pictures as the run has them, of its test part. */
dataset_request held_out_request(const dataset *train, const train_options *o, const compute *c);

/* *found: the data have a test part. STATUS_IO, STATUS_MEMORY. */
status held_out_find(const dataset *train, bool *found);

#endif
