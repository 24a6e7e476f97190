/* eval/classes.h - what the classifier makes of a set of samples: which classes, how sure, how
 * different the samples of a class are.
 *
 * C classes, F values of a feature vector.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_CLASSES_H
#define GAN_EVAL_CLASSES_H

#include "eval/resample.h"
#include "eval/softmax.h"

/* A set of samples as the classifier sees it. */
typedef struct labelled {
    int count, size;       /* N, F */
    float *features;       /* (N, F) */
    unsigned char *labels; /* (N) the likeliest class */
    double *confidence;    /* (N) its probability */
} labelled;

void labelled_plan(labelled *l, arena *a, int count, int size);

/* The classes of the data, with which samples are compared. */
typedef struct class_reference {
    int classes;
    double shares[MOST_CLASSES]; /* of the classes in the data */
    double spread[MOST_CLASSES]; /* within each class of the reference: class_spread */
} class_reference;

/* spread[c] = the root mean square distance of two different samples of the class c in feature
 * space, sqrt(2 sum |x - mean|^2 / (n - 1)); 0 for fewer than two. */
void class_spread(const labelled *l, int classes, const uint16_t *counts, double *spread);

/* out[c] = the number of samples of class c. */
void class_counts(const labelled *l, int classes, const uint16_t *counts, double *out);

/* The figures. Each takes a class_context and can be resampled. */
typedef struct class_context {
    const labelled *samples;
    const class_reference *reference;
} class_context;

/* The Kullback-Leibler divergence of the samples' classes from the data's: sum p ln(p / q). A class
 * that is missing from the data counts as one of its samples. */
double class_divergence(const void *context, int n, const uint16_t *counts);

/* The number of classes that have at least a tenth of their share in the data. */
double class_covered(const void *context, int n, const uint16_t *counts);

/* The mean over the data's classes of the samples' spread within the class over the reference's. */
double class_diversity(const void *context, int n, const uint16_t *counts);

#endif
