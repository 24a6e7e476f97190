/* math/compute.h - with what the numeric code runs: an instruction set, threads, scratch memory.
 *
 * No result depends on any of it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_COMPUTE_H
#define GAN_MATH_COMPUTE_H

#include "base/option.h"
#include "base/status.h"
#include "math/group.h"
#include "math/kernels.h"
#include "math/team.h"
#include "math/view.h"

typedef struct compute {
    const kernels *kernels;
    team *team;
    group group;             /* the ranks that share a batch: this one alone */
    int threads;             /* of the team */
    struct scratch *scratch; /* one a thread: math/scratch.h */
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

/* The bytes of memory that it took: 850 KB a thread. */
size_t compute_memory(const compute *c);

/* How many cores this process may use: those of its affinity mask, and no more than the quota of
 * its control group allows (rounded up); at least 1. */
int compute_cores(void);

/* The cores that the quota of the control group in that folder grants, of version 1 or 2, rounded
 * up; 0 where it has none. */
int compute_quota(const char *groups);

/* What is done with a block of a matrix while it is in the cache: its first row and column, and the
 * block itself. Blocks start at multiples of BLOCK_COLS columns. */
typedef struct block_task {
    void (*run)(const void *context, int row, int col, view block);
    const void *context;
} block_task;

enum { BLOCK_ROWS = 16, BLOCK_COLS = 192 };

/* How many blocks a matrix has, and the i-th, with its first row and column. Each thread's share of
 * them (math/team.h) is a part of the rows, column by column: what it reads of a row is mostly what
 * it wrote itself, and the right factor of a column of blocks stays in its L2 cache. Of a matrix
 * with few rows it is a part of the columns: each thread then packs only what is its own. */
int block_count(view m);
view block_at(const compute *c, view m, int i, int *row, int *col);

/* Runs the task on every block of the matrix, on all threads. */
void compute_blocks(const compute *c, view m, block_task task);

#endif
