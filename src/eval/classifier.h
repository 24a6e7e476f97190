/* eval/classifier.h - a net that tells the classes of the data apart; its last hidden layer is the
 * space in which samples are compared.
 *
 * gan trains it itself, once for a data set, always from the same streams to the same bytes: what
 * it is follows from the data alone. Order of calls: classifier_open, classifier_plan (twice: see
 * base/arena.h), classifier_train or parameters from the cache, classifier_apply; classifier_close.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_CLASSIFIER_H
#define GAN_EVAL_CLASSIFIER_H

#include "data/dataset.h"
#include "eval/classes.h"
#include "eval/points.h"
#include "nn/adam.h"
#include "nn/net.h"

enum {
    CLASSIFIER_FEATURES = 128, /* values of the last hidden layer */
    CLASSIFIER_EPOCHS = 10,
    /* Part of the cache's key: goes up with every change of what the training computes. */
    CLASSIFIER_PROCEDURE = 1
};

typedef struct classifier {
    net net;
    adam optimizer;
    const compute *compute;
    int classes;
    float *x, *dlogit;     /* (B, S), (B, C) */
    unsigned char *labels; /* (B) */
    uint32_t *order;       /* of an epoch */
} classifier;

/* For samples of `size` values and that many classes. */
status classifier_open(classifier *k, int size, int classes);
void classifier_close(classifier *k);

/* Takes the memory, for training on up to `samples`. */
void classifier_plan(classifier *k, arena *a, const compute *c, int samples);

/* Who watches the training; may be NULL. */
typedef void (*classifier_progress)(void *context, int epoch, double right);

/* Trains on a data set with labels. STATUS_NONFINITE where a number ceases to be one. */
status classifier_train(classifier *k, const dataset *d, classifier_progress progress,
                        void *context);

/* Features, likeliest class and confidence of each point. */
void classifier_apply(classifier *k, const points *p, labelled *out);

#endif
