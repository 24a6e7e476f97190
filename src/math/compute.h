/* math/compute.h - with what the numeric code runs: an instruction set, threads, scratch memory.
 *
 * No result depends on any of it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_COMPUTE_H
#define GAN_MATH_COMPUTE_H

#include "base/arena.h"
#include "base/option.h"
#include "math/kernels.h"
#include "math/team.h"
#include "math/view.h"

typedef struct compute {
    const kernels *kernels;
    team *team;
    int threads; /* of the team */
    float *pack; /* what matmul.c packs its right operand into */
} compute;

/* What every command that computes can be told; rows of compute_option_table. */
typedef struct compute_options {
    int threads;     /* 0: all cores that the process may use */
    const char *isa; /* NULL: the best */
} compute_options;

extern const option_table compute_option_table;

/* Chooses the kernels (isa: a name, or NULL for the best) and the threads (0: as many as there are
 * cores that this process may use). STATUS_USAGE for an isa that this CPU lacks, STATUS_MEMORY;
 * *c is then empty, and closing it is harmless. */
status compute_open(compute *c, const char *isa, int threads);
void compute_close(compute *c);

/* Takes the scratch memory for products with at most `widest` columns. */
void compute_plan(compute *c, arena *a, int widest);

/* How many cores this process may use: those of its affinity mask, and no more than the quota of
 * its control group allows (rounded up); at least 1. */
int compute_cores(void);

/* What is done with a block of a matrix while it is in the cache: its first row and column, and the
 * block itself. Blocks start at multiples of BLOCK_ROWS rows and BLOCK_COLS columns. */
typedef struct block_task {
    void (*run)(const void *context, int row, int col, view block);
    const void *context;
} block_task;

enum { BLOCK_ROWS = 48, BLOCK_COLS = 64 };

/* How many blocks a matrix has, and the i-th, with its first row and column. */
int block_count(view m);
view block_at(view m, int i, int *row, int *col);

/* Runs the task on every block of the matrix, on all threads. */
void compute_blocks(const compute *c, view m, block_task task);

#endif
