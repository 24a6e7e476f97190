/* tests/test_deviation.c - the layer minibatch_deviation in cases with known answers. Its gradients
 * and those of penalties are compared with PyTorch's in test_norm.c.
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_group_shows_the_mean_of_its_deviations),
        cmocka_unit_test(groups_do_not_reach_from_real_samples_to_fakes),
        cmocka_unit_test(outside_of_training_no_sample_depends_on_another),
        cmocka_unit_test(it_is_for_the_discriminator_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
