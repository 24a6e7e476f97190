/* cli/eval_figures.h - what `gan eval` prints about samples that were judged against images.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_FIGURES_H
#define GAN_CLI_EVAL_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "cli/eval_asked.h"
#include "eval/evaluator.h"

typedef struct judged_samples {
    const char *file; /* the samples, or the checkpoint that drew them */
    int count;
    bool drawn; /* from the checkpoint, with this seed: */
    uint64_t seed;
    const evaluator *evaluator;  /* and the data sets that it was opened with */
    const sample_report *report; /* of the samples */
    const sample_report *floor;  /* of as many real images */
    const asked_report *asked;   /* whether the samples are what was asked for */
} judged_samples;

/* Adds a table for people. */
void figures_add_table(text *t, const judged_samples *j);

/* Adds one JSON object and a newline. */
void figures_add_json(text *t, const judged_samples *j);

#endif
