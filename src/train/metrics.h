/* train/metrics.h - metrics.csv: a row an epoch. docs/metrics.md says what each column is.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_METRICS_H
#define GAN_TRAIN_METRICS_H

#include "eval/evaluator.h"
#include "model/model.h"

/* The means over one epoch. */
typedef struct epoch_metrics {
    uint32_t epoch; /* from 1 */
    uint32_t step;  /* steps since the start of the run */
    double mean[METRIC_COUNT];
    double value;             /* V(D, G) = mean log D(x) + mean log(1 - D(G(z))) */
    const report *judged;     /* of the samples; NULL: not at this epoch */
    double seconds;           /* of this call of the program in this epoch */
    double images_per_second; /* real images */
} epoch_metrics;

/* From the sums of a model whose epoch is complete: m->step is its number of steps. `steps` of them
 * were done by this call, in `seconds`. */
epoch_metrics metrics_of(const model *m, uint32_t steps, double seconds);

/* Appends the row, after the header where there is no file yet. */
status metrics_append(const char *path, const epoch_metrics *e);

/* Brings the file to what it was at the end of that epoch: later rows, and what a crash left of a
 * row, are cut off. A missing file stays missing. STATUS_FORMAT where it is no metrics.csv. */
status metrics_rewind(const char *path, uint32_t epoch);

/* The epoch whose samples had the least FID so far. */
typedef struct best_epoch {
    uint32_t epoch; /* 0: none was judged */
    double fid;     /* then INFINITY */
} best_epoch;

/* Takes it from the file; a missing one has none. STATUS_FORMAT where it is no metrics.csv. */
status metrics_best(const char *path, best_epoch *best);

#endif
