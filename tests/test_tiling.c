/* tests/test_tiling.c - how far a pixel of a net's output sees, against pixels that are changed one
 * by one; and tiles of an image give the bits of the whole.
 *
 * SPDX-License-Identifier: MIT */
#include "draws.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "nn/tiling.h"

#include "base/banned.h"

/* A net with parameters for images of one size. */
typedef struct bench {
    net net;
    compute compute;
    arena arena;
    float *x;
} bench;

static void bench_plan(bench *b)
{
    b->x = arena_take(&b->arena, (size_t)b->net.in, sizeof *b->x);
    net_plan(&b->net, &b->arena, 1, NET_SAMPLES, false);
}

static void bench_open(bench *b, const char *spec, image_shape from)
{
    *b = (bench){ 0 };
    assert_ok(compute_open(&b->compute, NULL, 2));
    assert_ok(net_open(&b->net, spec, from, "spec"));
    bench_plan(b);
    assert_ok(arena_open(&b->arena));
    bench_plan(b);
    draw_params(&b->net, b->compute.kernels, 5);
    for (int i = 0; i < b->net.buffer_tensor_count; i++)
        for (size_t j = 0; j < b->net.buffer_tensors[i].count; j++)
            b->net.buffers[b->net.buffer_tensors[i].offset + j] = 0.5f;
    draw(b->compute.kernels, 5, 0, TEST_X, view_of(b->x, 1, b->net.in));
}

static const float *bench_forward(bench *b)
{
    pass p = { .compute = &b->compute };
    return net_forward(&b->net, &p, const_view_of(b->x, 1, b->net.in)).data;
}

