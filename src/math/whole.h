/* math/whole.h - small functions of integers, for cutting sizes into parts.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_WHOLE_H
#define GAN_MATH_WHOLE_H

static inline int least(int a, int b)
{
    return a < b ? a : b;
}

static inline int most(int a, int b)
{
    return a > b ? a : b;
}

/* a / b rounded up; both are positive. */
static inline int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

/* a rounded up to a multiple of `to`. */
static inline int round_up(int a, int to)
{
    return ceil_div(a, to) * to;
}

#endif
