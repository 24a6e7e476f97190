/* tests/test_penalty.c - compares gradient penalties with PyTorch's double backward; every set and
 * number of threads gives the same bits.
 *
 * SPDX-License-Identifier: MIT */
#include "draws.h"
#include "test.h"

#include <math.h>

#include "golden/golden.h"
#include "nn/penalty.h"

typedef struct golden_penalty {
    const char *spec;
    image_shape from;
    int rows;
    uint64_t seed;
    uint32_t step;
    int number;
    double weight, target, value;
    int tensor_count; /* the gradients of all parameters */
    golden_tensor tensors[GOLDEN_MOST_TENSORS];
} golden_penalty;

#include "golden/penalties.h"

#include "base/banned.h"

enum { PENALTY_COUNT = sizeof golden_penalties / sizeof *golden_penalties };

typedef struct bench {
    net net;
    penalty penalty;
    compute compute;
    arena arena;
    pass pass;
    float *x;
    int rows, planned; /* rows of the pass, and rows that it was planned for */
} bench;

static void bench_plan(bench *b)
{
    b->x = arena_take(&b->arena, (size_t)b->planned * (size_t)b->net.in, sizeof *b->x);
    net_plan(&b->net, &b->arena, b->planned, NET_TRAINS, false);
    penalty_plan(&b->penalty, &b->net, &b->arena, b->rows, b->rows);
}

/* The net of a golden case after a forward pass with `more` additional rows, with gradients of 0.
 */
static void bench_open(bench *b, const golden_penalty *g, int more, const char *isa, int threads)
{
    *b = (bench){ .rows = g->rows, .planned = g->rows + more };
    assert_ok(compute_open(&b->compute, isa, threads));
    assert_ok(net_open(&b->net, g->spec, g->from, "spec"));
    bench_plan(b);
    assert_ok(arena_open(&b->arena));
    bench_plan(b);
    assert_int_equal(b->arena.used, b->arena.size);
    const kernels *k = b->compute.kernels;
    draw_params(&b->net, k, g->seed);
    draw(k, g->seed, 0, TEST_X, view_of(b->x, b->planned, b->net.in));
    b->pass = (pass){ .compute = &b->compute,
                      .training = true,
                      .seed = g->seed,
                      .step = g->step,
                      .number = g->number,
                      .dropout = RANDOM_DROPOUT };
    net_forward(&b->net, &b->pass, const_view_of(b->x, b->planned, b->net.in));
    memset(b->net.grads, 0, b->net.param_count * sizeof(float));
}

static double bench_penalty(bench *b, double weight, double target)
{
    return penalty_backward(&b->penalty, &b->pass, const_view_of(b->x, b->rows, b->net.in),
                            (penalty_weights){ weight, weight }, target);
}

static void bench_close(bench *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

static void penalties_match_the_golden_values(void **state)
{
    (void)state;
    const double tolerance = 2e-6;
    for (int i = 0; i < PENALTY_COUNT; i++) {
        const golden_penalty *g = &golden_penalties[i];
        bench b;
        bench_open(&b, g, 0, NULL, 2);
        double value = bench_penalty(&b, g->weight, g->target);
        if (!(fabs(value - g->value) <= tolerance * fabs(g->value)))
            fail_msg("%s: expected the penalty %.9g, got %.9g", g->spec, g->value, value);
        assert_int_equal(g->tensor_count, b.net.tensor_count);
        for (int t = 0; t < b.net.tensor_count; t++) {
            char name[TENSOR_NAME_SIZE];
            tensor_name(&b.net.tensors[t], name);
            assert_string_equal(name, g->tensors[t].name);
            assert_golden(&g->tensors[t], b.net.grads + b.net.tensors[t].offset,
                          (int)b.net.tensors[t].count, tolerance, g->spec);
        }
        bench_close(&b);
    }
}

static void every_instruction_set_and_any_threads_give_the_same_bits(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 8 };
    for (int i = 0; i < PENALTY_COUNT; i++) {
        const golden_penalty *g = &golden_penalties[i];
        bench first, b;
        bench_open(&first, g, 0, "generic", 1);
        double value = bench_penalty(&first, g->weight, g->target);
        for (int k = 0; kernels_usable(k); k++)
            for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
                /* Rows after the penalised ones change nothing. */
                bench_open(&b, g, t == 0 ? 0 : g->rows, kernels_usable(k)->name, threads[t]);
                assert_true(bench_penalty(&b, g->weight, g->target) == value);
                assert_memory_equal(first.net.grads, b.net.grads,
                                    b.net.param_count * sizeof(float));
                bench_close(&b);
            }
        bench_close(&first);
    }
}

static void gradients_are_added_to_those_that_are_there(void **state)
{
    (void)state;
    const golden_penalty *g = &golden_penalties[6];
    bench once, twice;
    bench_open(&once, g, 0, NULL, 1);
    bench_open(&twice, g, 0, NULL, 1);
    bench_penalty(&once, g->weight, g->target);
    bench_penalty(&twice, g->weight, g->target);
    bench_penalty(&twice, g->weight, g->target);
    for (size_t i = 0; i < once.net.param_count; i++)
        assert_true(fabsf(twice.net.grads[i] - 2 * once.net.grads[i]) <=
                    1e-5f * fabsf(once.net.grads[i]) + 1e-6f);
    bench_close(&once);
    bench_close(&twice);
}

/* If a net does not depend on its input, the length of its gradient has no derivative. */
static void a_gradient_of_0_is_penalised_but_pulls_nowhere(void **state)
{
    (void)state;
    const golden_penalty *g = &golden_penalties[3];
    bench b;
    bench_open(&b, g, 0, NULL, 1);
    memset(b.net.params, 0, b.net.param_count * sizeof(float));
    net_forward(&b.net, &b.pass, const_view_of(b.x, b.rows, b.net.in));
    assert_true(bench_penalty(&b, 2, 1) == 2.0 * b.rows);
    for (size_t i = 0; i < b.net.param_count; i++)
        assert_true(b.net.grads[i] == 0);
    assert_true(bench_penalty(&b, 2, 0) == 0);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(penalties_match_the_golden_values),
        cmocka_unit_test(every_instruction_set_and_any_threads_give_the_same_bits),
        cmocka_unit_test(gradients_are_added_to_those_that_are_there),
        cmocka_unit_test(a_gradient_of_0_is_penalised_but_pulls_nowhere),
    };
    return cmocka_run_group_tests_name("penalty", tests, NULL, NULL);
}
