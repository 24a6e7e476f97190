/* tests/test_nn.c - compares layers and nets with PyTorch's values and with difference quotients;
 * every set and number of threads gives the same bits.
 *
 * SPDX-License-Identifier: MIT */
#include "draws.h"
#include "test.h"

#include <math.h>

#include "golden/golden.h"
#include "nn/net.h"

typedef struct golden_net {
    const char *spec;
    image_shape from;
    int rows;
    uint64_t seed;
    uint32_t step;
    int number;
    int tensor_count; /* y, dx, then the gradients of all parameters */
    golden_tensor tensors[GOLDEN_MOST_TENSORS];
} golden_net;

#include "golden/nets.h"

#include "base/banned.h"

enum { NET_COUNT = sizeof golden_nets / sizeof *golden_nets };

/* ---- a net with everything that a pass needs ---- */

typedef struct bench {
    net net;
    compute compute;
    arena arena;
    pass pass;
    float *x, *y, *dy, *dx; /* y: a copy of the output */
    int rows;
} bench;

static void bench_plan(bench *b)
{
    int in = b->net.in, out = b->net.out, widest = in;
    for (int i = 0; i < b->net.count; i++)
        widest = b->net.layers[i].out > widest ? b->net.layers[i].out : widest;
    b->x = arena_take(&b->arena, (size_t)b->rows * (size_t)in, sizeof *b->x);
    b->dx = arena_take(&b->arena, (size_t)b->rows * (size_t)in, sizeof *b->dx);
    b->y = arena_take(&b->arena, (size_t)b->rows * (size_t)out, sizeof *b->y);
    b->dy = arena_take(&b->arena, (size_t)b->rows * (size_t)out, sizeof *b->dy);
    net_plan(&b->net, &b->arena, b->rows, NET_TRAINS, false);
}

static void bench_fill(bench *b, uint64_t seed)
{
    const kernels *k = b->compute.kernels;
    draw_params(&b->net, k, seed);
    draw(k, seed, 0, TEST_X, view_of(b->x, b->rows, b->net.in));
    draw(k, seed, 0, TEST_DY, view_of(b->dy, b->rows, b->net.out));
}

static void bench_open(bench *b, const char *spec, image_shape from, int rows, const char *isa,
                       int threads)
{
    *b = (bench){ .rows = rows };
    assert_ok(compute_open(&b->compute, isa, threads));
    assert_ok(net_open(&b->net, spec, from, "spec"));
    bench_plan(b);
    assert_ok(arena_open(&b->arena));
    bench_plan(b);
    assert_int_equal(b->arena.used, b->arena.size);
    b->pass = (pass){ .compute = &b->compute, .training = true, .dropout = RANDOM_DROPOUT };
}

