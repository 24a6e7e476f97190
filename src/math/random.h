/* math/random.h - random numbers that are a function of their place, not of what was drawn before.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11)
 * turns a key of 64 and a counter of 128 bits into four words of 32 bits. The key is the seed; the
 * counter names what the words are for. Any thread can make any part of any stream, in any order,
 * as many lanes at a time as the CPU has. docs/random-streams.md states each stream exactly.
 *
 * Every stream is a matrix of words, drawn in groups of 64 columns: the word of (row, col) is word
 * (col % 64) / 16 of Philox at the counter { 16 (col / 64) + col % 16, row, step, stream }.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_RANDOM_H
#define GAN_MATH_RANDOM_H

#include <stdint.h>

enum { RANDOM_LANES = 16, RANDOM_GROUP = 64 };

/* What a stream is for: the low byte of counter[3]. The two other fields of it are the layer (bits
 * 8 to 15) and the number of the pass within a step (bits 16 to 31), 0 where there is none. */
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
    RANDOM_NOISE = 10,       /* on what D sees, by pass */
    RANDOM_MIX = 11,         /* of real samples and fakes, by pass */
    RANDOM_DROPOUT_MIX = 12, /* masks of D when it sees these */
    RANDOM_AUGMENT = 13,     /* of what D sees, by pass */
    RANDOM_FLIP = 14,        /* of real images, by pass */
    /* Of the points of data/synthetic.h, keyed by 0: */
    RANDOM_MIXTURE_MODE = 16,
    RANDOM_MIXTURE_POINT = 17,
    RANDOM_INIT_CLASSIFIER = 32, /* eval/classifier.c; from 32 on: judging */
    RANDOM_SHUFFLE_CLASSIFIER = 33,
    RANDOM_MOVE_CLASSIFIER = 34,
    RANDOM_RESAMPLE = 35, /* eval/resample.c */
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

/* A number from 0 to 1 - 2^-24, uniform, of a word. */
static inline float random_share(uint32_t word)
{
    return (float)(int32_t)(word >> 8) * (1.0f / 16777216);
}

/* The four words of one counter; the definition that the vectors of the kernels are tested against.
 * key = { low, high half of the seed }. */
void philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]);

/* A whole number from 0 to n - 1, uniform to 2^-32: from the 64 bits x = 2^32 w[1] + w[0] of the
 * words of counter { index, 0, step, stream }, floor(x n / 2^64). n is at least 1. */
uint32_t random_below(random_stream s, uint32_t index, uint32_t n);

/* out[0 .. n-1]: a normal distribution with this standard deviation, cut off at two of it. Each
 * value is the first of the attempts step = 0, 1, 2, ... of its place (row, col) in the stream's
 * normal numbers that lies within; s.step is not used. */
struct kernels;
void random_truncated_normal(const struct kernels *k, random_stream s, int row, float deviation,
                             int n, float *out);

/* order = a permutation of 0 .. n-1, all equally likely (Fisher and Yates; Durstenfeld 1964):
 * starting from the identity, for i = n-1 down to 1, element i changes places with element
 * random_below(s, i, i + 1). */
void random_shuffle(random_stream s, int n, uint32_t *order);

#endif
