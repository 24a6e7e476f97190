/* base/size.h - checked arithmetic, for all sizes that come from outside.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_SIZE_H
#define GAN_BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* *out = a + b; false, with *out unchanged, if that does not fit. */
static inline bool size_add(size_t a, size_t b, size_t *out)
{
    if (b > SIZE_MAX - a)
        return false;
    *out = a + b;
    return true;
}

/* *out = a * b; false, with *out unchanged, if that does not fit. */
static inline bool size_mul(size_t a, size_t b, size_t *out)
{
    if (a != 0 && b > SIZE_MAX / a)
        return false;
    *out = a * b;
    return true;
}

static inline size_t size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
