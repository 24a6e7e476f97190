/* train/judge.h - how good a run's samples are, every so many epochs.
 *
 * The samples are those that `gan eval` would judge: of the same latents, from the average of G
 * where there is one, against the same test images, so that the figures are the same as its.
 *
 *     TRY(judge_open(&j, &data, &options));       nothing, where --eval-every is 0
 *     judge_plan(&j, &arena, &compute);           twice: see base/arena.h
 *     TRY(judge_prepare(&j, &watch));             the classifier: may take half a minute
 *     TRY(judge_run(&j, &model, &compute));       at the end of an epoch that is due
 *     judge_close(&j);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_JUDGE_H
#define GAN_TRAIN_JUDGE_H

#include "eval/evaluator.h"
#include "game/model.h"
#include "train/options.h"

typedef struct judge {
    uint32_t every;       /* epochs; 0: there is no judge */
    const dataset *train; /* all of the training images that are not held out; where these are
                             not what the run has: */
    dataset whole;        /* they are here */
    dataset test;
    evaluator evaluator;
    int count;      /* samples that are judged */
    float *samples; /* (count, S) */
    report report;  /* of the last ones */
} judge;

/* `data` is what the run trains on and stays the caller's. STATUS_IO where there are no test
 * images, STATUS_USAGE where there are no labels, with what is needed. After a failure nothing is
 * left to close. */
status judge_open(judge *j, dataset *data, const train_options *o, const compute *c);
void judge_close(judge *j);

void judge_plan(judge *j, arena *a, const compute *c);

/* Bytes of images that it has besides those of the run. */
size_t judge_data_memory(const judge *j);

/* As evaluator_prepare. */
status judge_prepare(judge *j, const evaluator_watch *watch);

/* True where samples are judged after that many epochs. */
bool judge_is_due(const judge *j, uint32_t epoch);

/* Draws samples and judges them, into j->report. */
status judge_run(judge *j, model *m, const compute *c);

#endif
