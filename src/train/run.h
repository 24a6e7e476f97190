/* train/run.h - a run: data in, steps of the game, and what it leaves in its folder.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_RUN_H
#define GAN_TRAIN_RUN_H

#include "data/dataset.h"
#include "train/diagnosis.h"
#include "train/folder.h"
#include "train/judge.h"

/* What is known before the first step. */
typedef struct run_info {
    const train_options *options;
    const run_folder *folder;
    const dataset *data;
    const model *model;
    const compute *compute;
    const judge *judge;         /* that of --eval-every; its `every` is 0 where there is none */
    const best_epoch *best;     /* so far */
    const diagnosis *diagnosis; /* as far */
    size_t data_memory, net_memory, judge_memory; /* bytes, all that is allocated before the first
                                                     step */
    bool resumed;
} run_info;

/* Who watches the run: each function may be NULL. None of them changes it. */
typedef struct run_observer {
    void *context;
    image_watch images; /* before the start, while pictures are read; with a context of its own */
    void (*start)(void *context, const run_info *info);
    /* What --eval-every does at first: an epoch of the classifier's training, or why it is not
     * taken from the cache or kept there. */
    classifier_progress classifier;
    void (*notice)(void *context, const char *message);
    void (*step)(void *context, const model *m);
    void (*epoch)(void *context, const epoch_metrics *e);
    /* Behind that, once for each thing that the diagnosis finds. */
    void (*finding)(void *context, const finding *f);
    /* It ended well or by a signal (its number; else 0); all is saved. */
    void (*end)(void *context, const run_info *info, int signal);
} run_observer;

/* Trains as the settings say (rows of model_option_table, train_option_table and
 * compute_option_table), from the
 * beginning or, with --resume, from the checkpoint. STATUS_INTERRUPTED, with *signal, where a
 * signal ended it with everything saved; any other failure leaves the last good checkpoint. */
status run_train(const option_settings *given, const run_observer *watch, int *signal);

#endif
