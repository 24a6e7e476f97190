/* eval/matcher.h - two nets that learn from a data set which captions fit which pictures: one makes
 * a vector of a picture, the other of a text, and those that fit point in the same direction.
 *
 * gan trains them itself, once for a data set, always from the same streams to the same bytes.
 * docs/evaluation.md has everything that is needed to train the same ones. Order of calls:
 *
 *     TRY(matcher_open(&m, &train));
 *     matcher_plan(&m, &arena, &compute);           twice: see base/arena.h
 *     TRY(matcher_prepare(&m, &watch));             from the cache, or by training
 *     matcher_see(&m, &pictures, vectors);          as often as needed
 *     matcher_read(&m, &texts, vectors);
 *     matcher_close(&m);                            also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_MATCHER_H
#define GAN_EVAL_MATCHER_H

#include "eval/contrast.h"
#include "eval/evaluator.h"
#include "eval/points.h"
#include "eval/texts.h"
#include "nn/adam.h"
#include "nn/net.h"

enum {
    MATCHER_SIZE = 128, /* values of a vector */
    /* Part of the cache's key: goes up with every change in what the training computes. */
    MATCHER_PROCEDURE = 1
};

typedef struct matcher {
    const dataset *data;
    const compute *compute;
    vocabulary vocabulary; /* of the data's captions */
    text_index texts;      /* which they are */
    net seeing, reading;   /* of pictures, of texts */
    adam for_seeing, for_reading;
    contrast contrast;
    float *x, *nothing; /* (B, S); (B, 1): the text comes as a condition */
    float *du, *dv;     /* (B, MATCHER_SIZE) */
    uint32_t *ids;      /* (B): of captions */
    uint32_t *images;   /* (B) */
    uint32_t *order;    /* of an epoch */
} matcher;

/* Builds the nets for a data set with captions, which stays the caller's. STATUS_MEMORY. */
status matcher_open(matcher *m, const dataset *d);
void matcher_close(matcher *m);
void matcher_plan(matcher *m, arena *a, const compute *c);

/* Takes the weights from the cache, or trains and keeps them; watch->matched is told after each
 * epoch what share of the pictures was nearest to its own caption of those of its batch.
 * STATUS_NONFINITE if a number becomes NaN or infinite. */
status matcher_prepare(matcher *m, const evaluator_watch *watch);

/* out (p->count, MATCHER_SIZE) = the vectors of pictures, of length 1. */
void matcher_see(matcher *m, const points *p, float *out);

/* out (t->count, MATCHER_SIZE) = those of texts that were encoded with m->vocabulary. */
void matcher_read(matcher *m, const text_index *t, float *out);

/* ---- for matcher_kept.c ---- */

status matcher_train(matcher *m, const evaluator_watch *watch);

#endif
