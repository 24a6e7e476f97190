/* tests/test_deviation.c - the layer minibatch_deviation in cases with known answers, and layers
 * that are wider than what is worked on together. Gradients of narrow ones and those of penalties
 * are compared with PyTorch's in test_norm.c.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "game/model.h"
#include "nn/net.h"

#include "base/banned.h"

enum { ROWS = 6, VALUES = 2 };

typedef struct bench {
    net net;
    compute compute;
    arena arena;
    pass pass;
} bench;

static void bench_open(bench *b, const char *spec)
{
    *b = (bench){ 0 };
    assert_ok(compute_open(&b->compute, NULL, 2));
    assert_ok(net_open(&b->net, spec, shape_flat(VALUES), "spec"));
    net_plan(&b->net, &b->arena, ROWS, NET_TRAINS, false);
    assert_ok(arena_open(&b->arena));
    net_plan(&b->net, &b->arena, ROWS, NET_TRAINS, false);
    net_init(&b->net, b->compute.kernels, 0, 1, RANDOM_INIT_DISCRIMINATOR);
    b->pass = (pass){ .compute = &b->compute, .training = true };
}

static void bench_close(bench *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

/* The deviation that row `row` has in its new channel. */
static double shown(bench *b, const float *x, int rows, int row)
{
    const_view y = net_forward(&b->net, &b->pass, const_view_of(x, rows, VALUES));
    for (int j = 0; j < VALUES; j++)
        assert_true(const_view_row(y, row)[j] == x[row * VALUES + j]);
    return (double)const_view_row(y, row)[VALUES];
}

/* Rows 0, 1: deviations 1 and 3; rows 2, 3: equal, sqrt(1e-8); rows 4, 5: 0.5 and sqrt(1e-8). */
static const float pairs[ROWS * VALUES] = { -1, 0, 1, 6, 5, 7, 5, 7, 2, 4, 3, 4 };

static void each_group_shows_the_mean_of_its_deviations(void **state)
{
    (void)state;
    const double expected[ROWS] = { 2, 2, 1e-4, 1e-4, 0.25005, 0.25005 };
    bench b;
    bench_open(&b, "minibatch_deviation 2");
    for (int i = 0; i < ROWS; i++)
        assert_true(fabs(shown(&b, pairs, ROWS, i) - expected[i]) < 1e-6);
    assert_true(fabs(shown(&b, pairs, 5, 4) - 1e-4) < 1e-6); /* a group of the row that is left */
    bench_close(&b);
}

static void groups_do_not_reach_from_real_samples_to_fakes(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "minibatch_deviation 4");
    b.pass.half = 2;
    assert_true(fabs(shown(&b, pairs, 4, 0) - 2) < 1e-6);
    assert_true(fabs(shown(&b, pairs, 4, 3) - 1e-4) < 1e-6);
    bench_close(&b);
}

static void outside_of_training_no_sample_depends_on_another(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "minibatch_deviation 2");
    shown(&b, pairs, 2, 0); /* 1 becomes 0.9 + 0.1 * 2 */
    b.pass.training = false;
    for (int i = 0; i < ROWS; i++)
        assert_true(fabs(shown(&b, pairs, ROWS, i) - 1.1) < 1e-6);
    assert_true(fabs((double)b.net.buffers[0] - 1.1) < 1e-6);
    bench_close(&b);
}

/* Whatever the last pass of training left. */
static void outside_of_training_a_gradient_passes_as_it_is(void **state)
{
    (void)state;
    enum { N = 4 };
    float x[N * VALUES] = { 1, NAN, 3, 4, 5, 6, 7, 8 }, dy[N * (VALUES + 1)], dx[N * VALUES];
    bench b;
    bench_open(&b, "minibatch_deviation 2");
    net_forward(&b.net, &b.pass, const_view_of(x, N, VALUES));
    b.pass.training = false;
    x[1] = 2;
    for (int i = 0; i < N * (VALUES + 1); i++)
        dy[i] = (float)(i + 1);
    net_forward(&b.net, &b.pass, const_view_of(x, N, VALUES));
    net_backward(&b.net, &b.pass, const_view_of(x, N, VALUES), view_of(dy, N, VALUES + 1),
                 view_of(dx, N, VALUES), false);
    for (int i = 0; i < N * VALUES; i++)
        assert_true(dx[i] == (float)(i / VALUES * (VALUES + 1) + i % VALUES + 1));
    bench_close(&b);
}

static void it_is_for_the_discriminator_alone(void **state)
{
    (void)state;
    const data_identity data = {
        .channels = 2, .height = 2, .width = 2, .count = 100, .kind = SAMPLE_IMAGE
    };
    model_options o;
    model m;
    option_defaults(&model_option_table, &o);
    o.batch = 8;
    o.generator = "linear 7, minibatch_deviation 2";
    assert_fails(model_open(&m, &o, &data), STATUS_USAGE,
                 "--generator: layer 2, \"minibatch_deviation 2\": is a layer for the "
                 "discriminator, and no sample may depend on others; leave it out");
    o.generator = "linear 8";
    o.discriminator = "minibatch_deviation, linear 1";
    o.r1 = 1;
    o.gradient_penalty = 1;
    assert_ok(model_open(&m, &o, &data));
    assert_string_equal(m.options.discriminator, "minibatch_deviation 4, linear 1");
    model_close(&m);
}

/* Layers work on a part of their values at a time: these are more than one part has. */
enum { WIDE = 700, SAMPLES = 4, GROUP = 3 };

typedef struct wide {
    net net;
    compute compute;
    arena arena;
    pass pass;
    float x[SAMPLES * WIDE], dx[SAMPLES * WIDE], dy[SAMPLES * (WIDE + 1)];
} wide;

