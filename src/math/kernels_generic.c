/* math/kernels_generic.c - the kernels in plain C, for any CPU; the oracle of all others.
 *
 * SPDX-License-Identifier: MIT */
#define SET_NAME     generic
#define LANES        1
#define TILE_ROWS    4
#define TILE_VECTORS 16

#include <math.h>

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

#define SET_USABLE 1
#include "math/kernels_template.h"
