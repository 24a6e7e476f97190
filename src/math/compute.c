/* math/compute.c - threads, and how many of them.
 *
 * SPDX-License-Identifier: MIT */
#include "math/compute.h"

#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "math/matmul.h"

#include "base/banned.h"

static const option_row option_rows[] = {
    { .name = "threads",
      .letter = 't',
      .type = OPTION_INT,
      .offset = offsetof(compute_options, threads),
      .initial = "0",
      .least = 0,
      .most = 1024,
      .arg = "N",
      .help = "threads (0: one for each core that may be used); no result depends on it" },
    { .name = "isa",
      .type = OPTION_TEXT,
      .offset = offsetof(compute_options, isa),
      .arg = "NAME",
      .help = "instruction set (else the best of this CPU); no result depends on it" },
};
const option_table compute_option_table = { option_rows, sizeof option_rows / sizeof *option_rows };

/* The quota of control groups, version 2 ("200000 100000") or 1; in cores, 0 where there is none.
 * Inside a container its own group is mounted at the root. */
static int quota_cores(void)
{
    double quota = 0, period = 0;
    FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
    if (f) {
        if (fscanf(f, "%lf %lf", &quota, &period) != 2)
            quota = 0;
        fclose(f);
    } else {
        f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re");
        if (f && fscanf(f, "%lf", &quota) != 1)
            quota = 0;
        if (f)
            fclose(f);
        f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "re");
        if (f && fscanf(f, "%lf", &period) != 1)
            period = 0;
        if (f)
            fclose(f);
    }
    double cores = quota > 0 && period > 0 ? quota / period : 0;
    return cores > 0 && cores < 4096 ? (int)cores + ((double)(int)cores < cores) : 0;
}

int compute_cores(void)
{
    cpu_set_t set;
    /* A mask of more than 1024 CPUs does not fit the set; such a machine counts them all. */
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cores = CPU_COUNT(&set);
    int quota = quota_cores();
    if (quota > 0 && quota < cores)
        cores = quota;
    return cores > 0 ? cores : 1;
}

status compute_open(compute *c, const char *isa, int threads)
{
    *c = (compute){ .threads = threads > 0 ? threads : compute_cores() };
    TRY(kernels_choose(isa, &c->kernels));
    return team_open(&c->team, c->threads);
}

void compute_close(compute *c)
{
    team_close(c->team);
    *c = (compute){ 0 };
}

void compute_plan(compute *c, arena *a, int widest)
{
    c->pack = arena_take(a, matmul_pack_floats(widest), sizeof *c->pack);
}

int block_count(view m)
{
    return (m.rows + BLOCK_ROWS - 1) / BLOCK_ROWS * ((m.cols + BLOCK_COLS - 1) / BLOCK_COLS);
}

view block_at(view m, int i, int *row, int *col)
{
    int across = (m.cols + BLOCK_COLS - 1) / BLOCK_COLS;
    *row = i / across * BLOCK_ROWS;
    *col = i % across * BLOCK_COLS;
    return view_part(m, *row, *col, m.rows - *row < BLOCK_ROWS ? m.rows - *row : BLOCK_ROWS,
                     m.cols - *col < BLOCK_COLS ? m.cols - *col : BLOCK_COLS);
}

typedef struct blocks {
    view m;
    block_task task;
} blocks;

static void run_block(const void *context, int i)
{
    const blocks *b = context;
    int row, col;
    view block = block_at(b->m, i, &row, &col);
    b->task.run(b->task.context, row, col, block);
}

void compute_blocks(const compute *c, view m, block_task task)
{
    blocks b = { m, task };
    team_run(c->team, block_count(m), run_block, &b);
}