static void bench_close(bench *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

static const_view bench_x(const bench *b)
{
    return const_view_of(b->x, b->rows, b->net.in);
}

static void bench_forward(bench *b)
{
    const_view y = net_forward(&b->net, &b->pass, bench_x(b));
    assert_int_equal(y.rows, b->rows);
    assert_int_equal(y.cols, b->net.out);
    for (int i = 0; i < y.rows; i++)
        memcpy(b->y + i * y.cols, const_view_row(y, i), (size_t)y.cols * sizeof *b->y);
}

static void bench_backward(bench *b)
{
    net_backward(&b->net, &b->pass, bench_x(b), view_of(b->dy, b->rows, b->net.out),
                 view_of(b->dx, b->rows, b->net.in), true);
}

static void bench_open_golden(bench *b, const golden_net *g, const char *isa, int threads)
{
    bench_open(b, g->spec, g->from, g->rows, isa, threads);
    bench_fill(b, g->seed);
    b->pass.seed = g->seed;
    b->pass.step = g->step;
    b->pass.number = g->number;
}

/* ---- nets ---- */

static void nets_match_the_golden_values(void **state)
{
    (void)state;
    for (int i = 0; i < NET_COUNT; i++) {
        const golden_net *g = &golden_nets[i];
        const double tolerance = 1e-6;
        bench b;
        bench_open_golden(&b, g, NULL, 2);
        bench_forward(&b);
        bench_backward(&b);
        assert_golden(&g->tensors[0], b.y, b.rows * b.net.out, tolerance, g->spec);
        assert_golden(&g->tensors[1], b.dx, b.rows * b.net.in, tolerance, g->spec);
        assert_int_equal(g->tensor_count, 2 + b.net.tensor_count);
        for (int t = 0; t < b.net.tensor_count; t++) {
            char name[TENSOR_NAME_SIZE];
            tensor_name(&b.net.tensors[t], name);
            assert_string_equal(name, g->tensors[2 + t].name);
            assert_golden(&g->tensors[2 + t], b.net.grads + b.net.tensors[t].offset,
                          (int)b.net.tensors[t].count, tolerance, g->spec);
        }
        bench_close(&b);
    }
}

/* The sum of dy y, whose gradients are checked. */
static double bench_value(bench *b, const float *dy)
{
    double sum = 0;
    bench_forward(b);
    for (int i = 0; i < b->rows * b->net.out; i++)
        sum += (double)b->y[i] * (double)dy[i];
    return sum;
}

/* Compares the gradient by v[i] with (f(v + h) - f(v - h)) / 2h for some of the n elements. */
static void check_differences(bench *b, const float *dy, float *v, const float *dv, int n)
{
    float largest = 0;
    for (int i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(dv[i]));
    for (int i = 0; i < n; i += 1 + n / 50) {
        const float kept = v[i], h = 0.01f;
        v[i] = kept + h;
        double above = bench_value(b, dy), width = (double)v[i];
        v[i] = kept - h;
        double below = bench_value(b, dy);
        width -= (double)v[i];
        v[i] = kept;
        double slope = (above - below) / width;
        if (!(fabs(slope - (double)dv[i]) <= 2e-3 * (double)largest))
            fail_msg("%s: element %d: the gradient is %g, the slope %g", b->net.spec, i,
                     (double)dv[i], slope);
    }
}

static void gradients_match_central_differences(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        image_shape from;
        int rows;
    } cases[] = {
        { "linear 5, tanh, dropout 0.5, linear 4, sigmoid", { 6, 1, 1 }, 3 },
        { "dropout 0.2, tanh, linear 70, sigmoid, dropout 0.3, dropout 0.2, linear 2",
          { 33, 1, 1 },
          50 },
        { "tanh, sigmoid, tanh, linear 3", { 5, 1, 1 }, 1 },
        { "linear 6, leaky_relu 0.9, tanh, linear 3, leaky_relu 1", { 4, 1, 1 }, 2 },
        { "linear 6, relu, linear 3", { 4, 1, 1 }, 2 },
        { "conv 3 k3 s2 p1, tanh, dropout 0.3, conv_transpose 2 k4 s2, sigmoid", { 2, 7, 5 }, 3 },
        { "conv_transpose 3 k3 s3 p1, tanh, upsample 2, conv 1 k5 s4, linear 2", { 2, 3, 4 }, 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench b;
        bench_open(&b, cases[i].spec, cases[i].from, cases[i].rows, NULL, 1);
        bench_fill(&b, 40 + i);
        size_t n = (size_t)b.rows * (size_t)b.net.out;
        float *dy = malloc(n * sizeof *dy); /* net_backward overwrites b.dy */
        memcpy(dy, b.dy, n * sizeof *dy);
        bench_forward(&b);
        bench_backward(&b);
        check_differences(&b, dy, b.net.params, b.net.grads, (int)b.net.param_count);
        check_differences(&b, dy, b.x, b.dx, b.rows * b.net.in);
        free(dy);
        bench_close(&b);
    }
}

static void assert_same_bits(const bench *a, const bench *b)
{
    size_t rows = (size_t)a->rows;
    assert_memory_equal(a->y, b->y, rows * (size_t)a->net.out * sizeof *a->y);
    assert_memory_equal(a->dx, b->dx, rows * (size_t)a->net.in * sizeof *a->dx);
    assert_memory_equal(a->net.grads, b->net.grads, a->net.param_count * sizeof(float));
}

static void every_instruction_set_and_any_threads_give_the_same_bits(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 4, 8 };
    for (int i = 0; i < NET_COUNT; i++) {
        bench first, b;
        bench_open_golden(&first, &golden_nets[i], "generic", 1);
        bench_forward(&first);
        bench_backward(&first);
        for (int k = 0; kernels_usable(k); k++)
            for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
                bench_open_golden(&b, &golden_nets[i], kernels_usable(k)->name, threads[t]);
                bench_forward(&b);
                bench_backward(&b);
                assert_same_bits(&first, &b);
                bench_close(&b);
            }
        bench_close(&first);
    }
}

static void a_row_does_not_depend_on_the_others(void **state)
{
    (void)state;
    const char *spec = "linear 70, relu, dropout 0.3, linear 130, tanh, linear 3, sigmoid";
    bench all, one;
    bench_open(&all, spec, shape_flat(65), 97, NULL, 2);
    bench_fill(&all, 7);
    all.pass.training = false;
    bench_forward(&all);
    bench_open(&one, spec, shape_flat(65), 1, NULL, 1);
    bench_fill(&one, 7);
    one.pass.training = false;
    for (int i = 0; i < all.rows; i++) {
        memcpy(one.x, all.x + i * all.net.in, (size_t)all.net.in * sizeof *all.x);
        bench_forward(&one);
        assert_memory_equal(one.y, all.y + i * 3, 3 * sizeof *all.y);
    }
    bench_close(&all);
    bench_close(&one);
}

