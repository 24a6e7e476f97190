/* math/kernels_generic.c - the kernels in plain C, for any CPU; the oracle of all others.
 *
 * SPDX-License-Identifier: MIT */
#define SET_NAME     generic
#define LANES        1
#define TILE_ROWS    4
#define TILE_VECTORS 3
#define WIDE_LANES   1

#include <math.h>
#include <stdint.h>

typedef float vec;

static inline vec vec_load(const float *p)
{
    return *p;
}

static inline void vec_store(float *p, vec v)
{
    *p = v;
}

static inline vec vec_splat(float x)
{
    return x;
}

static inline vec vec_fma(vec a, vec b, vec c)
{
    return fmaf(a, b, c);
}

typedef uint64_t wide;

static inline wide wide_mul(wide a, uint32_t m)
{
    return (a & UINT32_MAX) * m;
}

#define SET_USABLE 1
#include "math/kernels_template.h"
