/* game/adversarial.h - generator and discriminator: their places among the players, and what an
 * epoch of their game is measured by.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_ADVERSARIAL_H
#define GAN_GAME_ADVERSARIAL_H

#include "game/model.h"

enum { GENERATOR, DISCRIMINATOR };

/* Summed over the steps of an epoch, for the means in metrics.csv. D's are means over its k steps.
 */
typedef enum metric {
    METRIC_D_LOSS,     /* of real samples and of fakes, means over the batch */
    METRIC_G_LOSS,     /* mean over the batch */
    METRIC_D_REAL,     /* D(x), as the loss defines it */
    METRIC_D_FAKE,     /* D(G(z)), as D's own step sees it */
    METRIC_RIGHT_REAL, /* share of the real samples that D takes for real */
    METRIC_RIGHT_FAKE, /* share of the fakes that it takes for fake */
    METRIC_D_NORM,     /* Euclidean norm of the gradient that D's Adam gets */
    METRIC_G_NORM,     /* the same for G */
    METRIC_PENALTY,    /* what D pays for its gradient, mean over the batch */
    METRIC_PIXEL,      /* only with a task: squared error of G's pictures, mean over all values */
    METRIC_COUNT
} metric;

/* Builds both nets, or G's alone: the `open` of the games, in nets.c. */
status adversarial_open(model *m);
status regression_open(model *m);

#endif
