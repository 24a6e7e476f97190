/* game/options.h - the options that decide what is computed; every checkpoint holds them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_OPTIONS_H
#define GAN_GAME_OPTIONS_H

#include <stdbool.h>

#include "base/option.h"

typedef struct model_options {
    /* Specs; NULL: a default for the kind of the data (nets.c). In G's, "out" is the size of a
     * sample, or its channels in a layer of images. */
    const char *generator, *discriminator;
    int latent;            /* values in a z */
    int init;              /* one of nn/init.h */
    int batch;             /* real samples in a step, and as many fakes */
    int d_steps;           /* k: steps of the discriminator for each of the generator */
    int loss;              /* one of nn/loss.h */
    double lr, lr_g, lr_d; /* lr_g and lr_d are each player's own: NAN for lr until model_open */
    int lr_schedule;       /* one of nn/schedule.h, */
    int lr_epochs;         /* over so many epochs; the constant one does not read it */
    double beta1, beta2, eps;
    double label_smoothing; /* how far the label of real samples is below 1 */
    bool flip;              /* mirror real samples at random */
    int augment;            /* set of the changes in game/augment.h to all that D sees */
    double instance_noise;  /* deviation of the noise on all that D sees */
    /* weights of the penalties on D's gradient by its input */
    double r1, r2, gradient_penalty;
    int task;           /* what G restores: one of game/task.h */
    int scale;          /* of the task upscale */
    int crop;           /* side of the real pictures of a task; 0: as the data are */
    bool turn;          /* turn them by quarter turns at random */
    const char *phases; /* of a task: game/phases.h; NULL: one of regression */
    double adversarial; /* the weight of D's verdict beside the error of G's picture */
    int condition;      /* what G and D are told of a sample: one of game/asked.h */
    double mismatch; /* the share of D's fake side that real samples with a wrong condition have */
    int mismatch_epochs;  /* in so many epochs; 0: in all */
    double mismatch_near; /* the share of wrong conditions that are nearly right */
    double ema;           /* beta of the average of G; 0: no average */
    uint64_t seed;
    int limit; /* the first so many samples of the data set; 0: all */
} model_options;

/* All of scope SCOPE_MODEL. The offsets are in model_options; a struct that begins with one can use
 * the rows unchanged. */
extern const option_table model_option_table;

#endif
