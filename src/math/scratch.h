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
    GROUP_ROWS = 64,        /* matmul.c: rows of the left factor that are packed together, */
    GROUP_K = 2048,         /* and the most terms that their sums may have */
    MOST_PLACES = 256,      /* the most places of windows that a convolution works on at once */
    MOST_SOURCE = 64 * 1024 /* floats of images with their borders of zeros */
};

_Static_assert(GROUP_ROWS *GROUP_K >= BLOCK_COLS * PART_K, "the panels of a column of blocks fit");

/* The planes of an image with its border: their size, the rows and columns inside, and whether they
 * are split. */
typedef struct frame {
    int height, width, y0, y1, x0, x1, split;
} frame;

/* Offsets of down x across values, whose rows and columns are `step` apart, in each of `count`
 * planes of height x width. Planes may be split, as in math/windows.h. */
typedef struct grid {
    int count, down, across, step;
    int split, plane, height, width; /* plane: from one to the next */
} grid;

typedef struct scratch {
    _Alignas(64) int packed; /* matmul.c: which blocks or rows the panels are for; -1: none */
    _Alignas(64) float panels[GROUP_ROWS * GROUP_K];
    _Alignas(
        64) float source[MOST_SOURCE + 16]; /* plus a vector, which a read may begin at the end */
    _Alignas(64) float result[MOST_PLACES * BLOCK_COLS];
    int places[PART_K], taps[PART_K]; /* offsets in `source`, */
    grid places_of, taps_of;          /* and of what; all 0: of nothing */
    frame frame;                      /* of the planes in `source`, */
    int framed;                       /* so many of which have zeros around it */
} scratch;

/* Before its first use. */
static inline void scratch_forget(scratch *own)
{
    own->places_of = own->taps_of = (grid){ 0 };
    own->framed = 0;
}

#endif
