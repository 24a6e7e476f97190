/* tests/test_joined.c - rows that a pass judges again with further conditions (nn/joined.h),
 * against a pass over a batch that has these rows twice.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "draws.h"

#include "base/banned.h"

enum { ROWS = 5, AGAIN = 3, ALL = ROWS + AGAIN, VALUES = 700, CONDITIONS = 4 };

/* A first layer that joins conditions before, in, and after residual blocks, wide and narrow. */
static const struct {
    const char *spec;
    image_shape from;
} nets[] = {
    { "linear 6, leaky_relu 0.2, condition 3, linear 2", { VALUES, 1, 1 } },
    { "linear 6, leaky_relu 0.2, projection 4", { VALUES, 1, 1 } },
    { "residual, linear 9, condition 3, leaky_relu 0.2, linear 700, add, tanh, linear 1",
      { VALUES, 1, 1 } },
    { "linear 9, residual, relu, condition 2, linear 9, residual, tanh, add, add, projection 3",
      { VALUES, 1, 1 } },
    { "conv 4 k3 p1, residual, relu, condition 2, conv 4 k3 p1, add, conv 2 k4 s2 p1, linear 1",
      { 7, 10, 10 } },
    { "conv 3 k3 p1, residual, condition 2, conv 12 k3 p1, pixel_shuffle 2, add_enlarged 2, linear 1",
      { 7, 10, 10 } },
    { "residual, conv 7 k3 p1, add, tanh, condition 1, residual, conv 8 k3 p1, add, linear 1",
      { 7, 10, 10 } },
};
enum { NETS = sizeof nets / sizeof *nets };

static uint32_t told_first[] = { 0, 1, 3, 4, 4 };
static condition_feature told_features[] = { { 0, 1 }, { 1, 0.5F }, { 2, -1 }, { 3, 2 } };
static const condition_table told = { CONDITIONS, CONDITIONS, told_first, told_features };
static const uint32_t ids[ALL] = { 0, 1, 2, 3, 1, /* and again */ 2, 0, 1 };

typedef struct bench {
    net net;
    compute compute;
    arena arena;
} bench;

static void bench_plan(bench *b)
{
    net_plan(&b->net, &b->arena, ALL, NET_TRAINS, false);
}

static void bench_open(bench *b, int i, int again)
{
    *b = (bench){ 0 };
    assert_ok(compute_open(&b->compute, NULL, 2));
    assert_ok(
        net_open_joined(&b->net, nets[i].spec, (net_input){ nets[i].from, CONDITIONS }, "spec"));
    assert_int_equal(b->net.in, VALUES);
    b->net.again = again;
    bench_plan(b);
    assert_ok(arena_open(&b->arena));
    bench_plan(b);
    draw_params(&b->net, b->compute.kernels, 3);
}

static void bench_close(bench *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

/* y (ALL, out) and dx (rows, VALUES) of a pass over the first `rows` rows of x. */
static void run(bench *b, int rows, view x, view y, view dx)
{
    float of_outputs[ALL * 2];
    view dy = view_of(of_outputs, ALL, b->net.out);
    const pass p = {
        .compute = &b->compute, .training = true, .condition = { &told, ids }, .again = ALL - rows
    };
    const_view seen = const_view_of(x.data, rows, VALUES);
    const_view got = net_forward(&b->net, &p, seen);
    assert_true(got.rows == ALL && got.cols == b->net.out);
    for (int i = 0; i < ALL; i++)
        memcpy(view_row(y, i), const_view_row(got, i), (size_t)got.cols * sizeof(float));
    draw(b->compute.kernels, 5, 0, TEST_DY, dy);
    net_backward(&b->net, &p, seen, dy, dx, true);
}

/* Sums of the same products in another order: equal but for the rounding of the largest. */
static void assert_close(const float *got, const float *expected, size_t n, const char *spec)
{
    float largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(expected[i]));
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(got[i] - expected[i]) <= 1e-5F * largest))
            fail_msg("%s: value %zu: expected %.9g, got %.9g", spec, i, (double)expected[i],
                     (double)got[i]);
}

static void a_row_that_is_judged_again_counts_as_a_row_of_its_own(void **state)
{
    (void)state;
    static float x[ALL * VALUES], once[ROWS * VALUES], twice[ALL * VALUES];
    for (int i = 0; i < NETS; i++) {
        bench a, b;
        float judged[ALL * 2], expected[ALL * 2];
        bench_open(&a, i, AGAIN);
        bench_open(&b, i, 0);
        int out = a.net.out;
        draw(a.compute.kernels, 7, 0, TEST_X, view_of(x, ROWS, VALUES));
        memcpy(x + ROWS * VALUES, x, (size_t)AGAIN * VALUES * sizeof *x);
        run(&a, ROWS, view_of(x, ALL, VALUES), view_of(judged, ALL, out),
            view_of(once, ROWS, VALUES));
        run(&b, ALL, view_of(x, ALL, VALUES), view_of(expected, ALL, out),
            view_of(twice, ALL, VALUES));
        assert_memory_equal(judged, expected, (size_t)(ALL * out) * sizeof *judged);
        for (int k = 0; k < AGAIN * VALUES; k++)
            twice[k] += twice[k + ROWS * VALUES];
        assert_close(once, twice, ROWS * VALUES, nets[i].spec);
        assert_close(a.net.grads, b.net.grads, a.net.param_count, nets[i].spec);
        bench_close(&a);
        bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_is_judged_again_counts_as_a_row_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
