/* tests/test_adam.c - compares Adam with PyTorch's.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "golden/golden.h"
#include "nn/adam.h"

typedef struct golden_adam {
    double lr, beta1, beta2, eps;
    int n;
    uint64_t t;     /* the first step */
    double squares; /* squared norm of the last gradient */
    golden_tensor tensors[3];
} golden_adam;

#include "golden/adam.h"

#include "base/banned.h"

enum {
    ADAM_COUNT = sizeof golden_adams / sizeof *golden_adams,
    ADAM_STEPS = 4,
    TEST_PARAMS = 0xF0, /* as in make_goldens.py */
};

typedef struct adam_bench {
    compute compute;
    arena arena;
    adam adam;
    int n;
    float *w, *g, *m, *v;
} adam_bench;

static void adam_bench_plan(adam_bench *b)
{
    adam_plan(&b->adam, &b->arena, (size_t)b->n);
    float **blocks[] = { &b->w, &b->g, &b->m, &b->v };
    for (int i = 0; i < 4; i++)
        *blocks[i] = arena_take(&b->arena, (size_t)b->n, sizeof(float));
}

static void adam_bench_draw(adam_bench *b, int index, uint32_t step, float scale, float *to)
{
    random_stream s = { 100 + (uint64_t)index, step, TEST_PARAMS };
    b->compute.kernels->normal(s, 0, 0, b->n, to);
    for (int i = 0; i < b->n; i++)
        to[i] *= scale;
}

static void adam_bench_open(adam_bench *b, int index, int threads)
{
    const golden_adam *g = &golden_adams[index];
    *b = (adam_bench){ .n = g->n };
    b->adam = (adam){ .lr = g->lr, .beta1 = g->beta1, .beta2 = g->beta2, .eps = g->eps };
    assert_ok(compute_open(&b->compute, NULL, threads));
    adam_bench_plan(b);
    assert_ok(arena_open(&b->arena));
    adam_bench_plan(b);
    assert_int_equal(b->arena.used, b->arena.size);
    adam_bench_draw(b, index, 0, 1, b->w);
    if (g->t == 1)
        return;
    adam_bench_draw(b, index, 1, 0.5f, b->m);
    adam_bench_draw(b, index, 2, 0.5f, b->v);
    for (int i = 0; i < b->n; i++)
        b->v[i] *= b->v[i];
}

static double adam_bench_update(adam_bench *b, uint64_t t)
{
    adam_block block = { .n = (size_t)b->n, .w = b->w, .g = b->g, .m = b->m, .v = b->v };
    return adam_step(&b->adam, &b->compute, t, &block);
}

static double adam_bench_step(adam_bench *b, int index, int i)
{
    adam_bench_draw(b, index, 3 + (uint32_t)i, 1, b->g);
    return adam_bench_update(b, golden_adams[index].t + (uint64_t)i);
}

static void adam_bench_close(adam_bench *b)
{
    arena_close(&b->arena);
    compute_close(&b->compute);
}

static void adam_matches_the_golden_values(void **state)
{
    (void)state;
    for (int k = 0; k < ADAM_COUNT; k++) {
        const golden_adam *g = &golden_adams[k];
        char where[32];
        adam_bench b;
        double squares = 0;
        snprintf(where, sizeof where, "case %d", k);
        adam_bench_open(&b, k, 2);
        for (int i = 0; i < ADAM_STEPS; i++)
            squares = adam_bench_step(&b, k, i);
        assert_true(fabs(squares - g->squares) <= 1e-12 * g->squares);
        assert_golden(&g->tensors[0], b.w, b.n, 5e-7, where);
        assert_golden(&g->tensors[1], b.m, b.n, 5e-7, where);
        assert_golden(&g->tensors[2], b.v, b.n, 5e-7, where);
        adam_bench_close(&b);
    }
}

static void adam_gives_the_same_bits_with_any_threads(void **state)
{
    (void)state;
    static const int threads[] = { 2, 3, 4, 8 };
    enum { LONG = 3 }; /* the case of more than one chunk */
    adam_bench first, b;
    adam_bench_open(&first, LONG, 1);
    double squares = adam_bench_step(&first, LONG, 0);
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        adam_bench_open(&b, LONG, threads[t]);
        assert_true(adam_bench_step(&b, LONG, 0) == squares);
        assert_memory_equal(b.w, first.w, (size_t)b.n * sizeof(float));
        assert_memory_equal(b.m, first.m, (size_t)b.n * sizeof(float));
        assert_memory_equal(b.v, first.v, (size_t)b.n * sizeof(float));
        adam_bench_close(&b);
    }
    adam_bench_close(&first);
}

