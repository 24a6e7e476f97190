/* train/options.h - the options of a run.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_OPTIONS_H
#define GAN_TRAIN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/option.h"
#include "data/options.h"
#include "game/options.h"
#include "math/compute.h"

typedef struct train_options {
    model_options model;              /* first, so that model_option_table fits this struct too */
    const char *data;                 /* folder or file; NULL: searched for (data/dataset.h) */
    image_options images;             /* how pictures are read */
    int epochs;                       /* that the run has when it is complete */
    int checkpoint_every, keep_every; /* in epochs; keep_every 0: keeps none */
    int picture_every;                /* in epochs; 0: none */
    int eval_every;                   /* in epochs; 0: never */
    bool report;                      /* keep a page of the run */
    int log;                          /* the set of log_choice */
    const char *from;                 /* the checkpoint that a new run starts from; NULL: none */
    const char *out;
    bool resume, overwrite;
    uint64_t memory; /* in bytes, at most; 0: as much as there is */
    compute_options compute;
} train_options;

/* The options that are in neither model_option_table nor, for `compute`, compute_option_table. */
extern const option_table train_option_table;

#endif
