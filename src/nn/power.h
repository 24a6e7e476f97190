/* nn/power.h - x^n, for the bias corrections of Adam and of averages.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_POWER_H
#define GAN_NN_POWER_H

#include <stdint.h>

/* x^n by squaring: the same double on every machine, which libm's pow is not. */
static inline double power(double x, uint64_t n)
{
    double y = 1;
    for (; n > 0; n >>= 1, x *= x)
        if ((n & 1) != 0)
            y *= x;
    return y;
}

#endif
