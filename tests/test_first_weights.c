/* tests/test_first_weights.c - the weights of a new net are those of docs/random-streams.md,
 * whatever its memory had before.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "nn/init.h"
#include "nn/net.h"

#include "base/banned.h"

enum { ROWS = 2, VALUES = 7, SEED = 77, MOST = 4096 };

typedef struct bench {
    net net;
    compute compute;
    arena arena;
    int way; /* its number in the list of --init */
} bench;

static void bench_open(bench *b, const char *spec, image_shape from, int way)
{
    *b = (bench){ .way = way };
    assert_ok(compute_open(&b->compute, NULL, 1));
    assert_ok(net_open_joined(&b->net, spec, (net_input){ from, VALUES }, "spec"));
    net_plan(&b->net, &b->arena, ROWS, NET_TRAINS, false);
    assert_ok(arena_open(&b->arena));
    net_plan(&b->net, &b->arena, ROWS, NET_TRAINS, false);
    for (size_t i = 0; i < b->net.param_count; i++)
        b->net.params[i] = NAN;
    for (size_t i = 0; i < b->net.buffer_count; i++)
        b->net.buffers[i] = NAN;
    net_init(&b->net, b->compute.kernels, way, SEED, RANDOM_INIT_DISCRIMINATOR);
}

static void bench_close(bench *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

/* How many inputs an output depends on, and how many outputs an input affects. */
typedef struct fan {
    double in, out;
} fan;

static fan fan_of(const layer *l, bool is_map)
{
    double taps = 1, strides = 1;
    if (strncmp(l->ops->name, "conv", 4) == 0) {
        double k = l->arguments[1], s = l->arguments[2];
        taps = k * k;
        strides = s * s;
    }
    if (strcmp(l->ops->name, "conv") == 0)
        return (fan){ l->from.channels * taps, l->to.channels * taps / strides };
    if (strcmp(l->ops->name, "conv_transpose") == 0)
        return (fan){ l->from.channels * taps / strides, l->to.channels * taps };
    if (strcmp(l->ops->name, "condition") == 0)
        return (fan){ l->arguments[0], l->arguments[0] };
    if (strcmp(l->ops->name, "projection") == 0)
        return (fan){ l->in, is_map ? l->arguments[0] : 1 };
    return (fan){ l->in, l->out };
}

static double deviation_of(int way, fan f)
{
    return way == 1 ? sqrt(2 / f.in) : way == 2 ? sqrt(2 / (f.in + f.out)) : 0.02;
}

static void check_tensor(const bench *b, const tensor *t)
{
    static float normal[MOST];
    const layer *l = &b->net.layers[t->layer];
    const float *got = b->net.params + t->offset;
    const char *name = t->shape.name;
    bool is_map = strcmp(name, "map") == 0, is_embedding = strcmp(name, "embedding") == 0;
    bool is_column = strcmp(name, "weight") == 0 && strcmp(l->ops->name, "projection") == 0;
    int rows = is_column ? 1 : t->shape.sizes[0], cols = (int)t->count / rows;
    int number = is_embedding ? 1 : is_map ? 2 : 0;
    float factor = (float)deviation_of(b->way, fan_of(l, is_map));
    if (is_embedding)
        factor = strcmp(l->ops->name, "projection") == 0 ? (float)(1 / sqrt(l->arguments[0])) : 1;
    for (int row = 0; row < rows; row++) {
        random_stream s = { SEED, 0, random_name(RANDOM_INIT_DISCRIMINATOR, t->layer, number) };
        kernels_generic.normal(s, row, 0, cols, normal);
        for (int i = 0; i < cols; i++, got++)
            if (*got < factor * normal[i] || *got > factor * normal[i] || isnan(*got))
                fail_msg("layer %d, %s, row %d, column %d: %g", t->layer, name, row, i,
                         (double)*got);
    }
}

static void a_new_net_has_the_weights_of_the_documents_whatever_was_there(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        image_shape from;
    } nets[] = {
        { "condition 5, linear 4x2x2, relu, condition 2, conv_transpose 3 k4 s2 p1, tanh",
          { 3, 1, 1 } },
        { "conv 4 k3 s2 p1 spectral_norm, leaky_relu 0.2, minibatch_deviation 2, projection 6",
          { 2, 6, 6 } },
        { "linear 3 spectral_norm, tanh, residual, linear 3, add, projection 1", { 4, 1, 1 } },
    };
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
        for (int way = 1; way <= 3; way++) {
            bench b;
            bench_open(&b, nets[i].spec, nets[i].from, way);
            for (int k = 0; k < b.net.tensor_count; k++) {
                const tensor *t = &b.net.tensors[k];
                if (strcmp(t->shape.name, "bias") != 0)
                    check_tensor(&b, t);
                else
                    for (size_t j = 0; j < t->count; j++)
                        assert_true(b.net.params[t->offset + j] == 0);
            }
            bench_close(&b);
        }
}

static void every_value_of_a_new_net_is_set(void **state)
{
    (void)state;
    for (int way = 0; init_choice(way); way++) {
        bench b;
        bench_open(&b,
                   "conv 4 k3 p1 spectral_norm, batch_norm, relu, conv_transpose 4 k2, "
                   "batch_norm, condition 2, linear 3 spectral_norm, projection 5",
                   (image_shape){ 2, 4, 4 }, way);
        for (size_t i = 0; i < b.net.param_count; i++)
            assert_true(isfinite(b.net.params[i]));
        for (size_t i = 0; i < b.net.buffer_count; i++)
            assert_true(isfinite(b.net.buffers[i]));
        bench_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_net_has_the_weights_of_the_documents_whatever_was_there),
        cmocka_unit_test(every_value_of_a_new_net_is_set),
    };
    return cmocka_run_group_tests_name("first_weights", tests, NULL, NULL);
}
