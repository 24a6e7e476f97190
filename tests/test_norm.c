/* tests/test_norm.c - batch_norm and spectral_norm, in nets and in the game: PyTorch's values, the
 * same bits from every set and number of threads.
 *
 * SPDX-License-Identifier: MIT */
#include "play.h"
#include "test.h"

#include <math.h>

#include "game/adversarial.h"
#include "golden/golden.h"
#include "golden/norm_games.h"

enum { MOST_TENSORS = 24 };

typedef struct golden_norm {
    const char *spec;
    int shape[3], rows;
    int before;            /* training passes before the one that is checked */
    bool halves, training; /* of the checked pass; those before it use the same halves */
    uint64_t seed;
    int parameters, buffers;
    golden_tensor tensors[MOST_TENSORS]; /* y, dx, the gradients of the parameters, the buffers */
} golden_norm;

#include "golden/norms.h"

#include "base/banned.h"

enum {
    NORM_COUNT = sizeof golden_norms / sizeof *golden_norms,
    NORM_GAME_COUNT = sizeof norm_games / sizeof *norm_games,
    /* As in make_norms.py. */
    TEST_PARAMS = 0xF0,
    TEST_X = 0xF1,
    TEST_DY = 0xF2,
    TEST_BUFFERS = 0xF4
};

static void draw(const kernels *k, uint64_t seed, uint32_t step, uint32_t stream, view v)
{
    for (int i = 0; i < v.rows; i++)
        k->normal((random_stream){ seed, step, stream }, i, 0, v.cols, view_row(v, i));
}

/* Parameters and buffers as in make_norms.py. */
static void fill_net(const net *n, const kernels *k, uint64_t seed, uint32_t use)
{
    draw(k, seed, 0, TEST_PARAMS + (use << 8), view_of(n->params, 1, (int)n->param_count));
    for (size_t i = 0; i < n->param_count; i++)
        n->params[i] *= 0.25f;
    draw(k, seed, 0, TEST_BUFFERS + (use << 8), view_of(n->buffers, 1, (int)n->buffer_count));
    for (int t = 0; t < n->buffer_tensor_count; t++) {
        const tensor *b = &n->buffer_tensors[t];
        for (size_t i = 0; b->shape.variance && i < b->count; i++) {
            float *v = &n->buffers[b->offset + i];
            *v = 0.5f + *v * *v;
        }
    }
}

/* ---- nets ---- */

typedef struct trial {
    const golden_norm *golden;
    net net;
    compute compute;
    arena arena;
    pass pass;
    float *x, *dy, *dx;
    const float *y; /* the output of the net */
} trial;

static void trial_plan(trial *b)
{
    size_t rows = (size_t)b->golden->rows;
    b->x = arena_take(&b->arena, rows * (size_t)b->net.in, sizeof *b->x);
    b->dx = arena_take(&b->arena, rows * (size_t)b->net.in, sizeof *b->dx);
    b->dy = arena_take(&b->arena, rows * (size_t)b->net.out, sizeof *b->dy);
    net_plan(&b->net, &b->arena, b->golden->rows, NET_TRAINS, false);
}

static view trial_x(const trial *b)
{
    return view_of(b->x, b->golden->rows, b->net.in);
}

static view trial_dy(const trial *b)
{
    return view_of(b->dy, b->golden->rows, b->net.out);
}

/* Runs one pass after the other, and then back through the last one. */
static void trial_run(trial *b)
{
    const golden_norm *g = b->golden;
    const kernels *k = b->compute.kernels;
    for (int i = 0; i <= g->before; i++) {
        b->pass.training = i < g->before || g->training;
        draw(k, g->seed, (uint32_t)i, TEST_X, trial_x(b));
        b->y = net_forward(&b->net, &b->pass, as_const(trial_x(b))).data;
    }
    draw(k, g->seed, 0, TEST_DY, trial_dy(b));
    net_backward(&b->net, &b->pass, as_const(trial_x(b)), trial_dy(b),
                 view_of(b->dx, g->rows, b->net.in), true);
}

static void trial_open(trial *b, const golden_norm *g, const char *isa, int threads)
{
    *b = (trial){ .golden = g };
    assert_ok(compute_open(&b->compute, isa, threads));
    assert_ok(
        net_open(&b->net, g->spec, (image_shape){ g->shape[0], g->shape[1], g->shape[2] }, "spec"));
    trial_plan(b);
    assert_ok(arena_open(&b->arena));
    trial_plan(b);
    assert_int_equal(b->arena.used, b->arena.size);
    fill_net(&b->net, b->compute.kernels, g->seed, 0);
    b->pass = (pass){ .compute = &b->compute, .half = g->halves ? g->rows / 2 : 0 };
}

