/* math/random.h - random numbers as a function of their place in a stream, not of earlier draws.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11)
 * turns a key of 64 bits and a counter of 128 bits into four words of 32 bits. The key is the seed;
 * the counter is the words' place. Any thread can make any part of any stream, in any order, with
 * as many lanes as the CPU has. docs/random-streams.md states each stream exactly.
 *
 * A stream is a matrix of words, drawn in groups of 64 columns. The word at (row, col) is word
 * (col % 64) / 16 of Philox at the counter { 16 (col / 64) + col % 16, row, step, stream }.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_RANDOM_H
#define GAN_MATH_RANDOM_H

#include <stdint.h>

enum { RANDOM_LANES = 16, RANDOM_GROUP = 64 };

/* The use of a stream: the low byte of counter[3]. Bits 8 to 15 of that are the layer, bits 16 to
 * 31 the number of the pass within a step; 0 if there is none. */
typedef enum random_use {
    RANDOM_INIT_GENERATOR = 1,
    RANDOM_INIT_DISCRIMINATOR = 2,
    RANDOM_SHUFFLE = 3,
    RANDOM_LATENT = 4,  /* z of a training step */
    RANDOM_DROPOUT = 5, /* masks, by layer and pass */
    RANDOM_DROPOUT_GENERATOR = 6,
    RANDOM_GRID_FIXED = 7,   /* z of the grids epoch-NNNN.png */
    RANDOM_GRID_FRESH = 8,   /* z of the grids random-NNNN.png */
    RANDOM_SAMPLE = 9,       /* z of gan sample and gan_sample */
    RANDOM_NOISE = 10,       /* added to what D sees, by pass */
    RANDOM_MIX = 11,         /* shares of real samples and fakes in their mixtures, by pass */
    RANDOM_DROPOUT_MIX = 12, /* masks of D's pass over the mixtures */
    RANDOM_AUGMENT = 13,     /* changes of what D sees, by pass */
    RANDOM_FLIP = 14,        /* mirrored real images, by pass */
    RANDOM_CAPTION = 15,     /* which of its captions a sample has */
    /* Points of data/synthetic.h, with the key 0: */
    RANDOM_MIXTURE_MODE = 16,
    RANDOM_MIXTURE_POINT = 17,
    RANDOM_MISMATCH = 18, /* samples whose condition is not that of another one, by try */
    RANDOM_EXAMPLES = 19, /* captions to show, with the key 0 */
    RANDOM_STACKED = 20,  /* digits of data/stacked.h, with the key 0; the step is the part */
    RANDOM_CROP = 21,     /* parts of pictures (data/crops.h) */
    RANDOM_HOLE = 22,     /* holes in pictures (game/task.c) */
    RANDOM_NEAR = 23,     /* wrong conditions that are nearly right; layer 0 whether, 1 which */
    RANDOM_INIT_CLASSIFIER = 32, /* eval/classifier.c; from 32 on: evaluation */
    RANDOM_SHUFFLE_CLASSIFIER = 33,
    RANDOM_MOVE_CLASSIFIER = 34,
    RANDOM_RESAMPLE = 35,      /* eval/resample.c */
    RANDOM_ORDER_EVAL = 36,    /* eval/order.c */
    RANDOM_INIT_PICTURES = 37, /* eval/matcher.c */
    RANDOM_INIT_TEXTS = 38,
    RANDOM_SHUFFLE_MATCHER = 39,
    RANDOM_MOVE_MATCHER = 40,
    RANDOM_CAPTION_MATCHER = 41,
} random_use;

typedef struct random_stream {
    uint64_t seed;
    uint32_t step;   /* counter[2] */
    uint32_t stream; /* counter[3] */
} random_stream;

static inline uint32_t random_name(random_use use, int layer, int pass)
{
    return (uint32_t)use | (uint32_t)layer << 8 | (uint32_t)pass << 16;
}

/* A uniform number from 0 to 1 - 2^-24, from a word. */
static inline float random_share(uint32_t word)
{
    return (float)(int32_t)(word >> 8) * (1.0f / 16777216);
}

/* A number below n from a word, uniform to within n / 2^32: floor(word n / 2^32). */
static inline int random_scaled(uint32_t word, int n)
{
    return (int)((uint64_t)word * (uint32_t)n >> 32);
}

/* words (4) = Philox of one counter; key = { low, high half of the seed }. Tests compare the vector
 * code of the kernels with it. */
void philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]);

/* An integer from 0 to n-1, uniform to within 2^-32: floor(x n / 2^64), with the 64 bits
 * x = 2^32 w[1] + w[0] from the words w of counter { index, 0, step, stream }. n is at least 1. */
uint32_t random_below(random_stream s, uint32_t index, uint32_t n);

/* out (n) = normal numbers with this standard deviation, truncated at two deviations. Each value is
 * the first within the limits among the stream's normal numbers at its place (row, col) in the
 * steps 0, 1, 2, ...; s.step is ignored. */
struct kernels;
void random_truncated_normal(const struct kernels *k, random_stream s, int row, float deviation,
                             int n, float *out);

/* order (n) = a permutation of 0 .. n-1, all equally likely (Fisher and Yates; Durstenfeld 1964):
 * from the identity, for i = n-1 down to 1, elements i and random_below(s, i, i + 1) are swapped.
 */
void random_shuffle(random_stream s, int n, uint32_t *order);

#endif
