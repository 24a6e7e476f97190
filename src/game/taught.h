/* game/taught.h - the conditions that a data set teaches.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_TAUGHT_H
#define GAN_GAME_TAUGHT_H

#include "base/arena.h"
#include "data/dataset.h"
#include "game/asked.h"
#include "game/near.h"
#include "game/options.h"

typedef struct taught_conditions {
    condition_list list;         /* of classes, or of the different captions */
    const unsigned char *labels; /* the data set's: the number of a sample's class */
    uint32_t
        *ids; /* (captions): the number of each in the list; for samples as in data/captions.h */
    const uint32_t *first; /* the data set's: sample i has ids[first[i]] .. ids[first[i+1]-1] */
    int samples;
    double near_share;      /* of the wrong conditions, those that are alike */
    near_conditions near;   /* where that is not 0 */
    char *words, *examples; /* of the identity */
} taught_conditions;

/* Encodes the conditions of the kind o->condition (game/asked.h) of all samples, and adds to *id
 * what a checkpoint says of them; its texts live until taught_close, the data set must as long. The
 * examples of captions are KNOWN_MOST_EXAMPLES of the different ones, drawn without regard to their
 * place in the data; where captions were kept out of training (--hold-out), they are of these.
 * STATUS_USAGE where the data have no such conditions, or fewer than two that differ;
 * STATUS_MEMORY. *t may be closed in any case. */
status taught_open(taught_conditions *t, const model_options *o, const dataset *d,
                   data_identity *id);
void taught_close(taught_conditions *t);

/* The memory that they take, in bytes. */
size_t taught_memory(const taught_conditions *t);

/* The number of a condition of the sample: its class, or one of its captions, all equally likely;
 * `place` is where the sample is in the epoch. */
uint32_t taught_of(const taught_conditions *t, uint64_t seed, uint32_t epoch, uint32_t place,
                   uint32_t sample);

/* A condition that is not the sample's own: with the probability o->mismatch_near one of those that
 * are nearest to what taught_of says (game/near.h), all equally likely; else, and where it drew
 * none that differs from all of this sample's, that of another sample, drawn at random until it
 * does. */
uint32_t taught_other(const taught_conditions *t, uint64_t seed, uint32_t epoch, uint32_t place,
                      uint32_t sample);

/* The fingerprint of the first `count` samples with their conditions of that kind: that of
 * data/dataset.h, which covers captions, and for labels the CRC-32 goes on over a byte of each. */
uint32_t taught_fingerprint(int kind, const dataset *d, int count);

#endif
