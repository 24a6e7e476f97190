/* math/kernels_avx512.c - the kernels with vectors of 16 (x86-64 servers since 2017).
 * 12 x 2 sums of the tile, 2 vectors of b and one of a are 27 of the 32 registers.
 *
 * SPDX-License-Identifier: MIT */
#if defined(__x86_64__)
#define SET_NAME     avx512
#define LANES        16
#define TILE_ROWS    12
#define TILE_VECTORS 2

#include <immintrin.h>

typedef __m512 vec;

static inline vec vec_load(const float *p)
{
    return _mm512_loadu_ps(p);
}

static inline void vec_store(float *p, vec v)
{
    _mm512_storeu_ps(p, v);
}

static inline vec vec_splat(float x)
{
    return _mm512_set1_ps(x);
}

static inline vec vec_fma(vec a, vec b, vec c)
{
    return _mm512_fmadd_ps(a, b, c);
}

#define SET_USABLE                                                                                 \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&                    \
     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
#include "math/kernels_template.h"
#else
typedef int kernels_avx512_is_for_x86;
#endif
