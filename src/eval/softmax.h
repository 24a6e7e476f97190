/* eval/softmax.h - a class for each sample, from one logit a class.
 *
 * B rows of the batch, C classes. p[c] = exp(logit[c]) / sum exp(logit): the softmax.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_SOFTMAX_H
#define GAN_EVAL_SOFTMAX_H

#include "math/kernels.h"
#include "math/view.h"

enum { MOST_CLASSES = 256 };

/* The cross-entropy -log p[label]: dlogit (B, C) = the gradient of its mean over the batch,
 * (p - 1 at the label) / B. Returns how many samples have their label as the likeliest class. */
int softmax_gradient(const kernels *k, const_view logit, const unsigned char *labels, view dlogit);

/* Returns the likeliest class of one sample, the first of equals; *confidence is its p. */
int softmax_class(const kernels *k, int classes, const float *logit, float *confidence);

#endif
