/* math/kernels_generic.c - the kernels in plain C, for any CPU; tests compare all others with them.
 *
 * gcc and clang both vectorise loops over four lanes, for any CPU. A tile of 4 x 2 vectors of sums,
 * 2 of b and 1 of a takes 11 registers; SSE2 has 16.
 *
 * SPDX-License-Identifier: MIT */
#define SET_NAME     generic
#define LANES        4
#define TILE_ROWS    4
#define TILE_VECTORS 2
#define WIDE_LANES   1

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "math/fma.h"

typedef struct vec {
    float lane[LANES];
} vec;

static inline vec vec_load(const float *p)
{
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline vec vec_fours(const float *p, const int *offsets)
{
    return vec_load(p + offsets[0]);
}

static inline void vec_store(float *p, vec v)
{
    memcpy(p, &v, sizeof v);
}

static inline void vec_store_some(float *p, vec v, int n)
{
    memcpy(p, &v, (size_t)n * sizeof *p);
}

static inline vec vec_splat(float x)
{
    vec v;
    for (int i = 0; i < LANES; i++)
        v.lane[i] = x;
    return v;
}

static inline float lane_fma(float a, float b, float c)
{
#if defined(__FP_FAST_FMAF) || defined(__FMA__) /* clang on x86 has the second only */
    return fmaf(a, b, c);
#else
    return fma_by_doubles(a, b, c);
#endif
}

static inline vec vec_fma(vec a, vec b, vec c)
{
    for (int i = 0; i < LANES; i++)
        c.lane[i] = lane_fma(a.lane[i], b.lane[i], c.lane[i]);
    return c;
}

typedef uint64_t wide;

static inline wide wide_mul(wide a, uint32_t m)
{
    return (a & UINT32_MAX) * m;
}

#define SET_USABLE 1
#include "math/kernels_template.h"
