/* math/kernels_neon.c - the kernels with vectors of 4, which every 64-bit ARM CPU has.
 *
 * A tile of 8 x 3 vectors of sums, 3 of b and 1 of a takes 28 of the 32 registers.
 *
 * SPDX-License-Identifier: MIT */
#if defined(__aarch64__)
#define SET_NAME     neon
#define LANES        4
#define TILE_ROWS    8
#define TILE_VECTORS 3
#define WIDE_LANES   2

#include <arm_neon.h>
#include <stdint.h>
#include <string.h>

typedef float32x4_t vec;

static inline vec vec_load(const float *p)
{
    return vld1q_f32(p);
}

static inline vec vec_fours(const float *p, const int *offsets)
{
    return vld1q_f32(p + offsets[0]);
}

static inline void vec_store(float *p, vec v)
{
    vst1q_f32(p, v);
}

static inline void vec_store_some(float *p, vec v, int n)
{
    float lane[LANES];
    vst1q_f32(lane, v);
    memcpy(p, lane, (size_t)n * sizeof *p);
}

static inline vec vec_splat(float x)
{
    return vdupq_n_f32(x);
}

static inline vec vec_fma(vec a, vec b, vec c)
{
    return vfmaq_f32(c, a, b);
}

typedef uint64_t wide __attribute__((vector_size(16)));

static inline wide wide_mul(wide a, uint32_t m)
{
    return (wide)vmull_u32(vmovn_u64((uint64x2_t)a), vdup_n_u32(m));
}

#define SET_USABLE 1
#include "math/kernels_template.h"
#else
typedef int kernels_neon_is_for_arm;
#endif
