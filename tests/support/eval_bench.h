/* tests/support/eval_bench.h - what the tests of eval/ share: a tolerance, numbers, and a compute
 * with an arena.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_EVAL_BENCH_H
#define GAN_TESTS_EVAL_BENCH_H

#include <math.h>

#include "base/arena.h"
#include "math/compute.h"
#include "math/kernels.h"
#include "test.h"

static inline void assert_near(double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("expected %.17g, got %.17g", expected, got);
}

/* Pseudo-random numbers, the same everywhere. */
static inline void fill(float *x, int n, int row)
{
    const random_stream s = { .seed = 11, .stream = 0xF1 };
    kernels_generic.normal(s, row, 0, n, x);
}

/* A compute, and an arena for everything that a test plans. */
typedef struct bench {
    compute compute;
    arena arena;
} bench;

static inline void bench_open(bench *b, const char *isa, int threads)
{
    *b = (bench){ 0 };
    assert_ok(compute_open(&b->compute, isa, threads));
}

static inline void bench_close(bench *b)
{
    arena_close(&b->arena);
    compute_close(&b->compute);
}

#endif
