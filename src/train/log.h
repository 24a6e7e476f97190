/* train/log.h - the figures of a run for other programs (--log), one kind a file: a row in log.c,
 * its code in log_<kind>.c. docs/logs.md describes the files.
 *
 * Every file holds the epochs one after the other and is only appended to. After a crash its last
 * epoch may be incomplete, or be one that is trained again: a resumed run cuts that off, and writes
 * the epochs that the file lacks from metrics.csv and samples/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_LOG_H
#define GAN_TRAIN_LOG_H

#include "base/option.h"
#include "train/folder.h"
#include "train/metrics.h"

enum { LOG_PICTURES = 2 };

/* An epoch to be logged. */
typedef struct log_epoch {
    uint32_t number;                    /* 0: before training */
    const epoch_metrics *metrics;       /* NULL for epoch 0 */
    const char *pictures[LOG_PICTURES]; /* PNGs: of the fixed latents, of new ones; NULL: none */
} log_epoch;

typedef struct log_kind {
    option_choice choice;
    const char *file; /* its name in the folder of the run */
    bool has_start;   /* epoch 0 is logged too */
    /* Appends an epoch. */
    status (*append)(const char *path, const log_epoch *e);
    /* Cuts off what comes after that epoch, and sets *next to the first epoch that is missing: 0 if
     * the file is, or begins anew. STATUS_FORMAT for a file that is no such log. */
    status (*rewind)(const char *path, uint32_t epoch, uint32_t *next);
} log_kind;

extern const log_kind log_jsonl, log_tensorboard;

/* The i-th kind; NULL after the last. Bit i of a set of kinds is its. */
const log_kind *log_nth(int i);

/* The same for the table of options. */
const option_choice *log_choice(int i);

/* Before the first step: brings the files of these kinds to the end of the last of these epochs,
 * rows[0] being epoch 1. */
status log_resume(int kinds, const run_folder *f, uint32_t epoch, const epoch_metrics *rows,
                  uint32_t count);

/* Appends an epoch, whose other files are there already. */
status log_append(int kinds, const run_folder *f, const epoch_metrics *e);

#endif
