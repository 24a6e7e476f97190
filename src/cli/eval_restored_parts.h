/* cli/eval_restored_parts.h - what the files of `gan eval` for restored pictures share:
 * eval_restored.c, which makes and measures them, and eval_restored_figures.c, which judges them by
 * the classifier, prints and draws.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_RESTORED_PARTS_H
#define GAN_CLI_EVAL_RESTORED_PARTS_H

#include "base/json.h"
#include "cli/apply_methods.h"
#include "cli/eval_points.h"
#include "cli/tally.h"
#include "data/dataset.h"
#include "eval/fid.h"
#include "train/trial.h"

enum {
    CONTENDERS_MOST = 4,
    FIGURE_ROWS = 6,  /* pictures in the figure, and */
    FIGURE_SIDE = 128 /* the most pixels of a tile */
};

/* A method, and its figures. */
typedef struct contender {
    const char *name;
    bool restores; /* else its pictures are the poorer copies themselves */
    apply_options options;
    enlarger by;
    trial_sums sums;
    float *patches;
    double patch_distance; /* NAN: too few patches */
    float *samples;        /* (pictures, sample size) for the classifier; NULL: it has no part */
    double accuracy, fid;  /* with the classifier */
} contender;

typedef struct restoration {
    const eval_options *options;
    const compute *compute;
    json_object saved; /* options of the checkpoint's run */
    const task *task;
    dataset train, test;
    contender contenders[CONTENDERS_MOST];
    int contender_count, scale;      /* the scale is 1 unless the task scales */
    enlarger *model;                 /* that of --ckpt */
    int side;                        /* of a tile of the figure */
    bool classified;                 /* the classifier has judged */
    double real;                     /* its accuracy on the originals */
    dataset plain_train, plain_test; /* for the classifier: without crops; borrowed */
    int sample_size;                 /* S; 0: the classifier has no part */
    arena arena;
    trial trial;
    float *patches; /* of the originals */
    int patch_count;
    fid_reference patch_fid;
    float *tiles; /* (FIGURE_ROWS, contenders and the original, channels, side, side) */
} restoration;

/* The k-th contender as it is shown: the methods that learn nothing come first, --ckpt last. */
contender *restoration_shown(restoration *r, int k);

/* Sets r->sample_size if the classifier of `gan eval` can judge the pictures: they are of one size,
 * and labelled. */
void restoration_choose_classifier(restoration *r);

/* Sets the accuracies and the FIDs, if the classifier can judge. STATUS_MEMORY, STATUS_NONFINITE.
 */
status restoration_classify(restoration *r);

/* Prints the figures, after it has written the picture of --figure: a row for each of the first
 * pictures, with a column for each contender and one for the original. Where it fails, it leaves no
 * picture. */
status restoration_show(restoration *r);

#endif
