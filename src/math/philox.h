/* math/philox.h - one round of Philox4x32 and its constants, for the scalar and the vector code.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_PHILOX_H
#define GAN_MATH_PHILOX_H

#include <stdint.h>

/* From the paper: the multipliers of section 3.3, the golden ratio and sqrt(3) - 1 as key steps. */
#define PHILOX_M0 UINT32_C(0xD2511F53)
#define PHILOX_M1 UINT32_C(0xCD9E8D57)
#define PHILOX_W0 UINT32_C(0x9E3779B9)
#define PHILOX_W1 UINT32_C(0xBB67AE85)
enum { PHILOX_ROUNDS = 10 };

static inline void philox_round(uint32_t *c0, uint32_t *c1, uint32_t *c2, uint32_t *c3, uint32_t k0,
                                uint32_t k1)
{
    uint64_t p0 = (uint64_t)PHILOX_M0 * *c0;
    uint64_t p1 = (uint64_t)PHILOX_M1 * *c2;
    uint32_t old1 = *c1, old3 = *c3;
    *c0 = (uint32_t)(p1 >> 32) ^ old1 ^ k0;
    *c1 = (uint32_t)p1;
    *c2 = (uint32_t)(p0 >> 32) ^ old3 ^ k1;
    *c3 = (uint32_t)p0;
}

#endif
