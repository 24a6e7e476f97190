/* train/metrics.h - metrics.csv: one row per epoch. docs/metrics.md says what each column is.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_METRICS_H
#define GAN_TRAIN_METRICS_H

#include "base/text.h"
#include "game/adversarial.h"
#include "train/vitals.h"

/* Figures of the samples, or with a task of the restored test pictures, with --eval-every; NAN in
 * an epoch that was not judged, and what the other kind of run has. */
typedef struct judged_figures {
    double fid, class_kl, classes_covered, classes, confidence, diversity;
    double psnr, ssim, patches; /* with a task */
} judged_figures;
judged_figures judged_nothing(void);

/* The metrics of one epoch. */
typedef struct epoch_metrics {
    uint32_t epoch;            /* from 1 */
    uint32_t step;             /* steps since the start of the run */
    double mean[METRIC_COUNT]; /* over the steps */
    double psnr;               /* with a task: of G's pictures, in dB; else NAN */
    double augment_p;          /* at the epoch's end; read from a row without it: NAN */
    double value;              /* V(D, G) = mean log D(x) + mean log(1 - D(G(z))) */
    vital_signs vitals;        /* at the epoch's end */
    judged_figures judged;     /* likewise */
    bool adapts;               /* metrics.csv has the column of --augment auto */
    bool tests;                /* metrics.csv has the columns of restored test pictures */
    double seconds;            /* that this process spent in this epoch */
    double images_per_second;  /* real images, of this process */
} epoch_metrics;

/* Makes the metrics from the sums of a model whose epoch is complete: m->step is its number of
 * steps. This process made `steps` of them, in `seconds`. The vitals are 0, and the judged figures
 * NAN. */
epoch_metrics metrics_of(const model *m, uint32_t steps, double seconds);

/* The peak signal-to-noise ratio, in dB, of pixels in [-1, 1] with that mean squared error. */
double metrics_psnr(double error);

/* The value in the column of that name in metrics.csv; NAN if the cell is empty or no column has
 * the name. */
double metrics_value(const epoch_metrics *e, const char *column);

/* The name of the i-th column; NULL after the last. */
const char *metrics_column(int i);

/* Adds an object of all columns: the numbers of the row in metrics.csv, null for an empty cell and
 * for an infinite value, which JSON lacks. */
void metrics_add_json(text *t, const epoch_metrics *e);

/* Appends the row, and before it the header if there is no file yet. *e is then rounded to the
 * digits that were written, so that whatever is derived from it can be derived from the file
 * again. */
status metrics_append(const char *path, epoch_metrics *e);

/* Reads the rows of the epochs 1 .. most, up to the first that is missing or cut off, into *rows
 * (*count of them), which the caller frees, also after a failure. A missing file has none.
 * STATUS_FORMAT if the file does not have these columns. */
status metrics_read(const char *path, uint32_t most, epoch_metrics **rows, uint32_t *count);

/* Restores the file as it was at the end of that epoch: cuts off later rows and whatever a crash
 * left of a row. *tests: the columns of restored test pictures are wanted, and are added; at the
 * end, they are there. `o`: of the run. A missing file stays missing. STATUS_FORMAT as above. */
status metrics_rewind(const char *path, uint32_t epoch, const model_options *o, bool *tests);

/* The epoch whose samples had the lowest FID so far, or whose restored test pictures the highest
 * PSNR; the first of equals. */
typedef struct best_epoch {
    uint32_t epoch; /* 0: none was judged */
    double fid;     /* then INFINITY, as with a task */
    double psnr;    /* then -INFINITY, as without one */
} best_epoch;
best_epoch metrics_none_judged(void);

/* Makes an epoch the best, if it is. */
bool metrics_is_better(best_epoch *best, const epoch_metrics *e);

best_epoch metrics_best(const epoch_metrics *rows, uint32_t count);

#endif