static void wide_open(wide *w, const char *spec)
{
    *w = (wide){ 0 };
    assert_ok(compute_open(&w->compute, NULL, 2));
    assert_ok(net_open(&w->net, spec, shape_flat(WIDE), "spec"));
    net_plan(&w->net, &w->arena, SAMPLES, NET_TRAINS, false);
    assert_ok(arena_open(&w->arena));
    net_plan(&w->net, &w->arena, SAMPLES, NET_TRAINS, false);
    w->pass = (pass){ .compute = &w->compute, .training = true };
}

static const_view wide_run(wide *w, int out)
{
    const_view x = const_view_of(w->x, SAMPLES, WIDE);
    const_view y = net_forward(&w->net, &w->pass, x);
    net_backward(&w->net, &w->pass, x, view_of(w->dy, SAMPLES, out), view_of(w->dx, SAMPLES, WIDE),
                 true);
    return y;
}

static void wide_close(wide *w)
{
    net_close(&w->net);
    arena_close(&w->arena);
    compute_close(&w->compute);
}

static double mean_of(const float *x, int first, int n, int j)
{
    double sum = 0;
    for (int i = first; i < first + n; i++)
        sum += (double)x[i * WIDE + j] / n;
    return sum;
}

static double deviation_of(const float *x, int first, int n, int j)
{
    double mean = mean_of(x, first, n, j), sum = 0;
    for (int i = first; i < first + n; i++)
        sum += ((double)x[i * WIDE + j] - mean) * ((double)x[i * WIDE + j] - mean) / n;
    return sqrt(sum + 1e-8);
}

/* Against the formula: s = mean over j of d_j, and ds/dx_ij = (x_ij - mean_j) / (n d_j WIDE). The
 * last group has what is left, one sample. */
static void wide_samples_have_the_deviation_and_the_gradient_of_the_formula(void **state)
{
    (void)state;
    static wide w;
    static float dy[SAMPLES * (WIDE + 1)];
    wide_open(&w, "minibatch_deviation 3");
    for (int i = 0; i < SAMPLES * WIDE; i++)
        w.x[i] = (float)((i * 7919) % 613) / 100 - (float)(i % 5);
    for (int i = 0; i < SAMPLES * (WIDE + 1); i++)
        w.dy[i] = dy[i] = (float)((i * 104729) % 17 - 8);
    const_view y = wide_run(&w, WIDE + 1);
    for (int i = 0; i < SAMPLES; i++) {
        int first = i / GROUP * GROUP, n = SAMPLES - first < GROUP ? SAMPLES - first : GROUP;
        double s = 0, ds = 0;
        for (int j = 0; j < WIDE; j++)
            s += deviation_of(w.x, first, n, j) / WIDE;
        for (int k = first; k < first + n; k++)
            ds += (double)dy[k * (WIDE + 1) + WIDE];
        assert_true(fabs((double)const_view_row(y, i)[WIDE] - s) < 1e-6 * s);
        for (int j = 0; j < WIDE; j++) {
            double bent = ((double)w.x[i * WIDE + j] - mean_of(w.x, first, n, j)) /
                          (n * deviation_of(w.x, first, n, j) * WIDE);
            double expected = (double)dy[i * (WIDE + 1) + j] + ds * bent;
            assert_true(fabs((double)w.dx[i * WIDE + j] - expected) < 1e-5);
        }
    }
    wide_close(&w);
}

/* y = x + W relu(x), with whole numbers, so that every order of the sums has the same bits. */
static void wide_blocks_add_their_gradient_to_that_of_what_goes_around_them(void **state)
{
    (void)state;
    static wide w;
    static float dy[SAMPLES * WIDE];
    wide_open(&w, "residual, relu, linear 700, add");
    for (size_t i = 0; i < w.net.param_count; i++)
        w.net.params[i] = (float)((int)(i * 31 % 11) - 5);
    for (int i = 0; i < SAMPLES * WIDE; i++) {
        w.x[i] = (float)(i * 17 % 9 - 4);
        w.dy[i] = dy[i] = (float)(i * 29 % 7 - 3);
    }
    const float *weight = w.net.params + w.net.tensors[0].offset;
    const float *bias = w.net.params + w.net.tensors[1].offset;
    const_view y = wide_run(&w, WIDE);
    for (int i = 0; i < SAMPLES; i++)
        for (int j = 0; j < WIDE; j++) {
            float sum = w.x[i * WIDE + j] + bias[j], back = 0;
            for (int k = 0; k < WIDE; k++) {
                float x = w.x[i * WIDE + k];
                sum += weight[j * WIDE + k] * (x > 0 ? x : 0);
                back += weight[k * WIDE + j] * dy[i * WIDE + k];
            }
            assert_true(const_view_row(y, i)[j] == sum);
            assert_true(w.dx[i * WIDE + j] ==
                        dy[i * WIDE + j] + (w.x[i * WIDE + j] > 0 ? back : 0));
        }
    wide_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_group_shows_the_mean_of_its_deviations),
        cmocka_unit_test(groups_do_not_reach_from_real_samples_to_fakes),
        cmocka_unit_test(outside_of_training_no_sample_depends_on_another),
        cmocka_unit_test(outside_of_training_a_gradient_passes_as_it_is),
        cmocka_unit_test(it_is_for_the_discriminator_alone),
        cmocka_unit_test(wide_samples_have_the_deviation_and_the_gradient_of_the_formula),
        cmocka_unit_test(wide_blocks_add_their_gradient_to_that_of_what_goes_around_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
