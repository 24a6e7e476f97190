/* math/kernels_random.h - random numbers; part of kernels_template.h.
 *
 * SPDX-License-Identifier: MIT */

/* Makes the words of a group: w[i][lane] is word i of that lane's counter. Each word is the low
 * half of a 64-bit lane, which has room for its product; high halves are ignored. Two vectors at a
 * time are enough independent work to keep the multiplier busy, and fit the registers. Counters
 * begin as vectors: a vector loaded from what scalar stores have just written waits for all of
 * them. */
static inline void words_group(random_stream s, int row, int group,
                               uint32_t w[restrict 4][RANDOM_LANES])
{
    enum { PAIR = 2, PART = PAIR * WIDE_LANES };
    static const uint64_t lanes[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    const wide zero = { 0 };
    for (int first = 0; first < RANDOM_LANES; first += PART) {
        wide c[4][PAIR];
        for (int v = 0; v < PAIR; v++) {
            memcpy(&c[0][v], lanes + v * WIDE_LANES, sizeof(wide));
            c[0][v] += (uint64_t)(group * RANDOM_LANES + first);
            c[1][v] = zero + (uint32_t)row;
            c[2][v] = zero + s.step;
            c[3][v] = zero + s.stream;
        }
        uint32_t k0 = (uint32_t)s.seed, k1 = (uint32_t)(s.seed >> 32);
        for (int round = 0; round < PHILOX_ROUNDS; round++) {
            for (int v = 0; v < PAIR; v++) {
                wide p0 = wide_mul(c[0][v], PHILOX_M0);
                wide p1 = wide_mul(c[2][v], PHILOX_M1);
                c[0][v] = (p1 >> 32) ^ c[1][v] ^ k0;
                c[2][v] = (p0 >> 32) ^ c[3][v] ^ k1;
                c[1][v] = p1;
                c[3][v] = p0;
            }
            k0 += PHILOX_W0;
            k1 += PHILOX_W1;
        }
        for (int i = 0; i < 4; i++) {
            uint64_t words[PART];
            memcpy(words, c[i], sizeof words);
            for (int l = 0; l < PART; l++)
                w[i][first + l] = (uint32_t)words[l];
        }
    }
}

static inline int group_width(int n, int i)
{
    return n - i < RANDOM_GROUP ? n - i : RANDOM_GROUP;
}

static void words_all(random_stream s, int row, int col, int n, uint32_t *out)
{
    for (int i = 0; i < n; i += RANDOM_GROUP) {
        uint32_t w[4][RANDOM_LANES];
        words_group(s, row, (col + i) / RANDOM_GROUP, w);
        memcpy(out + i, w, (size_t)group_width(n, i) * sizeof *out);
    }
}

/* Box and Muller: sqrt(-2 log u) (cos 2 pi t, sin 2 pi t), with u in (0, 1] and t in [0, 1) from
 * the upper 24 bits of two words. */
static inline void normal_pairs(const uint32_t *restrict u, const uint32_t *restrict t,
                                float *restrict first, float *restrict second)
{
    const float step = 1.0f / 16777216;
    for (int l = 0; l < RANDOM_LANES; l++) {
        float radius = sqrtf(-2.0f * log_one((float)(int32_t)((u[l] >> 8) + 1) * step));
        float turn = (float)(int32_t)(t[l] >> 8) * step;
        first[l] = radius * sin_one(turn, 1);
        second[l] = radius * sin_one(turn, 0);
    }
}

static void normal_all(random_stream s, int row, int col, int n, float *out)
{
    for (int i = 0; i < n; i += RANDOM_GROUP) {
        uint32_t w[4][RANDOM_LANES];
        float z[4][RANDOM_LANES];
        words_group(s, row, (col + i) / RANDOM_GROUP, w);
        normal_pairs(w[0], w[1], z[0], z[1]);
        normal_pairs(w[2], w[3], z[2], z[3]);
        memcpy(out + i, z, (size_t)group_width(n, i) * sizeof *out);
    }
}

static void keep_all(random_stream s, int row, int col, int n, uint32_t threshold,
                     unsigned char *keep)
{
    for (int i = 0; i < n; i += RANDOM_GROUP) {
        uint32_t w[4][RANDOM_LANES];
        unsigned char k[4][RANDOM_LANES];
        words_group(s, row, (col + i) / RANDOM_GROUP, w);
        for (int j = 0; j < 4; j++)
            for (int l = 0; l < RANDOM_LANES; l++)
                k[j][l] = w[j][l] >= threshold;
        memcpy(keep + i, k, (size_t)group_width(n, i));
    }
}
