/* math/whole.h - whole numbers: what loops over parts of a size are cut by.
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

/* a / b, up; both positive. */
static inline int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

/* The multiple of `to` from a on. */
static inline int round_up(int a, int to)
{
    return ceil_div(a, to) * to;
}

#endif
