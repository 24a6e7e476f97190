/* nn/loss.h - the losses of the game: what D's outputs cost D, and what they cost G.
 *
 * t is D's output of a sample, called the logit where D(x) = sigmoid(t) is a probability. A loss is
 * one row of the table in loss.c, with its paper: D's cost of a real sample, of a fake, G's cost of
 * a fake, and the derivative of each by t.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_LOSS_H
#define GAN_NN_LOSS_H

#include <stdbool.h>

#include "base/option.h"
#include "math/kernels.h"

/* The cost of n outputs t, n at most LOSS_PART, and the derivatives d. `smoothing` is how far the
 * label of a real sample is below 1; only `real` reads it. */
typedef void loss_side(const kernels *k, int n, const float *t, float smoothing, float *cost,
                       float *d);

enum { LOSS_PART = 64 };

typedef struct loss {
    option_choice choice;
    loss_side *real, *fake, *generator;
    bool labels;      /* D learns the labels 1 and 0, and the 1 can be smoothed */
    bool probability; /* D(x) is sigmoid(t), else t itself */
    float middle;     /* the t between real and fake */
} loss;

/* The i-th loss and its name; NULL after the last. */
const loss *loss_nth(int i);
const option_choice *loss_choice(int i);

/* What a batch of outputs says, summed over its rows in order, in double. */
typedef struct verdict {
    double loss;
    double score; /* sum of D(x) */
    int right;    /* how many are on the right side of the middle (the middle is on neither) */
} verdict;

/* D's loss of n real samples, whose label is 1 - smoothing; d[i] = d loss / d t[i]. */
verdict loss_real(const loss *l, const kernels *k, int n, const float *t, double smoothing,
                  float *d);

/* D's loss of n fakes. */
verdict loss_fake(const loss *l, const kernels *k, int n, const float *t, float *d);

/* G's loss of n fakes. */
verdict loss_generator(const loss *l, const kernels *k, int n, const float *t, float *d);

#endif
