/* eval/evaluator.h - how good a set of samples is: every figure, against the test images.
 *
 * docs/evaluation.md says what each figure means and where it misleads. Order of calls:
 *
 *     TRY(evaluator_open(&e, &train, &test, most, EVALUATE_ALL));
 *     evaluator_plan(&e, &arena, &compute);          twice: see base/arena.h
 *     evaluator_prepare(&e, &watch);                 the classifier, from the cache or by training
 *     evaluator_run(&e, samples, &report);           as often as there are samples to judge
 *     evaluator_floor(&e, count, &watch, &report);   what perfect samples would get
 *     evaluator_close(&e);
 *
 * Samples have pixels from -1 to 1. Without labels the classifier learns turns. With few images it
 * is left out, and only the figures of pixels remain.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_EVALUATOR_H
#define GAN_EVAL_EVALUATOR_H

#include "base/option.h"
#include "eval/classifier.h"
#include "eval/fid.h"
#include "eval/kid.h"
#include "eval/manifold.h"
#include "eval/parzen.h"

typedef enum figure {
    FIGURE_FID,
    FIGURE_KID,
    FIGURE_PRECISION,
    FIGURE_RECALL,
    FIGURE_DENSITY,
    FIGURE_COVERAGE,
    FIGURE_DIVERGENCE, /* of the classes */
    FIGURE_CLASSES,    /* covered */
    FIGURE_CONFIDENCE,
    FIGURE_DIVERSITY, /* within the classes */
    FIGURE_NEAREST,   /* the median distance to the nearest training image */
    FIGURE_COPIES,    /* share of samples as near as the nearest 1 % of the test images */
    FIGURE_PARZEN,
    FIGURE_COUNT
} figure;

/* How a figure is named and shown. */
typedef struct figure_kind {
    const char *name;   /* in JSON */
    const char *title;  /* in the table */
    const char *better; /* "lower", "higher", "as real" */
    int digits;         /* after the decimal point */
} figure_kind;
const figure_kind *figure_kind_of(figure f);

/* How much is computed. */
typedef enum evaluator_use {
    EVALUATE_QUICK, /* FID and the figures of the classes, without spreads: under a second */
    EVALUATE_ALL
} evaluator_use;

enum {
    EVALUATOR_LEAST = 100,       /* samples */
    EVALUATOR_LEAST_TRAIN = 200, /* images for the figures of features, */
    EVALUATOR_LEAST_TEST = 50,   /* and images to compare with */
    EVALUATOR_HELD_OUT = 5,      /* a fifth is held out where there is no test part */
    EVALUATOR_SETS = 5           /* of real images, at most */
};

/* In whose features samples are compared. */
typedef enum judge_kind {
    JUDGE_AUTO,   /* labels where the data have them, else turns */
    JUDGE_LABELS, /* a classifier of the labels */
    JUDGE_TURNS,  /* a classifier of turns: without the figures of classes */
    JUDGE_NOBODY  /* there are too few images */
} judge_kind;

/* The i-th that can be asked for by name; NULL after the last. */
const option_choice *judge_choice(int i);

typedef struct sample_report {
    int count; /* of samples; of the images in a set */
    int sets;  /* of images, over which the figures are means; 1 for samples */
    bool has[FIGURE_COUNT];
    estimate figures[FIGURE_COUNT];
    double sigma;                   /* of the Parzen window */
    double histogram[MOST_CLASSES]; /* samples of each class */
    double diversity[MOST_CLASSES]; /* of each class, relative to the test images */
} sample_report;

typedef struct evaluator {
    const dataset *train, *test;
    evaluator_use use;
    int most;         /* samples in a run */
    int held_back;    /* training images for the window's sigma: the last of `shuffled` */
    judge_kind judge; /* nobody: too few images for the figures of features */
    int classes;      /* of the labels; 0 unless they are what the classifier knows */
    double
        accuracy; /* of the classifier on the test images; 0 if it needs labels that these lack */
    const compute *compute;
    classifier classifier;
    class_reference reference;
    labelled reals, samples;
    fid_reference fid;
    kid kid;
    distances distances;
    manifold real_balls, sample_balls;
    manifold_figures inside;
    parzen parzen;
    resamplings of_samples, of_reals;
    nearest *best;
    double *squared, *others, *log_likelihood;
    float *test_squared; /* distances of the test images, as evaluator_measure_tests has them */
    uint32_t *shuffled;  /* the training images in the order of eval/order.h */
    double test_near, test_median;
    int *order, *room;
} evaluator;

/* Told about slow steps and about failures that do not stop the evaluation. Each function may be
 * NULL. */
typedef struct evaluator_watch {
    void *context;
    classifier_progress epoch; /* of the classifier's training */
    /* The same of the matcher (eval/matcher.h). */
    void (*matched)(void *context, int epoch, int epochs, double right);
    void (*notice)(void *context, const char *message);
    /* Before set number `set` (from 0) of `count` real images is judged. */
    void (*real)(void *context, int set, int sets, int count);
} evaluator_watch;

/* Opens an evaluator for up to `most` samples at a time. The data sets stay the caller's.
 * STATUS_USAGE if there are too few images: for FID, if only that is asked for, or for any figure.
 * After a failure nothing is left to close. */
status evaluator_open(evaluator *e, const dataset *train, const dataset *test, int most,
                      evaluator_use use);

/* The same by a judge of one's choice. STATUS_USAGE also for JUDGE_LABELS where there are none. */
status evaluator_open_by(evaluator *e, const dataset *train, const dataset *test, int most,
                         evaluator_use use, judge_kind judge);
void evaluator_close(evaluator *e);

/* True if the classifier of turns is right hardly more often than by chance: the pictures look the
 * same in any turn, and its features say little about them. */
bool evaluator_is_blind(const evaluator *e);

/* True for the figures that this judge can give. */
bool evaluator_has(const evaluator *e, figure f);

/* What the figure is called: the diversity of a judge without classes is that of all samples. */
const char *evaluator_title(const evaluator *e, figure f);

/* How often a guess would be right. */
double evaluator_chance(const evaluator *e);

/* Takes the memory. The compute stays the caller's. */
void evaluator_plan(evaluator *e, arena *a, const compute *c);

/* Takes the classifier, and whatever else follows from the data alone, from the user's cache
 * folder; what is missing there it computes and stores. A cache that is damaged or cannot be
 * written is a notice, not a failure. */
status evaluator_prepare(evaluator *e, const evaluator_watch *watch);

/* Judges samples (EVALUATOR_LEAST to `most` of them). STATUS_NONFINITE if a value is not finite or
 * far out of range. */
status evaluator_run(evaluator *e, points samples, sample_report *r);

/* Judges training images instead, for comparison: the figures of real images. Disjoint sets of
 * `count` images, or one set of all but the held-back ones if these are fewer, give the mean of
 * each figure and its deviation; a single set has the spreads of samples. Their distances to
 * training images are those of the test images. Kept in the cache, as in evaluator_prepare. */
status evaluator_floor(evaluator *e, int count, const evaluator_watch *w, sample_report *r);

/* The nearest training image of a sample. Numbers from train->count on are test images that were
 * held out of the training images: a generator has seen them, too. */
typedef struct neighbour {
    int number;
    double squared; /* distance, of pixels from -1 to 1 */
} neighbour;

/* out[i] = the neighbour of sample i, for up to `most` samples that evaluator_run has judged with
 * EVALUATE_ALL. */
void evaluator_neighbours(evaluator *e, points samples, neighbour *out);

#endif
