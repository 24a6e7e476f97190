/* train/vitals.h - the health of a run, as seen in its samples and in the units of its nets.
 *
 * The samples are those that an epoch's grid shows, beside as many of the first samples of the
 * data. S values in a sample. Nothing that training reads is changed.
 *
 *     vitals_plan(&v, &arena, &model);           twice: see base/arena.h
 *     vitals_open(&v, &data, &compute);
 *     signs = vitals_take(&v, &model, &compute, stream);      as often as needed
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_VITALS_H
#define GAN_TRAIN_VITALS_H

#include "data/dataset.h"
#include "game/model.h"

enum { VITALS_ROWS = 64 }; /* fakes, and real samples */

typedef struct vitals {
    float *fakes, *reals; /* (VITALS_ROWS, S) */
    double real_spread;   /* mean distance of two of the real ones */
    unsigned char *alive; /* for each unit of a net: some sample had it above 0 */
} vitals;

typedef struct vital_signs {
    double spread; /* mean distance of two fakes over that of two reals; 1 if all reals are equal */
    /* Share of the relu units that are 0 for every sample (in G for the z of the fakes, in D for
     * fakes and real samples), in the layer that has most of them; 0 in a net without relu. */
    double g_dead, d_dead;
} vital_signs;

/* Takes the memory; twice, as base/arena.h says. */
void vitals_plan(vitals *v, arena *a, const model *m);

/* Fills v->reals: the first samples of the data, again from the first where it has fewer. */
void vitals_open(vitals *v, const dataset *d, const compute *c);

/* Draws v->fakes from the z of that stream (with --ema from the average) and examines them. */
vital_signs vitals_take(const vitals *v, model *m, const compute *c, random_stream z);

/* The mean Euclidean distance of two of the n rows of x (n, size); 0 for fewer than two. */
double vitals_mean_distance(const float *x, int n, int size);

#endif
