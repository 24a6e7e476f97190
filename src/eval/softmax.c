/* eval/softmax.c - a class for each sample, from one logit a class.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/softmax.h"

#include <assert.h>

#include "base/banned.h"

static int likeliest(int classes, const float *logit)
{
    int best = 0;
    for (int c = 1; c < classes; c++)
        best = logit[c] > logit[best] ? c : best;
    return best;
}

/* e[c] = exp(logit[c] - the largest); returns their sum, at least 1. */
static float exponentials(const kernels *k, int classes, const float *logit, float *e)
{
    float largest = logit[likeliest(classes, logit)], sum = 0;
    for (int c = 0; c < classes; c++)
        e[c] = logit[c] - largest;
    k->exp(classes, e, e);
    for (int c = 0; c < classes; c++)
        sum += e[c];
    return sum;
}

int softmax_gradient(const kernels *k, const_view logit, const unsigned char *labels, view dlogit)
{
    int right = 0;
    for (int i = 0; i < logit.rows; i++) {
        float *d = view_row(dlogit, i);
        float sum = exponentials(k, logit.cols, const_view_row(logit, i), d);
        for (int c = 0; c < logit.cols; c++)
            d[c] = (d[c] / sum - (c == labels[i] ? 1.0f : 0.0f)) / (float)logit.rows;
        right += likeliest(logit.cols, const_view_row(logit, i)) == labels[i];
    }
    return right;
}

int softmax_class(const kernels *k, int classes, const float *logit, float *confidence)
{
    float e[MOST_CLASSES];
    assert(classes <= MOST_CLASSES);
    *confidence = 1 / exponentials(k, classes, logit, e);
    return likeliest(classes, logit);
}
