/* train/metrics.h - metrics.csv: a row an epoch. docs/metrics.md says what each column is.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_METRICS_H
#define GAN_TRAIN_METRICS_H

#include "game/adversarial.h"
#include "train/vitals.h"

/* Of the samples, with --eval-every; NAN in an epoch that was not judged. */
typedef struct judged_figures {
    double fid, class_kl, classes_covered, classes, confidence, diversity;
} judged_figures;

/* What is known of one epoch. */
typedef struct epoch_metrics {
    uint32_t epoch;            /* from 1 */
    uint32_t step;             /* steps since the start of the run */
    double mean[METRIC_COUNT]; /* over the steps */
    double value;              /* V(D, G) = mean log D(x) + mean log(1 - D(G(z))) */
    vital_signs vitals;        /* at the epoch's end, */
    judged_figures judged;     /* as these */
    double seconds;            /* of this call of the program in this epoch */
    double images_per_second;  /* real images */
} epoch_metrics;

/* From the sums of a model whose epoch is complete: m->step is its number of steps. `steps` of them
 * were done by this call, in `seconds`. The vitals are 0, nothing is judged. */
epoch_metrics metrics_of(const model *m, uint32_t steps, double seconds);

/* Appends the row, after the header where there is no file yet. *e has then the digits that were
 * written, and no more: what follows from it follows again from the file. */
status metrics_append(const char *path, epoch_metrics *e);

/* The rows of the epochs 1 .. most, as far as they are there and whole, in *rows, which the caller
 * frees, also after a failure. A missing file has none. STATUS_FORMAT where it is no metrics.csv of
 * these columns. */
status metrics_read(const char *path, uint32_t most, epoch_metrics **rows, uint32_t *count);

/* Brings the file to what it was at the end of that epoch: later rows, and what a crash left of a
 * row, are cut off. A missing file stays missing. STATUS_FORMAT as above. */
status metrics_rewind(const char *path, uint32_t epoch);

/* The epoch whose samples had the least FID so far; of equals, the first. */
typedef struct best_epoch {
    uint32_t epoch; /* 0: none was judged */
    double fid;     /* then INFINITY */
} best_epoch;
best_epoch metrics_best(const epoch_metrics *rows, uint32_t count);

#endif
