/* eval/classifier.h - a net that tells the classes of the data apart, or how far an image has been
 * turned; its last hidden layer is the space in which samples are compared.
 *
 * gan trains it itself, once for a data set, always from the same streams to the same bytes: what
 * it is follows from the data alone. Order of calls: classifier_open or classifier_open_turns,
 * classifier_plan (twice: see base/arena.h), classifier_train or parameters from the cache,
 * classifier_apply; classifier_close.
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
    /* Parts of the cache's key: go up with every change in what the training computes. */
    CLASSIFIER_PROCEDURE = 1,
    CLASSIFIER_TURNS_PROCEDURE = 1
};

typedef struct classifier {
    net net;
    adam optimizer;
    const compute *compute;
    int epochs;            /* of its training */
    int classes;           /* with turns, their number */
    bool turns;            /* it learns by how many turns an image is turned, and needs no labels */
    float *x, *dlogit;     /* (B, S), (B, C) */
    unsigned char *labels; /* (B) */
    uint32_t *order;       /* of an epoch */
} classifier;

/* Builds the net for samples of `size` values and that many classes. STATUS_MEMORY. */
status classifier_open(classifier *k, int size, int classes);

/* Builds the net that learns turns of images of that shape (Gidaris, Singh, Komodakis 2018): by
 * 0, 1, 2 or 3 quarter turns; by 0 or 1 half turns where a quarter turn changes the shape. */
status classifier_open_turns(classifier *k, int channels, int height, int width);
void classifier_close(classifier *k);

/* Takes the memory for training on up to `samples` images. The compute stays the caller's. */
void classifier_plan(classifier *k, arena *a, const compute *c, int samples);

/* Told after each of its epochs (from 1) what share of the training images was right, 0 to 1; may
 * be NULL. */
typedef void (*classifier_progress)(void *context, int epoch, int epochs, double right);

/* Trains on a data set, which has labels unless it learns turns. STATUS_NONFINITE if a number
 * becomes NaN or infinite. */
status classifier_train(classifier *k, const dataset *d, classifier_progress progress,
                        void *context);

/* Fills *out, planned for p->count points, with features, likeliest class and confidence of
 * each. With turns all are of class 0. */
void classifier_apply(classifier *k, const points *p, labelled *out);

/* The share of the images of the data set in all their turns whose turn it finds. */
double classifier_turns_found(classifier *k, const dataset *d);

#endif
