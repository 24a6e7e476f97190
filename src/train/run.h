/* train/run.h - a run of `gan train`: training that leaves a folder with checkpoints, metrics and
 * pictures, judges its samples, and ends on a signal.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_RUN_H
#define GAN_TRAIN_RUN_H

#include "image/show.h"
#include "train/diagnosis.h"
#include "train/folder.h"
#include "train/monitor.h"
#include "train/trainer.h"

/* The parts of a run that an observer may read. They belong to the run and change with it. */
typedef struct run_info {
    const trainer *trainer;
    const run_folder *folder;
    const monitor *monitor;                         /* its `every` is 0 without --eval-every */
    const best_epoch *best;                         /* so far */
    const diagnosis *diagnosis;                     /* of the epochs so far */
    size_t data_memory, net_memory, monitor_memory; /* bytes, all allocated before the first step */
    size_t page_memory;                             /* of --report */
    size_t reading_memory; /* taken while the pictures were read, before the nets */
} run_info;

/* The most memory that a run takes at a time, the program included, in bytes. */
size_t run_memory(const run_info *info);

/* Writes the page of a run (--report), before the first step and after each epoch, once all other
 * files are written. A failure ends the run as that of a picture does. */
typedef struct run_page {
    void *context;
    status (*write)(void *context, const run_folder *folder); /* NULL: nobody can */
    size_t (*memory)(const trainer *t); /* that it takes; 0 without --report */
} run_page;

/* Functions that watch the run and do not change it; each may be NULL. */
typedef struct run_observer {
    void *context;
    image_watch images; /* while pictures are read, before the start; has a context of its own */
    run_page page;      /* likewise */
    void (*start)(void *context, const run_info *info);
    /* Before the first step, with --eval-every: after each epoch of the classifier's training, and
     * with the reason if the classifier cannot be taken from the cache or kept there. */
    classifier_progress classifier;
    void (*notice)(void *context, const char *message);
    void (*step)(void *context, const model *m);
    void (*epoch)(void *context, const epoch_metrics *e);
    /* Text before a message of a signal handler (train/signals.h); NULL: no such messages. */
    const char *before_signal;
    /* Before the first step and after each epoch: the samples from the same latents, which are
     * drawn only if this is not NULL. */
    void (*picture)(void *context, const show_subject *drawn);
    /* After that epoch, once for each thing that the diagnosis finds. */
    void (*finding)(void *context, const finding *f);
    /* At the end of the run, complete or by a signal (its number; else 0); everything is saved. */
    void (*end)(void *context, const run_info *info, int signal);
} run_observer;

/* Trains as the configuration says, from the beginning or, with --resume, from the checkpoint in
 * the folder. Adds to the configuration what --preset auto chooses. Catches signals meanwhile
 * (train/signals.h). STATUS_INTERRUPTED, with *signal, if one ended the run: everything is saved.
 * Any other failure leaves the last good checkpoint. */
status run_train(train_config *c, const run_observer *watch, int *signal);

#endif
