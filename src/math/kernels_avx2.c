/* math/kernels_avx2.c - the kernels with vectors of 8 and fused multiply-add (x86-64 since 2013).
 *
 * A tile of 4 x 3 vectors of sums, 3 of b and 1 of a takes all 16 registers.
 *
 * SPDX-License-Identifier: MIT */
#if defined(__x86_64__)
#define SET_NAME     avx2
#define LANES        8
#define TILE_ROWS    4
#define TILE_VECTORS 3
#define WIDE_LANES   4

#include <immintrin.h>
#include <stdint.h>

typedef __m256 vec;

static inline vec vec_load(const float *p)
{
    return _mm256_loadu_ps(p);
}

static inline vec vec_fours(const float *p, const int *offsets)
{
    __m256 v = _mm256_castps128_ps256(_mm_loadu_ps(p + offsets[0]));
    return _mm256_insertf128_ps(v, _mm_loadu_ps(p + offsets[4]), 1);
}

static inline void vec_store(float *p, vec v)
{
    _mm256_storeu_ps(p, v);
}

static inline void vec_store_some(float *p, vec v, int n)
{
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    _mm256_maskstore_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(n), lanes), v);
}

static inline vec vec_splat(float x)
{
    return _mm256_set1_ps(x);
}

static inline vec vec_fma(vec a, vec b, vec c)
{
    return _mm256_fmadd_ps(a, b, c);
}

typedef uint64_t wide __attribute__((vector_size(32)));

static inline wide wide_mul(wide a, uint32_t m)
{
    return (wide)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(m));
}

#define SET_USABLE (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#include "math/kernels_template.h"
#else
typedef int kernels_avx2_is_for_x86;
#endif
