/* math/compute.c - kernels, threads and scratch memory; the blocks of a matrix.
 *
 * SPDX-License-Identifier: MIT */
#include "math/compute.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/cores.h"
#include "math/scratch.h"
#include "math/whole.h"

#include "base/banned.h"

static const option_row option_rows[] = {
    { .name = "threads",
      .subject = SUBJECT_MACHINE,
      .letter = 't',
      .type = OPTION_INT,
      .offset = offsetof(compute_options, threads),
      .initial = "0",
      .least = 0,
      .most = 1024,
      .arg = "N",
      .help = "threads (0: one for each core that may be used); no result depends on it" },
    { .name = "isa",
      .subject = SUBJECT_MACHINE,
      .type = OPTION_TEXT,
      .offset = offsetof(compute_options, isa),
      .arg = "NAME",
      .help = "instruction set (else the best of this CPU); no result depends on it" },
};
const option_table compute_option_table = { option_rows, sizeof option_rows / sizeof *option_rows };

status compute_open(compute *c, const char *isa, int threads)
{
    *c = (compute){ .group = { .ranks = 1 }, .threads = threads > 0 ? threads : cores_usable() };
    TRY(kernels_choose(isa, &c->kernels));
    c->scratch = aligned_alloc(64, compute_memory(c));
    if (!c->scratch)
        return status_fail(STATUS_MEMORY, "cannot allocate %d threads", c->threads);
    for (int t = 0; t < c->threads; t++)
        scratch_forget(&c->scratch[t]);
    status s = team_open(&c->team, c->threads);
    if (s != STATUS_OK)
        compute_close(c);
    return s;
}

void compute_close(compute *c)
{
    team_close(c->team);
    free(c->scratch);
    *c = (compute){ 0 };
}

size_t compute_memory(const compute *c)
{
    return (size_t)c->threads * sizeof(scratch);
}

/* Whether threads share the columns of a matrix, not its rows. */
static bool shared_by_columns(view m)
{
    return 4 * m.rows <= m.cols;
}

static int block_cols(view m)
{
    return shared_by_columns(m) ? NARROW_COLS : BLOCK_COLS;
}

int block_count(view m)
{
    return ceil_div(m.rows, BLOCK_ROWS) * ceil_div(m.cols, block_cols(m));
}

view block_at(const compute *c, view m, int i, int *row, int *col)
{
    int width = block_cols(m), down = ceil_div(m.rows, BLOCK_ROWS),
        across = ceil_div(m.cols, width);
    int parts = shared_by_columns(m) ? 1 : c->threads;
    int first = 0, end = 0; /* the rows of blocks in the part that has block i */
    for (int t = 1; i >= 0; t++) {
        first = end;
        end = (int)((int64_t)down * t / parts);
        i -= (end - first) * across;
    }
    i += (end - first) * across;
    *row = (first + i % (end - first)) * BLOCK_ROWS;
    *col = i / (end - first) * width;
    return view_part(m, *row, *col, least(BLOCK_ROWS, m.rows - *row), least(width, m.cols - *col));
}

typedef struct blocks {
    const compute *compute;
    view m;
    block_task task;
} blocks;

static void run_block(const void *context, int i)
{
    const blocks *b = context;
    int row, col;
    view block = block_at(b->compute, b->m, i, &row, &col);
    b->task.run(b->task.context, row, col, block);
}

void compute_blocks(const compute *c, view m, block_task task)
{
    blocks b = { c, m, task };
    team_run(c->team, block_count(m), run_block, &b);
}
