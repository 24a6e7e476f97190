/* eval/logarithm.c - ln x = k ln 2 + 2 atanh((m - 1)/(m + 1)), x = 2^k m, m from 1/sqrt 2 to
 * sqrt 2.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/logarithm.h"

#include <math.h>

#include "base/banned.h"

double natural_log(double x)
{
    const double sqrt_half = 0.70710678118654752440, ln2 = 0.69314718055994530942;
    int k;
    double m = frexp(x, &k); /* exact: only the bits of x are taken apart */
    if (m < sqrt_half) {
        m *= 2;
        k--;
    }
    /* atanh s = s + s^3/3 + s^5/5 + ..., |s| <= 0.172: 2^-53 of s after 20 terms at most. */
    double s = (m - 1) / (m + 1), square = s * s, sum = 0;
    for (int n = 41; n > 0; n -= 2)
        sum = sum * square + 1.0 / n;
    return k * ln2 + 2 * s * sum;
}
