/* nn/loss.h - what D's verdicts cost, from logits.
 *
 * D(x) = sigmoid(logit). Computed from the logit: -log D = softplus(-logit) and
 * -log(1 - D) = softplus(logit) are exact where sigmoid would have rounded to 0 or 1.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_LOSS_H
#define GAN_NN_LOSS_H

#include "math/kernels.h"

/* What a batch of logits says, summed over its rows in order, in double. */
typedef struct verdict {
    double loss;        /* sum of -log D, or of -log(1 - D) */
    double probability; /* sum of D */
    int right;          /* how many are on the right side of 1/2 (a logit of 0 is on neither) */
} verdict;

/* Logits of n samples that should be taken for real: loss -log D,
 * d[i] = d loss / d logit[i] = -sigmoid(-logit[i]). */
verdict loss_real(const kernels *k, int n, const float *logit, float *d);

/* Logits of n samples that should be taken for fake: loss -log(1 - D), d[i] = sigmoid(logit[i]). */
verdict loss_fake(const kernels *k, int n, const float *logit, float *d);

#endif
