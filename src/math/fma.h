/* math/fma.h - a b + c with one rounding, as fmaf, for CPUs without such an instruction.
 *
 * There the C library computes it in software, with a call for each element: products take thirty
 * times as long as with this, which compilers turn into vectors. It has no branch, and nothing that
 * SSE2 lacks.
 *
 * The product of two floats, 2 x 24 bits, is exact in a double, so only the sum rounds; but it
 * would round twice, to a double and then to a float. Rounding the first time to odd makes the two
 * as one (Boldo and Melquiond: "Emulation of a FMA and correctly rounded sums: proved algorithms
 * using rounding to odd", IEEE Transactions on Computers 57, 2008): a sum that is no double becomes
 * the one of its two neighbours whose last bit is 1. Why that is enough:
 *
 *   What a sum rounds to as a float is decided by where it lies among the floats and the middles
 *   between them (that of the largest and 2^128 included: beyond it is infinity). All of these are
 *   doubles of at most 25 bits, so their last bit is 0. A sum that is not itself such a double has
 *   none of them between it and its odd neighbour, and is not taken for one: it lies on the same
 *   side of each as before. This holds for floats below 2^-126 too, whose middles are coarser.
 *
 * Nothing leaves the range of a double on the way: not zero, the sum is a multiple of 2^-298 below
 * 2^257. Its zeros have the sign that fmaf gives them, as the sum of doubles has the same rules.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_FMA_H
#define GAN_MATH_FMA_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* The registers of an x87 (FLT_EVAL_METHOD 2) would break all of the above. 16 is 0 with one more
 * type: _Float16, too, is computed in its own precision. gcc says so in GNU mode for CPUs with
 * AVX512-FP16. */
_Static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16,
               "float and double have to be computed in their own precision");

static inline float fma_by_doubles(float a, float b, float c)
{
    double product = (double)a * (double)b;
    double addend = (double)c;
    double sum = product + addend;
    /* What the sum lost, exactly (Knuth, "The art of computer programming" 2, 4.2.2, theorem B); a
     * NaN where the sum is one or infinite. */
    double from_addend = sum - product;
    double lost = (product - (sum - from_addend)) + (addend - from_addend);

    double inexact = fabs(lost) > 0 ? 0x1p-1074 : 0; /* as bits: 1 or 0 */

    uint64_t bits, lost_bits, last;
    memcpy(&bits, &sum, sizeof bits);
    memcpy(&lost_bits, &lost, sizeof lost_bits);
    memcpy(&last, &inexact, sizeof last);
    uint64_t away = (bits ^ lost_bits) >> 63;
    bits = (bits - (away & last)) | last;
    memcpy(&sum, &bits, sizeof sum);
    return (float)sum;
}

#endif
