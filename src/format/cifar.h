/* format/cifar.h - reads CIFAR-10's binary batches (Krizhevsky, 2009).
 *
 * A record is 3073 bytes: a label, 0 to 9, then the red, the green and the blue values of 32 x 32
 * pixels. A file has nothing else, so only its length and its labels can be checked.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_CIFAR_H
#define GAN_FORMAT_CIFAR_H

#include "base/status.h"

enum { CIFAR_SIDE = 32, CIFAR_CHANNELS = 3, CIFAR_PIXELS = 3072, CIFAR_CLASSES = 10 };

typedef struct cifar {
    int count;
    unsigned char *pixels; /* (count, 3*32*32) */
    unsigned char *labels; /* (count) */
} cifar;

/* Appends the records of a file, raw or gzip, to *c, which starts as { 0 }. STATUS_FORMAT, with
 * what was expected and found, if the file has no records, is cut off or has an invalid label;
 * STATUS_IO, STATUS_MEMORY. cifar_free releases *c, also after a failure. */
status cifar_add(cifar *c, const char *path);

void cifar_free(cifar *c);

#endif
