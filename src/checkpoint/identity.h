/* checkpoint/identity.h - which data a game was trained on: what a checkpoint knows of its data
 * set.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CHECKPOINT_IDENTITY_H
#define GAN_CHECKPOINT_IDENTITY_H

#include <stdint.h>

/* What a sample is: it decides the default nets, and how samples are shown and judged. */
typedef enum sample_kind {
    SAMPLE_IMAGE, /* channels x height x width pixels in [-1, 1] */
    SAMPLE_POINT  /* a point of the plane, 2 x 1 x 1 coordinates (data/synthetic.h) */
} sample_kind;

typedef struct data_identity {
    int channels, height, width; /* of a sample */
    int count;                   /* samples used */
    uint32_t fingerprint; /* CRC-32 of the sizes and the samples, as data/dataset.h defines it; not
                             of the labels, on which no game trains */
    sample_kind kind;
    /* Of a game whose samples have a condition; else 0 and NULL. Both texts are of lines or words:
     * game/asked.h. */
    int conditions;       /* values in an encoded condition */
    const char *words;    /* those that captions are made of, with a space between them */
    const char *examples; /* the classes, or captions to show, a line each */
} data_identity;

#endif
