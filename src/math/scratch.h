/* math/scratch.h - the memory of a thread for one item of a job; for matmul.c and convolve.c.
 *
 * It lies in compute.scratch, one a thread. Sized so that what an item works on stays in the L2
 * cache.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_SCRATCH_H
#define GAN_MATH_SCRATCH_H

#include "math/compute.h"

enum {
    PART_K = 512,           /* the longest part of a sum that is worked on at once */
    MOST_PLACES = 256,      /* of windows, in a convolution's item */
    MOST_SOURCE = 64 * 1024 /* floats of images with their borders */
};

typedef struct scratch {
    _Alignas(64) int col; /* matmul.c: the column of blocks that is packed; -1: none of this job */
    _Alignas(64) float panels[BLOCK_COLS * PART_K];
    _Alignas(64) float source[MOST_SOURCE + 16]; /* the last vector may begin at its end */
    _Alignas(64) float result[MOST_PLACES * BLOCK_COLS];
    int places[PART_K], taps[PART_K]; /* offsets in `source` */
} scratch;

#endif
