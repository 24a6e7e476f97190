/* math/compute.h - what numeric code runs on: an instruction set, threads, their scratch memory.
 *
 * No result depends on it.
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
    group group;             /* the ranks that share a batch: so far this process alone */
    int threads;             /* how many the team was asked for */
    struct scratch *scratch; /* one for each thread: math/scratch.h */
} compute;

/* Options of every command that computes; compute_option_table has their rows. */
typedef struct compute_options {
    int threads;     /* 0: one for each core that the process may use */
    const char *isa; /* NULL: the best */
} compute_options;

extern const option_table compute_option_table;

/* Chooses the kernels (isa: a name, or NULL for the best) and starts the threads (0: one for each
 * core that this process may use). STATUS_USAGE for an isa that this CPU lacks, STATUS_MEMORY; *c
 * may be closed in any case. */
status compute_open(compute *c, const char *isa, int threads);
void compute_close(compute *c);

/* The bytes of its scratch memory: 980 KB for each thread. */
size_t compute_memory(const compute *c);

/* Work on a block of a matrix while it is in the cache. `block` begins at (row, col) of the matrix;
 * col is a multiple of RANDOM_GROUP. */
typedef struct block_task {
    void (*run)(const void *context, int row, int col, view block);
    const void *context;
} block_task;

/* The columns of a block are whole groups of random words and, but for the last, whole vectors. */
enum { BLOCK_ROWS = 16, BLOCK_COLS = 192, NARROW_COLS = 128 };

/* The number of blocks of a matrix, and the i-th block with its first row and column. A thread's
 * share of them (math/team.h) is some rows of blocks, column by column: it mostly reads rows that
 * it wrote itself, and the right factor of a column of blocks stays in its L2 cache. Where a matrix
 * is much wider than high, the right factor is larger than the rows; then a share is some columns,
 * which are narrower so that threads get equal ones, and each thread reads and packs only its own.
 */
int block_count(view m);
view block_at(const compute *c, view m, int i, int *row, int *col);

/* Runs the task on every block of the matrix, on all threads. */
void compute_blocks(const compute *c, view m, block_task task);

#endif
