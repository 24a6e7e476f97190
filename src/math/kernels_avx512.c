/* math/kernels_avx512.c - the kernels with vectors of 16 (x86-64 servers since 2017).
 *
 * A tile of 8 x 3 vectors of sums, 3 of b and 1 of a takes 28 of the 32 registers.
 *
 * SPDX-License-Identifier: MIT */
#if defined(__x86_64__)
#define SET_NAME     avx512
#define LANES        16
#define TILE_ROWS    8
#define TILE_VECTORS 3
#define WIDE_LANES   8

#include <immintrin.h>
#include <stdint.h>

typedef __m512 vec;

static inline vec vec_load(const float *p)
{
    return _mm512_loadu_ps(p);
}

static inline vec vec_fours(const float *p, const int *offsets)
{
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(p + offsets[0]));
    v = _mm512_insertf32x4(v, _mm_loadu_ps(p + offsets[4]), 1);
    v = _mm512_insertf32x4(v, _mm_loadu_ps(p + offsets[8]), 2);
    return _mm512_insertf32x4(v, _mm_loadu_ps(p + offsets[12]), 3);
}

static inline void vec_store(float *p, vec v)
{
    _mm512_storeu_ps(p, v);
}

static inline void vec_store_some(float *p, vec v, int n)
{
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
}

static inline vec vec_splat(float x)
{
    return _mm512_set1_ps(x);
}

static inline vec vec_fma(vec a, vec b, vec c)
{
    return _mm512_fmadd_ps(a, b, c);
}

typedef uint64_t wide __attribute__((vector_size(64)));

static inline wide wide_mul(wide a, uint32_t m)
{
    return (wide)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(m));
}

#define SET_USABLE                                                                                 \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&                    \
     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
#include "math/kernels_template.h"
#else
typedef int kernels_avx512_is_for_x86;
#endif
