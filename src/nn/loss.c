/* nn/loss.c - what D's verdicts cost.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/loss.h"

#include "base/banned.h"

enum { PART = 64 };

/* sign = 1: should be real; sign = -1: should be fake. With t = sign logit the loss is softplus(-t)
 * and its derivative -sign sigmoid(-t). */
static verdict judge(const kernels *k, int n, const float *logit, float sign, float *d)
{
    verdict v = { 0 };
    for (int from = 0; from < n; from += PART) {
        int part = n - from < PART ? n - from : PART;
        float against[PART], loss[PART], probability[PART], doubt[PART];
        for (int i = 0; i < part; i++)
            against[i] = -sign * logit[from + i];
        k->softplus(part, against, loss);
        k->sigmoid(part, against, doubt);
        k->sigmoid(part, logit + from, probability);
        for (int i = 0; i < part; i++) {
            v.loss += (double)loss[i];
            v.probability += (double)probability[i];
            v.right += against[i] < 0;
            d[from + i] = -sign * doubt[i];
        }
    }
    return v;
}

verdict loss_real(const kernels *k, int n, const float *logit, float *d)
{
    return judge(k, n, logit, 1, d);
}

verdict loss_fake(const kernels *k, int n, const float *logit, float *d)
{
    return judge(k, n, logit, -1, d);
}