static void fewer_rows_than_planned_are_the_first_rows(void **state)
{
    (void)state;
    const char *spec = "linear 33, tanh, dropout 0.3, linear 65";
    bench b, few;
    bench_open(&b, spec, shape_flat(20), 100, NULL, 2);
    bench_fill(&b, 9);
    bench_forward(&b);
    bench_open(&few, spec, shape_flat(20), 100, NULL, 2);
    bench_fill(&few, 9);
    few.rows = 49;
    bench_forward(&few);
    assert_memory_equal(few.y, b.y, 49 * 65 * sizeof *b.y);
    bench_close(&b);
    bench_close(&few);
}

static void dropout_does_nothing_outside_of_training(void **state)
{
    (void)state;
    bench with, without;
    bench_open(&with, "dropout 0.2, linear 4, relu, dropout 0.9, tanh, dropout 0.5", shape_flat(7),
               50, NULL, 1);
    bench_open(&without, "linear 4, relu, tanh", shape_flat(7), 50, NULL, 1);
    bench_fill(&with, 3);
    bench_fill(&without, 3);
    with.pass.training = false;
    bench_forward(&with);
    bench_forward(&without);
    assert_memory_equal(with.y, without.y, 50 * 4 * sizeof *with.y);
    bench_close(&with);
    bench_close(&without);
}

static void every_pass_has_masks_of_its_own(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "dropout 0.5", shape_flat(64), 3, NULL, 1);
    float first[3 * 64];
    const pass passes[] = {
        { .seed = 5, .step = 8, .number = 1, .dropout = RANDOM_DROPOUT },
        { .seed = 6, .step = 8, .number = 1, .dropout = RANDOM_DROPOUT },
        { .seed = 5, .step = 9, .number = 1, .dropout = RANDOM_DROPOUT },
        { .seed = 5, .step = 8, .number = 2, .dropout = RANDOM_DROPOUT },
        { .seed = 5, .step = 8, .number = 1, .dropout = RANDOM_DROPOUT_GENERATOR },
    };
    for (int i = 0; i < 3 * 64; i++)
        b.x[i] = 1;
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
        b.pass = passes[i];
        b.pass.training = true;
        b.pass.compute = &b.compute;
        bench_forward(&b);
        if (i == 0)
            memcpy(first, b.y, sizeof first);
        else
            assert_memory_not_equal(first, b.y, sizeof first);
    }
    for (int i = 0; i < 3 * 64; i++)
        assert_true(first[i] == 0 || first[i] == 2);
    bench_close(&b);
}

static void check_only_what_is_asked_for(const char *spec, image_shape from)
{
    enum { ROWS = 4, SEED = 5 };
    bench all, some;
    bench_open(&all, spec, from, ROWS, NULL, 1);
    bench_fill(&all, SEED);
    bench_forward(&all);
    bench_backward(&all);
    bench_open(&some, spec, from, ROWS, NULL, 1);
    bench_fill(&some, SEED);
    view dy = view_of(some.dy, some.rows, some.net.out);
    size_t params = some.net.param_count * sizeof(float);
    size_t inputs = (size_t)some.rows * (size_t)some.net.in * sizeof(float);
    bench_forward(&some);
    net_backward(&some.net, &some.pass, bench_x(&some), dy, (view){ 0 }, true);
    assert_memory_equal(some.net.grads, all.net.grads, params);
    memset(some.net.grads, 0x55, params);
    bench_fill(&some, SEED);
    bench_forward(&some);
    net_backward(&some.net, &some.pass, bench_x(&some), dy,
                 view_of(some.dx, some.rows, some.net.in), false);
    assert_memory_equal(some.dx, all.dx, inputs);
    for (size_t i = 0; i < params; i++)
        assert_int_equal(((unsigned char *)some.net.grads)[i], 0x55);
    bench_close(&all);
    bench_close(&some);
}

/* Eight real samples and eight fakes; the second of four ranks has rows 2 and 3 of each. */
static void a_rank_drops_what_one_process_drops_in_its_rows(void **state)
{
    (void)state;
    bench all, part;
    bench_open(&all, "dropout 0.5", shape_flat(64), 16, NULL, 1);
    bench_open(&part, "dropout 0.5", shape_flat(64), 4, NULL, 1);
    group g = { .ranks = 4, .rank = 1 };
    all.pass.half = 8;
    part.pass.half = group_rows(g, 8);
    part.pass.first_row = group_first_row(g, 8);
    part.pass.other_rows = 8 - group_rows(g, 8);
    for (int i = 0; i < 16 * 64; i++)
        all.x[i] = part.x[i % (4 * 64)] = 1;
    bench_forward(&all);
    bench_forward(&part);
    assert_memory_equal(part.y, all.y + 2 * 64, 2 * 64 * sizeof *all.y);
    assert_memory_equal(part.y + 2 * 64, all.y + 10 * 64, 2 * 64 * sizeof *all.y);
    bench_close(&part);
    bench_close(&all);
}

