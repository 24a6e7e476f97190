/* math/fma.h - a b + c with one rounding, like fmaf, for CPUs without such an instruction.
 *
 * On these the C library computes fmaf in software, with a call for each element, and products take
 * thirty times as long as with this code, which compilers vectorise: it has no branches and needs
 * nothing beyond SSE2.
 *
 * The product of two floats has 2 x 24 bits and is exact in a double. The sum rounds, and plainly
 * it would round twice, to a double and then to a float. If the first rounding is to odd, the
 * result is that of a single rounding (Boldo and Melquiond: "Emulation of a FMA and correctly
 * rounded sums: proved algorithms using rounding to odd", IEEE Transactions on Computers 57, 2008):
 * a sum that is not a double becomes that one of its two neighbours whose last bit is 1. This is
 * sufficient:
 *
 *   The float that a sum rounds to depends on where the sum lies among the floats and the midpoints
 *   between them (including that of the largest float and 2^128, beyond which is infinity). All of
 *   these are doubles of at most 25 bits, so their last bit is 0. If a sum is not such a double,
 *   none of them lies between it and its odd neighbour, which is not one of them either, so the
 *   neighbour is on the same side of each. This also holds below 2^-126, where midpoints are
 * coarser.
 *
 * Nothing leaves the range of a double: a sum that is not zero is a multiple of 2^-298 below 2^257.
 * Zeros have the sign that fmaf gives them, because sums of doubles follow the same rules.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_FMA_H
#define GAN_MATH_FMA_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* The registers of an x87 (FLT_EVAL_METHOD 2) would break all of the above. 16 means the same as 0,
 * and also that _Float16 is computed in its own precision; gcc defines it in GNU mode for CPUs with
 * AVX512-FP16. */
_Static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16,
               "float and double have to be computed in their own precision");

static inline float fma_by_doubles(float a, float b, float c)
{
    double product = (double)a * (double)b;
    double addend = (double)c;
    double sum = product + addend;
    /* The exact rounding error of the sum (Knuth, "The art of computer programming" 2, 4.2.2,
     * theorem B); a NaN if the sum is infinite or a NaN. */
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
