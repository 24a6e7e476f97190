/* math/scratch.h - the memory of a thread for one task of a job, for matmul.c and the convolutions.
 *
 * compute.scratch has one for each thread. Its sizes keep the data of a task in the L2 cache.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_SCRATCH_H
#define GAN_MATH_SCRATCH_H

#include "math/compute.h"

enum {
    PART_K = 512,           /* the most terms of a sum that are added at once */
    MOST_PLACES = 256,      /* the most places of windows that a convolution works on at once */
    MOST_SOURCE = 64 * 1024 /* floats of images with their borders of zeros */
};

typedef struct scratch {
    _Alignas(64) int col; /* matmul.c: the column of blocks whose panels are packed; -1: none */
    _Alignas(64) float panels[BLOCK_COLS * PART_K];
    _Alignas(
        64) float source[MOST_SOURCE + 16]; /* plus a vector, which a read may begin at the end */
    _Alignas(64) float result[MOST_PLACES * BLOCK_COLS];
    int places[PART_K], taps[PART_K]; /* offsets in `source` */
} scratch;

#endif