/* Whether one block holds the gradient and the first moment, or two. */
static void a_gradient_is_its_own_moment_where_beta1_is_0(void **state)
{
    (void)state;
    enum { LONG = 3 };
    adam_bench two, one;
    adam_bench_open(&two, LONG, 2);
    adam_bench_open(&one, LONG, 2);
    size_t size = (size_t)one.n * sizeof(float);
    two.adam.beta1 = one.adam.beta1 = 0;
    memset(two.m, 0, size);
    one.m = one.g;
    for (int i = 0; i < ADAM_STEPS; i++) {
        assert_true(adam_bench_step(&one, LONG, i) == adam_bench_step(&two, LONG, i));
        assert_memory_equal(one.w, two.w, size);
        assert_memory_equal(one.v, two.v, size);
        assert_memory_equal(one.m, two.m, size);
    }
    adam_bench_close(&one);
    adam_bench_close(&two);
}

static void adam_moves_the_average_on(void **state)
{
    (void)state;
    enum { LONG = 3 };
    adam_bench b;
    adam_bench_open(&b, LONG, 2);
    size_t size = (size_t)b.n * sizeof(float);
    float *average = calloc(2, size), *expected = average + b.n;
    assert_non_null(average);
    for (int i = 0; i < 2 * ADAM_STEPS; i++) {
        b.adam.beta1 = i < ADAM_STEPS ? 0.5 : 0;
        b.m = i < ADAM_STEPS ? b.m : b.g;
        adam_bench_draw(&b, LONG, 3 + (uint32_t)i, 1, b.g);
        adam_block block = { (size_t)b.n, b.w, b.g, b.m, b.v, average, { 0.75f, 0.25f } };
        adam_step(&b.adam, &b.compute, (uint64_t)i + 1, &block);
        average_step(block.averaging, (size_t)b.n, b.w, expected);
        assert_memory_equal(average, expected, size);
    }
    free(average);
    adam_bench_close(&b);
}

/* The sum in the order that docs/numerics.md defines. */
static double sum_of_squares(const float *g, int n)
{
    enum { CHUNK = 4096, LANES = 16 };
    double sum = 0;
    for (int from = 0; from < n; from += CHUNK) {
        double chunk = 0;
        for (int l = 0; l < LANES; l++) {
            double lane = 0;
            for (int i = from + l; i < n && i < from + CHUNK; i += LANES)
                lane += (double)g[i] * (double)g[i];
            chunk += lane;
        }
        sum += chunk;
    }
    return sum;
}

static void adam_sums_the_squares_in_the_documented_order(void **state)
{
    (void)state;
    enum { LONG = 3 };
    adam_bench b;
    adam_bench_open(&b, LONG, 2);
    for (int i = 0; i < 20; i++)
        assert_true(adam_bench_step(&b, LONG, i) == sum_of_squares(b.g, b.n));
    adam_bench_close(&b);
}

static void adam_tells_what_is_not_finite(void **state)
{
    (void)state;
    static const float odd[] = { INFINITY, -INFINITY, NAN };
    enum { CASE = 3, AT = 4100 };
    adam_bench b;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        for (int which = 0; which < 4; which++) {
            adam_bench_open(&b, CASE, 1);
            float *const blocks[] = { b.g, b.w, b.m, b.v };
            adam_bench_draw(&b, CASE, 3, 1, b.g);
            blocks[which][AT] = odd[i];
            assert_true(isnan(adam_bench_update(&b, 1)));
            adam_bench_close(&b);
        }
    /* The gradient is finite but its square is not: the second moment overflows. */
    adam_bench_open(&b, CASE, 1);
    b.g[AT] = 1e30f;
    assert_true(isnan(adam_bench_update(&b, 1)));
    adam_bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adam_matches_the_golden_values),
        cmocka_unit_test(adam_gives_the_same_bits_with_any_threads),
        cmocka_unit_test(a_gradient_is_its_own_moment_where_beta1_is_0),
        cmocka_unit_test(adam_moves_the_average_on),
        cmocka_unit_test(adam_sums_the_squares_in_the_documented_order),
        cmocka_unit_test(adam_tells_what_is_not_finite),
    };
    return cmocka_run_group_tests_name("adam", tests, NULL, NULL);
}
