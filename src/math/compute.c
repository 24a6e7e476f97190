/* math/compute.c - threads, and how many of them.
 *
 * SPDX-License-Identifier: MIT */
#include "math/compute.h"

#include <sched.h>
#include <stdio.h>

#include "math/matmul.h"

#include "base/banned.h"

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
    int cores = 1;
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
    return kernels_choose(isa, &c->kernels);
}

void compute_plan(compute *c, arena *a, int widest)
{
    c->pack = arena_take(a, matmul_pack_floats(widest), sizeof *c->pack);
}

void compute_blocks(const compute *c, view m, block_task task)
{
    int across = (m.cols + BLOCK_COLS - 1) / BLOCK_COLS;
    int blocks = (m.rows + BLOCK_ROWS - 1) / BLOCK_ROWS * across;
#pragma omp parallel for num_threads(c->threads) schedule(static)
    for (int i = 0; i < blocks; i++) {
        int row = i / across * BLOCK_ROWS;
        int col = i % across * BLOCK_COLS;
        int rows = m.rows - row < BLOCK_ROWS ? m.rows - row : BLOCK_ROWS;
        int cols = m.cols - col < BLOCK_COLS ? m.cols - col : BLOCK_COLS;
        task.run(task.context, row, col, view_part(m, row, col, rows, cols));
    }
}

void compute_each(const compute *c, int n, void (*task)(void *context, int i), void *context)
{
#pragma omp parallel for num_threads(c->threads) schedule(static)
    for (int i = 0; i < n; i++)
        task(context, i);
}