static void trial_close(trial *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

static void assert_tensors(const golden_tensor *expected, const tensor *tensors, int count,
                           const float *block, const char *where)
{
    const double tolerance = 1e-6;
    for (int t = 0; t < count; t++) {
        char name[TENSOR_NAME_SIZE];
        tensor_name(&tensors[t], name);
        assert_string_equal(name, expected[t].name);
        assert_golden(&expected[t], block + tensors[t].offset, (int)tensors[t].count, tolerance,
                      where);
    }
}

static void nets_match_the_golden_values(void **state)
{
    (void)state;
    for (int i = 0; i < NORM_COUNT; i++) {
        const golden_norm *g = &golden_norms[i];
        trial b;
        trial_open(&b, g, NULL, 2);
        trial_run(&b);
        char where[256];
        snprintf(where, sizeof where, "net %d, %s", i, g->spec);
        assert_golden(&g->tensors[0], b.y, g->rows * b.net.out, 1e-6, where);
        assert_golden(&g->tensors[1], b.dx, g->rows * b.net.in, 1e-6, where);
        assert_int_equal(g->parameters, b.net.tensor_count);
        assert_int_equal(g->buffers, b.net.buffer_tensor_count);
        assert_tensors(g->tensors + 2, b.net.tensors, g->parameters, b.net.grads, where);
        assert_tensors(g->tensors + 2 + g->parameters, b.net.buffer_tensors, g->buffers,
                       b.net.buffers, where);
        trial_close(&b);
    }
}

static void every_instruction_set_and_any_threads_give_the_same_bits(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 8 };
    for (int i = 0; i < NORM_COUNT; i++) {
        const golden_norm *g = &golden_norms[i];
        trial first, b;
        trial_open(&first, g, "generic", 1);
        trial_run(&first);
        size_t rows = (size_t)g->rows, float_size = sizeof(float);
        for (int k = 0; kernels_usable(k); k++)
            for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
                trial_open(&b, g, kernels_usable(k)->name, threads[t]);
                trial_run(&b);
                assert_memory_equal(first.y, b.y, rows * (size_t)b.net.out * float_size);
                assert_memory_equal(first.dx, b.dx, rows * (size_t)b.net.in * float_size);
                assert_memory_equal(first.net.grads, b.net.grads, b.net.param_count * float_size);
                assert_memory_equal(first.net.buffers, b.net.buffers,
                                    b.net.buffer_count * float_size);
                trial_close(&b);
            }
        trial_close(&first);
    }
}

/* ---- games ---- */

static void training_open(training *t, const golden_game *g, const char *isa, int threads)
{
    training_open_golden(t, g, isa, threads);
    fill_net(&t->model.players[GENERATOR].net, t->compute.kernels, g->seed, 1);
    fill_net(&t->model.players[DISCRIMINATOR].net, t->compute.kernels, g->seed, 2);
}

static void assert_net(const golden_tensor expected[2], const net *n, const char *where)
{
    const double tolerance = 2e-6; /* as in test_model.c */
    assert_golden(&expected[0], n->params, (int)n->param_count, tolerance, where);
    assert_int_equal(expected[1].count, n->buffer_count);
    if (expected[1].count > 0)
        assert_golden(&expected[1], n->buffers, (int)n->buffer_count, tolerance, where);
}

/* The average's parameters and buffers are one golden tensor. */
static void assert_average(const golden_tensor *expected, const net *n, const char *where)
{
    float both[1024];
    assert_in_range(n->param_count + n->buffer_count, 1, sizeof both / sizeof *both);
    memcpy(both, n->params, n->param_count * sizeof *both);
    memcpy(both + n->param_count, n->buffers, n->buffer_count * sizeof *both);
    assert_golden(expected, both, (int)(n->param_count + n->buffer_count), 2e-6, where);
}

static void games_match_the_golden_values(void **state)
{
    (void)state;
    for (int i = 0; i < NORM_GAME_COUNT; i++) {
        const golden_game *g = &norm_games[i];
        training t;
        training_open(&t, g, NULL, 2);
        const model *m = &t.model;
        for (int step = 0; step < GAME_STEPS; step++) {
            const golden_step *expected = &g->steps[step];
            const double d_loss = expected->sums[METRIC_D_LOSS],
                         g_loss = expected->sums[METRIC_G_LOSS];
            char where[32];
            snprintf(where, sizeof where, "game %d, step %d", i, step + 1);
            assert_ok(training_step(&t));
            assert_net(&expected->tensors[0], &m->players[GENERATOR].net, where);
            assert_net(&expected->tensors[2], &m->players[DISCRIMINATOR].net, where);
            if (m->options.ema > 0)
                assert_average(&expected->tensors[4], &m->players[GENERATOR].average, where);
            if (!(fabs(m->sums[METRIC_D_LOSS] - d_loss) <= 2e-6 * fabs(d_loss)) ||
                !(fabs(m->sums[METRIC_G_LOSS] - g_loss) <= 2e-6 * fmax(fabs(g_loss), 0.01)))
                fail_msg("%s: expected the losses %.9g and %.9g, got %.9g and %.9g", where, d_loss,
                         g_loss, m->sums[METRIC_D_LOSS], m->sums[METRIC_G_LOSS]);
        }
        training_close(&t);
    }
}

