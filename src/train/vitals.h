/* train/vitals.h - what the images and the units of the nets say about a run's health.
 *
 * It looks at the fixed samples that an epoch's grid shows and at the first samples of the
 * data, as many. S values in a sample. Nothing that training reads is changed.
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

enum { VITALS_ROWS = 64 }; /* samples of either sort */

typedef struct vitals {
    float *fakes, *reals; /* (VITALS_ROWS, S) */
    double real_spread;   /* mean distance of two of the real ones */
    unsigned char *alive; /* of each unit: some sample had it above 0 */
} vitals;

typedef struct vital_signs {
    double spread; /* mean distance of two fakes by that of two real ones; 1: these are all equal */
    /* Share of the relu units that are 0 for every sample, of G for the fakes, of D for both, in
     * the layer that has most of them; 0 in a net without relu. */
    double g_dead, d_dead;
} vital_signs;

void vitals_plan(vitals *v, arena *a, const model *m);

/* Fills v->reals: the first samples of the data, again from the first where it has fewer. */
void vitals_open(vitals *v, const dataset *d, const compute *c);

/* Draws v->fakes from the z of that stream (of the average of G, with --ema) and judges them. */
vital_signs vitals_take(const vitals *v, model *m, const compute *c, random_stream z);

/* The mean Euclidean distance of two of the n rows of x (n, size); 0 for fewer than two. */
double vitals_mean_distance(const float *x, int n, int size);

#endif
