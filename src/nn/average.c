/* nn/average.c - the exponential average of parameters.
 *
 *     average = (1 - rest) average + rest w,      rest = (1 - beta) / (1 - beta^t)
 *
 * The divisor is Adam's bias correction: early averages are over the steps so far, and the random
 * weights before the first step have no part in them.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/average.h"

#include "nn/power.h"

#include "base/banned.h"

averaging average_factors(double beta, uint64_t t)
{
    double rest = (1 - beta) / (1 - power(beta, t));
    return (averaging){ (float)(1 - rest), (float)rest };
}

void average_step(averaging a, size_t n, const float *restrict w, float *restrict average)
{
    for (size_t i = 0; i < n; i++)
        average[i] = a.keep * average[i] + a.rest * w[i];
}
