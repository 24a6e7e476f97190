/* game/game.h - one step of the game between G and D.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_GAME_H
#define GAN_GAME_GAME_H

#include "game/model.h"

/* Where real samples come from: next fills x (B, S) with the batch of that number in the epoch. */
typedef struct batch_source {
    void (*next)(void *context, uint32_t number, float *x);
    void *context;
} batch_source;

/* One step of algorithm 1 of Goodfellow and others (2014): k steps of D, each on a fresh real batch
 * and fresh fakes, then one of G through the updated D, with the z of D's last step. What they
 * minimise is the row of nn/loss.h that the options choose. Losses are summed over the batch for
 * the gradients. Adds to m->sums and moves m->step on, not beyond the epoch's last: model_end_epoch
 * does that.
 *
 * STATUS_NONFINITE, with the net, the tensor, the step and what to try, where a loss, a gradient or
 * a parameter has become NaN or infinite; the model is then of no further use. */
status gan_step(model *m, const compute *c, batch_source real);

/* From the end of an epoch to the beginning of the next: the sums start from 0. */
void model_end_epoch(model *m);

#endif
