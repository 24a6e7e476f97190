/* eval/obeyed.h - whether samples are of the class that they were asked for, and how those of a
 * class compare with real images of it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_OBEYED_H
#define GAN_EVAL_OBEYED_H

#include "eval/classes.h"

/* Images as the classifier sees them, and the class that each was asked for, or really has. */
typedef struct asked_images {
    const labelled *seen;
    unsigned char *asked; /* (seen->count); only read */
} asked_images;

/* Fewer images of a class, asked for or to compare with, have no FID. */
enum { OBEYED_LEAST_FID = 100 };

/* Figures by class, NAN where there are none, and over the classes that have them. */
typedef struct obeyed {
    int counts[MOST_CLASSES];          /* images that were asked for each */
    double accuracy;                   /* share of all images in which the classifier sees theirs */
    double accuracy_of[MOST_CLASSES];  /* share of those of a class */
    double diversity;                  /* mean over the classes: */
    double diversity_of[MOST_CLASSES]; /* class_spread, relative to that of the reference */
    double fid;                        /* mean over the classes: */
    double fid_of[MOST_CLASSES];       /* of the images of a class from those of the reference */
} obeyed;

/* out[k] = the figures of sets[k], n sets, compared with other real images. STATUS_MEMORY.
 */
status obeyed_run(const compute *c, int classes, asked_images reference, const asked_images *sets,
                  int n, obeyed *out);

/* Only accuracy, accuracy_of and counts. */
void obeyed_accuracy(int classes, asked_images images, obeyed *out);

/* The class with the lowest (sign 1) or highest (sign -1) figure, the first of equals; -1: none has
 * one. */
int obeyed_worst(int classes, const double *of, int sign);

#endif
