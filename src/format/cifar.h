/* format/cifar.h - reads the binary batches of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009).
 *
 * A record is a label, or in CIFAR-100 the label of a group of classes and that of the class, then
 * the red, the green and the blue values of 32 x 32 pixels. A file has nothing else, so only its
 * length and its labels can be checked.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_CIFAR_H
#define GAN_FORMAT_CIFAR_H

#include "base/status.h"
#include "base/stream.h"

enum { CIFAR_SIDE = 32, CIFAR_CHANNELS = 3, CIFAR_PIXELS = 3072, CIFAR_LABELS = 2 };

/* A data set in this format. */
typedef struct cifar_form {
    const char *name;
    int labels;                /* in front of a picture; the last one is its class */
    int classes[CIFAR_LABELS]; /* how many values each has */
    const char *train[6];      /* the files of the parts; NULL after the last */
    const char *test[2];
} cifar_form;

extern const cifar_form cifar_10, cifar_100;

typedef struct cifar {
    int count;
    unsigned char *pixels; /* (count, 3*32*32); NULL with a sink */
    unsigned char *labels; /* (count) */
    const byte_sink *sink; /* where the pixels go instead; NULL: to `pixels` */
} cifar;

/* Appends the records of a file, raw or gzip, to *c, which starts as { 0 }. STATUS_FORMAT, with
 * what was expected and found, if the file has no records, is cut off or has an invalid label;
 * STATUS_IO, STATUS_MEMORY. cifar_free releases *c, also after a failure. */
status cifar_add(cifar *c, const cifar_form *form, const char *path);

void cifar_free(cifar *c);

#endif