static void backward_makes_only_what_is_asked_for(void **state)
{
    (void)state;
    static const char *const first[] = {
        "linear 5", "conv 3 k3 p1", "conv_transpose 3 k2 s2", "upsample 2", "batch_norm", "relu",
    };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        char spec[64];
        snprintf(spec, sizeof spec, "%s, leaky_relu 0.2, dropout 0.3, linear 2", first[i]);
        check_only_what_is_asked_for(spec, (image_shape){ 2, 4, 4 });
    }
}

/* A pass does not change its input, and writes an output that was placed elsewhere to that place.
 */
static void only_the_output_is_written(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "relu, tanh, linear 3, tanh, dropout 0.5, relu", shape_flat(5), 4, NULL, 1);
    arena a = { 0 };
    net elsewhere;
    float out[4 * 3], x[4 * 5];
    assert_ok(net_open(&elsewhere, b.net.spec, shape_flat(5), "spec"));
    net_plan(&elsewhere, &a, 4, NET_TRAINS, true);
    assert_ok(arena_open(&a));
    net_plan(&elsewhere, &a, 4, NET_TRAINS, true);
    net_place_output(&elsewhere, out);
    bench_fill(&b, 21);
    memcpy(x, b.x, sizeof x);
    memcpy(elsewhere.params, b.net.params, b.net.param_count * sizeof(float));
    bench_forward(&b);
    assert_memory_equal(x, b.x, sizeof x);
    const_view y = net_forward(&elsewhere, &b.pass, const_view_of(x, 4, 5));
    assert_ptr_equal(y.data, out);
    assert_memory_equal(out, b.y, sizeof out);
    assert_memory_equal(x, b.x, sizeof x);
    net_close(&elsewhere);
    arena_close(&a);
    bench_close(&b);
}

static void a_nan_passes_through_every_layer(void **state)
{
    (void)state;
    static const char *const specs[] = { "linear 2",  "relu",    "leaky_relu 0", "leaky_relu 0.2",
                                         "dropout 0", "sigmoid", "tanh" };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        bench b;
        bench_open(&b, specs[i], shape_flat(3), 2, NULL, 1);
        bench_fill(&b, 1);
        b.x[4] = NAN;
        bench_forward(&b);
        if (b.net.out == 3) {
            assert_true(isnan(b.y[4]));
            assert_true(isfinite(b.y[3]));
        } else {
            assert_true(isnan(b.y[2]) && isnan(b.y[3]));
        }
        assert_true(isfinite(b.y[0]));
        bench_close(&b);
    }
}

static void the_first_tensor_that_is_not_finite_is_found(void **state)
{
    (void)state;
    bench b;
    char name[TENSOR_NAME_SIZE];
    bench_open(&b, "linear 4, relu, linear 3", shape_flat(5), 1, NULL, 1);
    bench_fill(&b, 2);
    const group_part all = { 0, b.net.param_count }, share = { 20, 30 };
    assert_null(net_nonfinite(&b.net, all, b.net.params));
    b.net.params[b.net.param_count - 1] = -INFINITY;
    tensor_name(net_nonfinite(&b.net, all, b.net.params), name);
    assert_string_equal(name, "2.bias");
    b.net.params[5 * 4 + 4] = NAN;
    tensor_name(net_nonfinite(&b.net, all, b.net.params), name);
    assert_string_equal(name, "2.weight");
    b.net.params[0] = NAN;
    tensor_name(net_nonfinite(&b.net, all, b.net.params), name);
    assert_string_equal(name, "0.weight");
    tensor_name(net_nonfinite(&b.net, share, b.net.params + share.begin), name);
    assert_string_equal(name, "2.weight");
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets_match_the_golden_values),
        cmocka_unit_test(gradients_match_central_differences),
        cmocka_unit_test(every_instruction_set_and_any_threads_give_the_same_bits),
        cmocka_unit_test(a_row_does_not_depend_on_the_others),
        cmocka_unit_test(fewer_rows_than_planned_are_the_first_rows),
        cmocka_unit_test(dropout_does_nothing_outside_of_training),
        cmocka_unit_test(every_pass_has_masks_of_its_own),
        cmocka_unit_test(a_rank_drops_what_one_process_drops_in_its_rows),
        cmocka_unit_test(backward_makes_only_what_is_asked_for),
        cmocka_unit_test(only_the_output_is_written),
        cmocka_unit_test(a_nan_passes_through_every_layer),
        cmocka_unit_test(the_first_tensor_that_is_not_finite_is_found),
    };
    return cmocka_run_group_tests_name("nn", tests, NULL, NULL);
}