static void bench_close(bench *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

/* By hand: each 3x3 convolution sees 1 pixel further, one at twice the size half a pixel. */
static const struct {
    const char *spec;
    net_tiling t;
} nets[] = {
    { "relu", { 1, 0, 1 } },
    { "conv 3 k3 p1, relu, conv 2 k5 p2, batch_norm, dropout 0.5, conv 2 k1", { 1, 3, 1 } },
    { "residual, conv 2 k3 p1, residual, conv 4 k7 p3, relu, conv 2 k1, add, add", { 1, 4, 1 } },
    { "conv 8 k3 p1, pixel_shuffle 2, conv 2 k3 p1", { 2, 2, 1 } },
    { "upsample 3, conv 2 k3 p1, conv 2 k3 p1, conv 2 k3 p1, conv 2 k3 p1", { 3, 2, 1 } },
    { "residual, conv 18 k1, pixel_shuffle 3, add_enlarged 3", { 3, 2, 1 } },
    { "residual, conv 8 k3 p1, residual, relu, conv 8 k3 p1, add, pixel_shuffle 2, add_enlarged 2, conv 2 k3 p1",
      { 2, 3, 1 } },
    /* Down and up again: of a step's two or four pixels, the one at its end sees furthest. */
    { "conv 3 k4 s2 p1, relu, conv_transpose 2 k4 s2 p1", { 1, 3, 2 } },
    { "conv 3 k3 s2 p1, conv 4 k2 s2, residual, conv 4 k3 p1, add, conv_transpose 3 k2 s2, "
      "conv_transpose 2 k4 s2 p1",
      { 1, 9, 4 } },
    { "conv_transpose 2 k4 s2 p1", { 2, 1, 1 } },
    { "conv_transpose 3 k2 s2, conv 2 k3 s2 p1", { 1, 1, 1 } },
    /* A convolution with k = 2 p + 1 and a stride sees further to the left. */
    { "conv 8 k3 s2 p1, pixel_shuffle 2", { 1, 2, 2 } },
    { "conv 2 k3 s2 p1, upsample 2", { 1, 2, 2 } },
    { "conv 2 k3 s2 p1, conv_transpose 2 k4 s2 p1", { 1, 3, 2 } },
};
enum { NET_COUNT = sizeof nets / sizeof *nets, SIDE = 64 };

/* The largest distance of a pixel that changes the outputs of pixel `at` of the middle row. */
static int distance_seen(bench *b, int scale, int at)
{
    int out = SIDE * scale, row = SIDE / 2, furthest = 0;
    size_t n = (size_t)b->net.out;
    float *before = malloc(n * sizeof *before);
    memcpy(before, bench_forward(b), n * sizeof *before);
    for (int col = 0; col < SIDE; col++) {
        bool seen = false;
        for (int i = 0; i < SIDE; i++)
            b->x[i * SIDE + col] += 64;
        const float *after = bench_forward(b);
        for (int c = 0; c < b->net.to.channels; c++)
            for (int j = 0; j < scale; j++) {
                int place = (c * out + row * scale) * out + at * scale + j;
                seen |= after[place] != before[place];
            }
        for (int i = 0; i < SIDE; i++)
            b->x[i * SIDE + col] -= 64;
        draw(b->compute.kernels, 5, 0, TEST_X, view_of(b->x, 1, b->net.in));
        if (seen)
            furthest = abs(col - at) > furthest ? abs(col - at) : furthest;
    }
    free(before);
    return furthest;
}

static void the_reach_is_that_of_the_pixel_that_sees_furthest(void **state)
{
    (void)state;
    for (int i = 0; i < NET_COUNT; i++) {
        bench b;
        net_tiling t;
        int furthest = 0;
        bench_open(&b, nets[i].spec, (image_shape){ 2, SIDE, SIDE });
        assert_ok(net_tiling_of(&b.net, &t, "--generator"));
        for (int at = SIDE / 2; at < SIDE / 2 + t.step; at++) {
            int seen = distance_seen(&b, t.scale, at);
            furthest = seen > furthest ? seen : furthest;
        }
        if (t.scale != nets[i].t.scale || t.reach != nets[i].t.reach || t.step != nets[i].t.step ||
            furthest != t.reach)
            fail_msg("%s: got scale %d, reach %d, step %d; the furthest pixel seen is %d away",
                     nets[i].spec, t.scale, t.reach, t.step, furthest);
        bench_close(&b);
    }
}

/* The tile (from, from + size) of a SIDE x SIDE image, both ways, of which the part that counts is
 * compared with the whole. */
static void check_tile(const bench *all, const char *spec, net_tiling t, int from, int size)
{
    bench tile;
    int out = SIDE * t.scale, small = size * t.scale;
    int first = from > 0 ? t.reach : 0, end = from + size < SIDE ? size - t.reach : size;
    bench_open(&tile, spec, (image_shape){ 2, size, size });
    for (int c = 0; c < 2; c++)
        for (int i = 0; i < size; i++)
            memcpy(tile.x + (c * size + i) * size, all->x + (c * SIDE + from + i) * SIDE + from,
                   (size_t)size * sizeof *tile.x);
    const float *whole = layer_output(&all->net.layers[all->net.count - 1], 1).data;
    const float *part = bench_forward(&tile);
    for (int c = 0; c < tile.net.to.channels; c++)
        for (int i = first * t.scale; i < end * t.scale; i++)
            assert_memory_equal(part + (c * small + i) * small + first * t.scale,
                                whole + (c * out + from * t.scale + i) * out +
                                    (from + first) * t.scale,
                                (size_t)((end - first) * t.scale) * sizeof *part);
    bench_close(&tile);
}

static void tiles_that_overlap_by_the_reach_are_parts_of_the_whole_to_the_bit(void **state)
{
    (void)state;
    static const int tiles[][2] = { { 0, 24 }, { 12, 28 }, { 36, 28 }, { 0, 64 } };
    for (int i = 0; i < NET_COUNT; i++) {
        bench all;
        net_tiling t;
        bench_open(&all, nets[i].spec, (image_shape){ 2, SIDE, SIDE });
        assert_ok(net_tiling_of(&all.net, &t, "--generator"));
        bench_forward(&all);
        for (size_t k = 0; k < sizeof tiles / sizeof *tiles; k++)
            check_tile(&all, nets[i].spec, t, tiles[k][0], tiles[k][1]);
        bench_close(&all);
    }
}

static void a_net_for_one_size_is_refused_with_its_layer(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *message;
    } cases[] = {
        { "conv 2 k3 p1, linear 2x8x8",
          "--generator: layer 2, \"linear 2x8x8\", is for images of one size: expected layers that "
          "take any, as a convolution with k = 2 p + 1" },
        { "reshape 2x8x8", "layer 1, \"reshape 2x8x8\", is for images of one size" },
        { "conv 2 k3", "layer 1, \"conv 2 k3 s1 p0\"" },
        { "conv 2 k4 p2", "layer 1, \"conv 2 k4 s1 p2\"" },
        { "conv 2 k3 s2 p0, conv 2 k3 s2", "layer 1, \"conv 2 k3 s2 p0\"" },
        { "conv_transpose 2 k3 s2 p1", "layer 1, \"conv_transpose 2 k3 s2 p1\"" },
        { "conv 2 k4 s2 p1", "its output is smaller than its input" },
        { "conv 2 k2 s2, conv_transpose 2 k3 s3", "its output is smaller than its input" },
        { "conv 1 k8 s8, conv 1 k1 s8, conv 1 k1 s8, conv 1 k1 s8",
          "layer 4, \"conv 1 k1 s8 p0\": its image is more than 1024 times as large or as small" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        net n;
        net_tiling t;
        assert_ok(net_open(&n, cases[i].spec, (image_shape){ 2, 8, 8 }, "--generator"));
        assert_fails(net_tiling_of(&n, &t, "--generator"), STATUS_USAGE, cases[i].message);
        net_close(&n);
    }
}

/* 8 x 8 x 8 x 2 is 1024. */
static void an_image_may_become_1024_times_as_small_between_layers(void **state)
{
    (void)state;
    net n;
    net_tiling t;
    assert_ok(
        net_open(&n,
                 "conv 1 k8 s8, conv 1 k1 s8, conv 1 k1 s8, conv 1 k1 s2, upsample 8, upsample "
                 "8, upsample 8, upsample 2",
                 (image_shape){ 2, 1024, 1024 }, "--generator"));
    assert_ok(net_tiling_of(&n, &t, "--generator"));
    assert_int_equal(t.scale, 1);
    assert_int_equal(t.step, 1024);
    net_close(&n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reach_is_that_of_the_pixel_that_sees_furthest),
        cmocka_unit_test(tiles_that_overlap_by_the_reach_are_parts_of_the_whole_to_the_bit),
        cmocka_unit_test(a_net_for_one_size_is_refused_with_its_layer),
        cmocka_unit_test(an_image_may_become_1024_times_as_small_between_layers),
    };
    return cmocka_run_group_tests_name("tiling", tests, NULL, NULL);
}
