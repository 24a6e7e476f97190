/* train/monitor.h - judges a run's samples every --eval-every epochs; of a run with a task what G
 * makes of poorer copies of test pictures (train/trial_monitor.h).
 *
 * It judges the same samples as `gan eval` does by default: from the same latents, with the same
 * conditions, by the average of G if there is one, against the same test images. The figures are
 * therefore the same.
 *
 *     TRY(monitor_open(&m, &data, &model, &options, &compute, &watch));
 *                                                              nothing if --eval-every is 0
 *     monitor_plan(&m, &arena, &compute);                      twice: see base/arena.h
 *     TRY(monitor_prepare(&m, &watch));                        the classifier: up to half a minute
 *     TRY(monitor_run(&m, &model, &compute, &figures));        after an epoch that is due
 *     monitor_close(&m);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_MONITOR_H
#define GAN_TRAIN_MONITOR_H

#include "eval/evaluator.h"
#include "game/model.h"
#include "train/metrics.h"
#include "train/options.h"
#include "train/real_conditions.h"
#include "train/trial_monitor.h"

typedef struct monitor {
    uint32_t every;       /* epochs; 0: it never judges */
    const dataset *train; /* all training images that are not held out: those of the run, or */
    dataset whole;        /* these, if the run has fewer or other ones */
    dataset test;
    evaluator evaluator;
    int count;                  /* samples that are judged */
    float *samples;             /* (count, S) */
    real_conditions conditions; /* of the samples */
    bool restores;              /* the run has a task; instead of all this: */
    trial_monitor trials;
} monitor;

/* Opens the test images for `data`, which the run trains on, and chooses the conditions of the
 * samples; `data` and the model, which needs no memory yet, stay the caller's. The watch is told of
 * their reading. STATUS_IO if there are no test images, STATUS_USAGE if there are too few,
 * with what is needed. After a failure nothing is left to close. */
status monitor_open(monitor *m, dataset *data, const model *of, const train_options *o,
                    const compute *c, const image_watch *watch);
void monitor_close(monitor *m);

/* Takes the memory of the evaluator and of the samples. */
void monitor_plan(monitor *m, arena *a, const compute *c);

/* Bytes of the images and conditions that it holds besides those of the run. */
size_t monitor_data_memory(const monitor *m);

/* The most that reading its pictures took besides. */
size_t monitor_reading_memory(const monitor *m);

/* As evaluator_prepare. */
status monitor_prepare(monitor *m, const evaluator_watch *watch);

/* True if samples are judged after that many epochs. */
bool monitor_is_due(const monitor *m, uint32_t epoch);

/* Draws samples of the model and judges them, whether due or not. STATUS_NONFINITE as
 * evaluator_run. */
status monitor_run(monitor *m, model *of, const compute *c, judged_figures *out);

#endif
