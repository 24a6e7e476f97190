/* train/options.h - the options of a run.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_OPTIONS_H
#define GAN_TRAIN_OPTIONS_H

#include <stdbool.h>

#include "base/option.h"
#include "data/options.h"
#include "game/options.h"
#include "math/compute.h"

typedef struct train_options {
    model_options model;              /* first, so that model_option_table fits this struct too */
    const char *data;                 /* folder or file; NULL: look for it (data/dataset.h) */
    image_options images;             /* what is made of pictures */
    int epochs;                       /* that the run has in the end */
    int checkpoint_every, keep_every; /* epochs; keep_every 0: none is kept */
    int eval_every;                   /* epochs; 0: never */
    const char *out;
    bool resume, overwrite;
    compute_options compute;
} train_options;

/* The options besides those of model_option_table and, for `compute`, compute_option_table. */
extern const option_table train_option_table;

#endif
