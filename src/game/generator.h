/* game/generator.h - the generator of a checkpoint, ready to sample.
 *
 * S = channels * height * width values in a sample, Z values in a latent.
 *
 *     generator g;
 *     status s = generator_open(&g, &options, false, &compute);
 *     if (s == STATUS_OK)
 *         generator_sample(&g, seed, first, n, samples);      as often as needed
 *     generator_close(&g);                                    also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_GENERATOR_H
#define GAN_GAME_GENERATOR_H

#include "base/arena.h"
#include "game/model.h"

/* Which generator a command samples, and from which seed. */
typedef struct generator_options {
    const char *ckpt;
    uint64_t seed; /* of the latents */
    bool no_ema;   /* G as its last step left it, not its average */
} generator_options;

/* The rows of these, for every command that samples. */
extern const option_table generator_option_table;

typedef struct generator {
    model model;  /* only the net that samples has memory */
    uint32_t crc; /* of the checkpoint */
    arena arena;
    const compute *compute; /* the caller's */
} generator;

/* Reads and verifies the whole checkpoint o->ckpt, D for generator_judge if `judge`; o->seed is not
 * used. The generator is the average of G if the run has one (--ema) and o->no_ema is false.
 * STATUS_IO, STATUS_FORMAT or STATUS_MEMORY; generator_close is due in any case. */
status generator_open(generator *g, const generator_options *o, bool judge, const compute *c);
void generator_close(generator *g);

/* samples (n, S): the samples first .. first+n-1 of the seed. Sample i depends on neither n nor
 * first. */
void generator_sample(generator *g, uint64_t seed, int first, int n, float *samples);

/* samples (n, S) of given latents (n, Z); by their conditions (model_ask) they are the samples
 * first .. first+n-1. */
void generator_sample_latents(generator *g, const float *latents, int first, int n, float *samples);

/* t (n) = D's output for samples (n, S), the samples first .. first+n-1 by their conditions: the
 * larger, the more real. */
void generator_judge(generator *g, const float *samples, int first, int n, float *t);

#endif
