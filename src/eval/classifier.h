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
    /* Part of the cache's key: goes up with every change in what the training computes. */
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

/* Builds the net for samples of `size` values and that many classes. STATUS_MEMORY. */
status classifier_open(classifier *k, int size, int classes);
void classifier_close(classifier *k);

/* Takes the memory for training on up to `samples` images. The compute stays the caller's. */
void classifier_plan(classifier *k, arena *a, const compute *c, int samples);

/* Told after each epoch (from 1) what share of the training images was right, 0 to 1; may be
 * NULL. */
typedef void (*classifier_progress)(void *context, int epoch, double right);

/* Trains on a data set with labels. STATUS_NONFINITE if a number becomes NaN or infinite. */
status classifier_train(classifier *k, const dataset *d, classifier_progress progress,
                        void *context);

/* Fills *out, planned for p->count points, with features, likeliest class and confidence of
 * each. */
void classifier_apply(classifier *k, const points *p, labelled *out);

#endif