static void assert_same_net(const net *a, const net *b)
{
    assert_memory_equal(a->params, b->params, a->param_count * sizeof(float));
    assert_memory_equal(a->exp_avg_sq, b->exp_avg_sq, a->param_count * sizeof(float));
    assert_memory_equal(a->buffers, b->buffers, a->buffer_count * sizeof(float));
}

static void every_instruction_set_and_any_threads_play_the_same_game(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 8 };
    for (int g = 0; g < NORM_GAME_COUNT; g++) {
        training first, t;
        training_open(&first, &norm_games[g], "generic", 1);
        for (int i = 0; i < GAME_STEPS; i++)
            assert_ok(training_step(&first));
        for (int k = 0; kernels_usable(k); k++)
            for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
                training_open(&t, &norm_games[g], kernels_usable(k)->name, threads[i]);
                for (int step = 0; step < GAME_STEPS; step++)
                    assert_ok(training_step(&t));
                assert_same_net(&first.model.players[GENERATOR].net,
                                &t.model.players[GENERATOR].net);
                assert_same_net(&first.model.players[DISCRIMINATOR].net,
                                &t.model.players[DISCRIMINATOR].net);
                training_close(&t);
            }
        training_close(&first);
    }
}

/* ---- effects of a pass, and what it does not depend on ---- */

static const golden_norm both = {
    .spec = "linear 3x4x4, batch_norm, relu, linear 5 spectral_norm, batch_norm, linear 2",
    .shape = { 4, 1, 1 },
    .rows = 34,
    .halves = true,
    .seed = 77,
};

static void only_passes_in_training_move_the_buffers(void **state)
{
    (void)state;
    trial b;
    float before[128];
    trial_open(&b, &both, NULL, 2);
    size_t n = b.net.buffer_count * sizeof(float);
    assert_true(n > 0 && n <= sizeof before);
    draw(b.compute.kernels, 1, 0, TEST_X, trial_x(&b));
    memcpy(before, b.net.buffers, n);
    net_forward(&b.net, &b.pass, as_const(trial_x(&b)));
    assert_memory_equal(before, b.net.buffers, n);
    b.pass.training = true;
    net_forward(&b.net, &b.pass, as_const(trial_x(&b)));
    for (int i = 0; i < b.net.buffer_tensor_count; i++) {
        const tensor *t = &b.net.buffer_tensors[i];
        assert_memory_not_equal(before + t->offset, b.net.buffers + t->offset,
                                t->count * sizeof(float));
    }
    trial_close(&b);
}

static void outside_of_training_a_row_does_not_depend_on_the_others(void **state)
{
    (void)state;
    trial b;
    float all[34 * 2];
    trial_open(&b, &both, NULL, 2);
    draw(b.compute.kernels, 1, 0, TEST_X, trial_x(&b));
    const_view y = net_forward(&b.net, &b.pass, as_const(trial_x(&b)));
    memcpy(all, y.data, sizeof all);
    for (int i = 0; i < both.rows; i++) {
        y = net_forward(&b.net, &b.pass, as_const(view_part(trial_x(&b), i, 0, 1, b.net.in)));
        assert_memory_equal(all + i * 2, y.data, 2 * sizeof *all);
    }
    trial_close(&b);
}

/* In training with halves, each half has its own statistics and does not depend on the other. */
static void a_half_does_not_depend_on_the_other(void **state)
{
    (void)state;
    static const golden_norm g = { .spec = "linear 3x4x4, batch_norm, relu, linear 2",
                                   .shape = { 4, 1, 1 },
                                   .rows = 34 };
    trial b;
    float first[17 * 2];
    trial_open(&b, &g, NULL, 2);
    b.pass.training = true;
    b.pass.half = 17;
    draw(b.compute.kernels, 1, 0, TEST_X, trial_x(&b));
    memcpy(first, net_forward(&b.net, &b.pass, as_const(trial_x(&b))).data, sizeof first);
    for (int i = 17 * 4; i < 34 * 4; i++)
        b.x[i] += 5;
    assert_memory_equal(first, net_forward(&b.net, &b.pass, as_const(trial_x(&b))).data,
                        sizeof first);
    b.pass.half = 0;
    assert_memory_not_equal(first, net_forward(&b.net, &b.pass, as_const(trial_x(&b))).data,
                            sizeof first);
    trial_close(&b);
}

