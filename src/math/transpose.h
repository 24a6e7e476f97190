/* math/transpose.h - transposes four by four floats; for kernels_moves.h.
 *
 * Only this code moves values between lanes. Every CPU shuffles vectors of four at full speed, so
 * one version serves all instruction sets.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_TRANSPOSE_H
#define GAN_MATH_TRANSPOSE_H

#include <stddef.h>
#include <string.h>
#ifdef __AVX__
#include <immintrin.h>
#endif

typedef float four __attribute__((vector_size(16)));

/* The vector of lanes a, b, c, d, where 0 .. 3 are the lanes of x and 4 .. 7 those of y. */
#ifdef __clang__
#define FOUR_OF(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#else
typedef int four_lanes __attribute__((vector_size(16)));
#define FOUR_OF(x, y, a, b, c, d) __builtin_shuffle(x, y, (four_lanes){ a, b, c, d })
#endif

static inline four four_load(const float *p)
{
    four v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* to[k * to_stride + j] = from[j * from_stride + k], for j and k from 0 to 3. */
static inline void transpose_four(const float *from, ptrdiff_t from_stride, float *to,
                                  ptrdiff_t to_stride)
{
    four r0 = four_load(from), r1 = four_load(from + from_stride);
    four r2 = four_load(from + 2 * from_stride), r3 = four_load(from + 3 * from_stride);
    four low01 = FOUR_OF(r0, r1, 0, 4, 1, 5), high01 = FOUR_OF(r0, r1, 2, 6, 3, 7);
    four low23 = FOUR_OF(r2, r3, 0, 4, 1, 5), high23 = FOUR_OF(r2, r3, 2, 6, 3, 7);
    const four columns[4] = {
        FOUR_OF(low01, low23, 0, 1, 4, 5),
        FOUR_OF(low01, low23, 2, 3, 6, 7),
        FOUR_OF(high01, high23, 0, 1, 4, 5),
        FOUR_OF(high01, high23, 2, 3, 6, 7),
    };
    for (int k = 0; k < 4; k++)
        memcpy(to + k * to_stride, &columns[k], sizeof columns[k]);
}

/* to[k * to_stride + j] = from[j * from_stride + k], for j from 0 to 7 and k from 0 to 3. */
#ifdef __AVX__
static inline __m256 eight_load(const float *low, const float *high)
{
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
}

/* As transpose_four, in both halves of a vector: row j + 4 is beside row j. */
static inline void transpose_eight(const float *from, ptrdiff_t from_stride, float *to,
                                   ptrdiff_t to_stride)
{
    const float *half = from + 4 * from_stride;
    __m256 r0 = eight_load(from, half);
    __m256 r1 = eight_load(from + from_stride, half + from_stride);
    __m256 r2 = eight_load(from + 2 * from_stride, half + 2 * from_stride);
    __m256 r3 = eight_load(from + 3 * from_stride, half + 3 * from_stride);
    __m256 low01 = _mm256_unpacklo_ps(r0, r1), high01 = _mm256_unpackhi_ps(r0, r1);
    __m256 low23 = _mm256_unpacklo_ps(r2, r3), high23 = _mm256_unpackhi_ps(r2, r3);
    _mm256_storeu_ps(to, _mm256_shuffle_ps(low01, low23, 0x44));
    _mm256_storeu_ps(to + to_stride, _mm256_shuffle_ps(low01, low23, 0xee));
    _mm256_storeu_ps(to + 2 * to_stride, _mm256_shuffle_ps(high01, high23, 0x44));
    _mm256_storeu_ps(to + 3 * to_stride, _mm256_shuffle_ps(high01, high23, 0xee));
}
#else
static inline void transpose_eight(const float *from, ptrdiff_t from_stride, float *to,
                                   ptrdiff_t to_stride)
{
    transpose_four(from, from_stride, to, to_stride);
    transpose_four(from + 4 * from_stride, from_stride, to + 4, to_stride);
}
#endif

/* to[k * to_stride + j] = from[j * from_stride + k], for j from 0 to n - 1, n at most 16, and k
 * from 0 to 3. */
#ifdef __AVX512F__
/* Four values of row i in the first quarter of the vector, of row i + 4 in the second, and so on;
 * row n - 1 stands for those after it. */
static inline __m512 quarters_load(int i, int n, const float *from, ptrdiff_t from_stride)
{
    int last = n - 1;
    const float *r0 = from + (i < n ? i : last) * from_stride;
    const float *r4 = from + (i + 4 < n ? i + 4 : last) * from_stride;
    const float *r8 = from + (i + 8 < n ? i + 8 : last) * from_stride;
    const float *r12 = from + (i + 12 < n ? i + 12 : last) * from_stride;
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(r0));
    v = _mm512_insertf32x4(v, _mm_loadu_ps(r4), 1);
    v = _mm512_insertf32x4(v, _mm_loadu_ps(r8), 2);
    return _mm512_insertf32x4(v, _mm_loadu_ps(r12), 3);
}

static inline __attribute__((always_inline)) void
transpose_sixteen(int n, const float *from, ptrdiff_t from_stride, float *to, ptrdiff_t to_stride)
{
    __mmask16 rows = (__mmask16)((1u << n) - 1);
    __m512 r0 = quarters_load(0, n, from, from_stride), r1 = quarters_load(1, n, from, from_stride);
    __m512 r2 = quarters_load(2, n, from, from_stride), r3 = quarters_load(3, n, from, from_stride);
    __m512 low01 = _mm512_unpacklo_ps(r0, r1), high01 = _mm512_unpackhi_ps(r0, r1);
    __m512 low23 = _mm512_unpacklo_ps(r2, r3), high23 = _mm512_unpackhi_ps(r2, r3);
    _mm512_mask_storeu_ps(to, rows, _mm512_shuffle_ps(low01, low23, 0x44));
    _mm512_mask_storeu_ps(to + to_stride, rows, _mm512_shuffle_ps(low01, low23, 0xee));
    _mm512_mask_storeu_ps(to + 2 * to_stride, rows, _mm512_shuffle_ps(high01, high23, 0x44));
    _mm512_mask_storeu_ps(to + 3 * to_stride, rows, _mm512_shuffle_ps(high01, high23, 0xee));
}
#endif

#endif
