/* train/trial_monitor.h - judges a run with a task: G restores poorer copies of test pictures,
 * which are compared with the originals, as `gan eval` does it. Part of train/monitor.h, which
 * calls it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_TRIAL_MONITOR_H
#define GAN_TRAIN_TRIAL_MONITOR_H

#include "eval/fid.h"
#include "train/held_out.h"
#include "train/metrics.h"
#include "train/trial.h"

typedef struct trial_monitor {
    trial trial;
    restorer restorer;
    float *real, *made; /* (patches, PATCH_SIZE) of the originals and of G's pictures */
    int patches;
    fid_reference fid; /* of the originals */
} trial_monitor;

/* Opens the test pictures into `test`, by way of `whole` if they are a part of the training
 * pictures. The model, whose G is judged, needs no memory yet. STATUS_IO, STATUS_USAGE,
 * STATUS_FORMAT, STATUS_MEMORY; then the caller closes the monitor, and both data sets. */
status trial_monitor_open(trial_monitor *m, dataset *test, dataset *whole, dataset *train,
                          const model *of, const train_options *o, const compute *c,
                          const image_watch *watch);
void trial_monitor_close(trial_monitor *m);

void trial_monitor_plan(trial_monitor *m, arena *a);

/* The memory that it has taken itself. */
size_t trial_monitor_memory(const trial_monitor *m);

/* Takes the patches of the originals. STATUS_MEMORY. */
status trial_monitor_prepare(trial_monitor *m);

/* Judges the G that the model now has. STATUS_MEMORY. */
status trial_monitor_run(trial_monitor *m, judged_figures *out);

#endif
