/* math/random.c - Philox one counter at a time, and draws that are rare enough for it.
 *
 * SPDX-License-Identifier: MIT */
#include "math/random.h"

#include <math.h>

#include "math/kernels.h"
#include "math/philox.h"

#include "base/banned.h"

void philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4])
{
    uint32_t k0 = key[0], k1 = key[1];
    for (int i = 0; i < 4; i++)
        words[i] = counter[i];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        philox_round(&words[0], &words[1], &words[2], &words[3], k0, k1);
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
}

uint32_t random_below(random_stream s, uint32_t index, uint32_t n)
{
    const uint32_t counter[4] = { index, 0, s.step, s.stream };
    const uint32_t key[2] = { (uint32_t)s.seed, (uint32_t)(s.seed >> 32) };
    uint32_t w[4];
    philox(counter, key, w);
    /* floor((2^32 w[1] + w[0]) n / 2^64) without a product of more than 64 bits. */
    uint64_t low = ((uint64_t)w[0] * n) >> 32;
    return (uint32_t)(((uint64_t)w[1] * n + low) >> 32);
}

void random_truncated_normal(const kernels *k, random_stream s, int row, float deviation, int n,
                             float *out)
{
    for (int col = 0; col < n; col += RANDOM_GROUP) {
        int width = n - col < RANDOM_GROUP ? n - col : RANDOM_GROUP;
        int missing = width;
        for (int i = 0; i < width; i++)
            out[col + i] = INFINITY;
        for (s.step = 0; missing > 0; s.step++) {
            float attempt[RANDOM_GROUP];
            k->normal(s, row, col, width, attempt);
            for (int i = 0; i < width; i++)
                if (isinf(out[col + i]) && fabsf(attempt[i]) <= 2) {
                    out[col + i] = deviation * attempt[i];
                    missing--;
                }
        }
    }
}

void random_shuffle(random_stream s, int n, uint32_t *order)
{
    for (int i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (int i = n - 1; i > 0; i--) {
        uint32_t j = random_below(s, (uint32_t)i, (uint32_t)i + 1);
        uint32_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}
