/* nn/loss.h - the losses of the adversarial game: what D's outputs cost D, and what they cost G.
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

/* t (n), outputs of D -> cost (n) and the derivatives d (n) = d cost / d t; n is at most LOSS_PART.
 * The label of a real sample is 1 - smoothing, which only `real` reads. */
typedef void loss_side(const kernels *k, int n, const float *t, float smoothing, float *cost,
                       float *d);

enum { LOSS_PART = 64 };

typedef struct loss {
    option_choice choice;
    loss_side *real, *fake, *generator;
    bool labels;      /* D learns labels, 1 and 0, and the 1 can be smoothed */
    bool probability; /* D(x) is sigmoid(t); else it is t */
    float middle;     /* t above it means real, below it fake */
    bool drifts;      /* only differences of t mean something: what is at the middle moves */
    bool pairs;       /* t is how much a sample's output exceeds that of its opposite */
} loss;

/* The i-th loss, and its name and help; NULL after the last. */
const loss *loss_nth(int i);
const option_choice *loss_choice(int i);

/* Sums over a batch of outputs, in the order of the rows, in double. */
typedef struct verdict {
    double loss;
    double score; /* sum of D(x) */
    int right;    /* rows on the right side of the middle; a row at the middle is on neither */
} verdict;

/* D's loss for n real samples with the label 1 - smoothing. t (n), d (n): d[i] = d loss / d t[i].
 */
verdict loss_real(const loss *l, const kernels *k, int n, const float *t, double smoothing,
                  float *d);

/* D's loss for n fakes; t and d likewise. */
verdict loss_fake(const loss *l, const kernels *k, int n, const float *t, float *d);

/* The loss of a player for whom n samples should exceed their opposites, in a loss of pairs: D's
 * for real samples over fakes, and G's for fakes over real samples. over, under (n): their outputs;
 * d (n): d loss / d over, which is - d loss / d under. The score is that of the difference; a pair
 * is right where that is above 0. */
verdict loss_pairs(const loss *l, const kernels *k, int n, const float *over, const float *under,
                   float *d);

/* G's loss for n fakes; t and d likewise. */
verdict loss_generator(const loss *l, const kernels *k, int n, const float *t, float *d);

#endif