static void a_channel_of_equal_values_becomes_its_bias(void **state)
{
    (void)state;
    static const golden_norm g = { .spec = "batch_norm", .shape = { 2, 3, 3 }, .rows = 5 };
    trial b;
    trial_open(&b, &g, NULL, 1);
    b.pass.training = true;
    for (int i = 0; i < 5 * 18; i++)
        b.x[i] = i / 9 % 2 == 0 ? 1e10f : -3;
    const_view y = net_forward(&b.net, &b.pass, as_const(trial_x(&b)));
    for (int i = 0; i < 5 * 18; i++)
        assert_float_equal(y.data[i], b.net.params[2 + i / 9 % 2], 0);
    trial_close(&b);
}

/* A NaN in one sample reaches the statistics of its channel, and so all samples of this channel,
 * but no other channel. */
static void a_nan_is_not_lost_in_the_statistics(void **state)
{
    (void)state;
    static const golden_norm g = { .spec = "batch_norm", .shape = { 2, 1, 3 }, .rows = 4 };
    trial b;
    trial_open(&b, &g, NULL, 1);
    b.pass.training = true;
    draw(b.compute.kernels, 1, 0, TEST_X, trial_x(&b));
    b.x[3] = NAN;
    const_view y = net_forward(&b.net, &b.pass, as_const(trial_x(&b)));
    for (int i = 0; i < 4 * 6; i++)
        assert_int_equal(isnan(y.data[i]) != 0, i / 3 % 2 == 1);
    assert_string_equal(net_nonfinite_buffer(&b.net)->shape.name, "running_mean");
    trial_close(&b);
}

/* The largest singular value of the weights, from many steps of the power method in double. */
static double largest_singular_value(const float *w, int rows, int cols)
{
    double u[16], v[16] = { 1, 0.5, 0.25 }, norm = 0;
    for (int i = 0; i < 1000; i++) {
        for (int o = 0; o < rows; o++) {
            u[o] = 0;
            for (int j = 0; j < cols; j++)
                u[o] += (double)w[o * cols + j] * v[j];
        }
        norm = 0;
        for (int j = 0; j < cols; j++) {
            v[j] = 0;
            for (int o = 0; o < rows; o++)
                v[j] += (double)w[o * cols + j] * u[o];
            norm += v[j] * v[j];
        }
        norm = sqrt(norm);
        for (int j = 0; j < cols; j++)
            v[j] /= norm;
    }
    return sqrt(norm); /* of w^T w v, |v| = 1 */
}

/* The slope of the layer is 1, both initially and after some training passes. */
static void the_normalised_weights_have_the_norm_one(void **state)
{
    (void)state;
    static const golden_norm g = { .spec = "linear 7 spectral_norm",
                                   .shape = { 9, 1, 1 },
                                   .rows = 3 };
    trial b;
    trial_open(&b, &g, NULL, 1);
    net_init(&b.net, b.compute.kernels, 1, 5, RANDOM_INIT_DISCRIMINATOR);
    double expected = largest_singular_value(b.net.params, 7, 9);
    net_forward(&b.net, &b.pass, as_const(trial_x(&b)));
    double norm = largest_singular_value(b.net.layers[0].weights, 7, 9);
    /* The first 15 steps from a random vector approach the singular value from below. */
    assert_true(norm >= 1 - 1e-6 && norm < 1.05);
    assert_true(fabs(norm * expected - expected) < 0.05 * expected);
    b.pass.training = true;
    for (int i = 0; i < 200; i++)
        net_forward(&b.net, &b.pass, as_const(trial_x(&b)));
    norm = largest_singular_value(b.net.layers[0].weights, 7, 9);
    assert_true(fabs(norm - 1) < 1e-6);
    trial_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets_match_the_golden_values),
        cmocka_unit_test(every_instruction_set_and_any_threads_give_the_same_bits),
        cmocka_unit_test(games_match_the_golden_values),
        cmocka_unit_test(every_instruction_set_and_any_threads_play_the_same_game),
        cmocka_unit_test(only_passes_in_training_move_the_buffers),
        cmocka_unit_test(outside_of_training_a_row_does_not_depend_on_the_others),
        cmocka_unit_test(a_half_does_not_depend_on_the_other),
        cmocka_unit_test(a_channel_of_equal_values_becomes_its_bias),
        cmocka_unit_test(a_nan_is_not_lost_in_the_statistics),
        cmocka_unit_test(the_normalised_weights_have_the_norm_one),
    };
    return cmocka_run_group_tests_name("norm", tests, NULL, NULL);
}
