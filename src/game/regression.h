/* game/regression.h - learning from pairs: G's picture is compared with the one that it should be.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_REGRESSION_H
#define GAN_GAME_REGRESSION_H

#include "game/contest.h"

/* Adds what G pays for the squared error of the fakes, the mean over the values of each, to the
 * gradient d (B, S) of `share` times another loss; where the share is 0, d need not be set. Adds
 * the mean over the batch to the epoch's sums, and returns the sum over the batch. */
double regression_gradient(const contest *t, double share, view d);

/* Descends the squared error alone, of the next batch; t's pass number is that of the batch. */
status regression_step(const contest *t, batch_source source);

#endif
