/* train/choice.h - what `--preset auto` chooses: a preset for the data at hand, and the options
 * that follow from their number and shape.
 *
 * The rows of one table are tried in order, and the first that fits holds. The trainer chooses
 * once, when a new run has opened its data; the run then saves the options as if they had been
 * given, so that nothing is chosen again when it is resumed. docs/recipes.md has the table.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_CHOICE_H
#define GAN_TRAIN_CHOICE_H

#include "data/dataset.h"
#include "data/survey.h"
#include "train/config.h"

/* What a choice depends on. */
typedef struct choice_facts {
    data_kind kind;
    int channels, height, width;
    int count;     /* samples in an epoch */
    bool restores; /* with a --task */
    bool labels;   /* --condition label */
    bool texts;    /* --condition caption, or captions are there and no condition is given */
} choice_facts;

/* The side that pictures of a folder are scaled to where no --size is given; 0: they keep the size
 * that they have. */
int choice_size(const picture_survey *s, const train_options *o);

choice_facts choice_facts_of(const dataset *d, const train_config *c);

/* Sets the options that were not given; they then count as those of a preset. Adds to `said` what
 * was chosen and why: "dcgan, for 28x28, fewer than 10,000; with --r1 0.5". */
void choice_make(train_config *c, const choice_facts *f, text *said);

/* The i-th row of the table. False after the last. */
typedef struct choice_row {
    const char *data;              /* what it is for, for people */
    const char *preset;            /* its name */
    const preset_setting *besides; /* set on top of the preset's; ends with a name that is NULL */
    int steps;                     /* that a run should make; 0: the preset's epochs hold */
} choice_row;
bool choice_nth(int i, choice_row *row);

#endif
