/* cli/progress.h - shows the progress of a run on standard error.
 *
 * On a terminal it redraws one line as steps are made and leaves one line per epoch. Elsewhere it
 * prints plain lines without control characters, one per epoch.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_PROGRESS_H
#define GAN_CLI_PROGRESS_H

#include <stdbool.h>

#include "cli/cost.h"
#include "cli/watch.h"
#include "train/run.h"

typedef struct progress {
    const char *program; /* as it was called, for the hints at the end */
    watch_grid *grid;    /* the grid above the line */
    bool live;           /* on a terminal */
    bool colour;         /* and NO_COLOR is not set */
    bool judges;         /* with --eval-every */
    int epochs;
    uint32_t epoch_steps;
    double started; /* when the first step of this call began */
    double drawn;   /* when the line was last drawn */
    double steps;   /* made by this call */
    cost cost;
    const model *model; /* that is trained */
} progress;

/* The observer that shows a run; *p and *w must outlive the run. A quiet one shows only the grid,
 * if there is one. */
run_observer progress_observer(progress *p, const char *program, watch_grid *w);

/* Shows that the classifier of the samples has finished an epoch of its training. */
void progress_classifier(int epoch, int epochs, double right);

/* The same of the matcher, for gan eval. */
void progress_matcher(int epoch, int epochs, double right);

/* Adds "warning: epoch 12: <what was found>; try <remedy>" or "note: ..." in lines of at most
 * `width` columns. */
void progress_add_finding(text *t, const finding *f, int width, bool colour);

#endif
