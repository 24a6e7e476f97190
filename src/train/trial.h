/* train/trial.h - test pictures, made poorer as the task of a model makes them, and restored: what
 * `gan eval` and --eval-every compare with the originals.
 *
 * Pictures keep their sizes, but for a task that scales they are cut down to a multiple of the
 * scale. What is random about the copy of picture i follows from row i of a stream.
 *
 *     trial t;
 *     status s = trial_open(&t, &test, task, scale, seed, most, &compute);
 *     trial_plan(&t, &arena);                    twice: see base/arena.h
 *     TRY(trial_take(&t, i));                    for each picture: t.original, and t.poor of it
 *     TRY(trial_restore(&t, &restorer));         t.result = G's picture; or trial_read, trial_keep
 *     trial_add(&t, &sums);                      PSNR and SSIM, whose means are trial_means(&sums)
 *     trial_close(&t);                           also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_TRIAL_H
#define GAN_TRAIN_TRIAL_H

#include "data/crops.h"
#include "eval/fidelity.h"
#include "eval/patches.h"
#include "game/restored.h"

/* Decibels that a picture without any error counts as. */
enum { TRIAL_MOST_PSNR = 100 };

typedef struct trial {
    const dataset *test;
    const compute *compute;
    int kind, scale;     /* the scale is 1 unless the task scales */
    random_stream holes; /* what is random about copies */
    int count;           /* pictures that are taken: the first ones */
    size_t most_area;    /* of them: pixels, */
    int most_width;
    /* The picture at hand: */
    int height, width;
    unsigned char *original; /* (channels, height, width) */
    picture poor;            /* its copy, as a file of it would be: a hole is transparent */
    unsigned char *result;   /* as the original */
    degrader degrader;       /* for that size, in: */
    arena sized;
    unsigned char *line;
    fidelity_meter meter;
    arena restoring;
} trial;

/* Sums over pictures. */
typedef struct trial_sums {
    fidelity sums;
    int count, similar; /* pictures, and those that have an SSIM */
} trial_sums;

/* Measures the first `most` pictures; the data stay the caller's. STATUS_USAGE if one of them is
 * smaller than the scale; then and after other failures nothing is left to close. */
status trial_open(trial *t, const dataset *test, int kind, int scale, uint64_t seed, int most,
                  const compute *c);
void trial_close(trial *t);

/* Takes the memory for the largest picture. */
void trial_plan(trial *t, arena *a);

/* Takes all memory that pictures of these sizes will need besides, before the plan: then trial_take
 * and trial_restore with that restorer take no more. STATUS_MEMORY. */
status trial_reserve(trial *t, restorer *by);

/* Sets the picture at hand. STATUS_MEMORY. */
status trial_take(trial *t, int i);

/* t->result = the lines of a picture of the original's size and number of colours; what G makes of
 * the poorer copy; the copy itself, of a task that does not scale. STATUS_MEMORY. */
void trial_read(trial *t, const png_picture *p);
status trial_restore(trial *t, restorer *by);
void trial_keep(trial *t);

/* Compares the result with the original, and adds the figures to the sums. */
void trial_add(const trial *t, trial_sums *s);

/* The means of all figures; NAN if no picture has one. */
fidelity trial_means(const trial_sums *s);

/* The patches that there are at most of all pictures. */
int trial_most_patches(const trial *t);

/* out (returned, PATCH_SIZE) = patches of the original, or of the result, of picture i. */
int trial_patches(const trial *t, int i, const unsigned char *of, float *out);

#endif
