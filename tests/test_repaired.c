/* tests/test_repaired.c - pictures that are coloured, and pictures whose hole is filled.
 *
 * What G makes is computed a second time, by one pass over the whole picture.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "game/repaired.h"
#include "game/saved.h"

#include "base/banned.h"

enum { H = 11, W = 14, N = H * W, MOST = 4 * N };

static compute machine;

static int open_machine(void **state)
{
    (void)state;
    assert_ok(compute_open(&machine, NULL, 2));
    return 0;
}

static int close_machine(void **state)
{
    (void)state;
    compute_close(&machine);
    return 0;
}

static void save_model(const char *name, const char *spec, int channels)
{
    model m = { 0 };
    arena a = { 0 };
    model_options o;
    option_defaults(&model_option_table, &o);
    assert_ok(option_set(option_find(&model_option_table, "task"), &o, name));
    o.crop = 12;
    o.init = 1;
    o.generator = spec;
    const data_identity data = {
        .kind = SAMPLE_IMAGE, .count = 256, .channels = channels, .height = 12, .width = 12
    };
    assert_ok(model_open(&m, &o, &data));
    assert_ok(model_open_memory(&m, &a, MODEL_TRAINS));
    model_init(&m, machine.kernels);
    assert_ok(model_save(&m, "repairs.bin"));
    model_close(&m);
    arena_close(&a);
}

static restorer open_saved(void)
{
    restorer r;
    assert_ok(restorer_open(&r, &(generator_options){ .ckpt = "repairs.bin" }, false, &machine));
    return r;
}

static void draw(unsigned char *bytes, int n)
{
    uint32_t x = 4321;
    for (int i = 0; i < n; i++) {
        x = (x * 1103515245u + 12345u) & 0x7fffffffu;
        bytes[i] = (x >> 16) & 255;
    }
}

/* out (height, width, channels) = the lines of the result; returns its channels. */
static int repair(restorer *r, const picture *p, unsigned char *out)
{
    repaired s;
    arena a = { 0 };
    assert_ok(restorer_fit(r, p->height, p->width, &(restorer_limits){ 0, 5 }));
    repaired_plan(&s, &a, r, p);
    assert_ok(arena_open(&a));
    repaired_plan(&s, &a, r, p);
    png_picture png = repaired_png(&s);
    assert_true(png.height == H && png.width == W && png.channels * N <= MOST);
    for (int y = 0; y < H; y++)
        png.line(png.from, y, out + (ptrdiff_t)y * W * png.channels);
    arena_close(&a);
    return png.channels;
}

/* made (G's colours, N) = the bytes of what G makes of `given` (its channels, N) at once. */
static void make(const restorer *r, const unsigned char *given, unsigned char *made)
{
    net n;
    arena a = { 0 };
    float x[MOST];
    int channels = r->g->from.channels;
    assert_ok(net_open(&n, r->g->spec, (image_shape){ channels, H, W }, ""));
    for (int turn = 0; turn < 2; turn++) {
        net_plan(&n, &a, 1, NET_SAMPLES, false);
        if (turn == 0)
            assert_ok(arena_open(&a));
    }
    memcpy(n.params, r->g->params, n.param_count * sizeof *n.params);
    for (int i = 0; i < channels * N; i++)
        x[i] = (float)(2 * given[i] - 255) / 255.0f;
    const pass p = { .compute = &machine };
    const_view y = net_forward(&n, &p, const_view_of(x, 1, channels * N));
    for (int i = 0; i < y.cols; i++) {
        float level = (y.data[i] + 1) * 127.5f;
        made[i] = (unsigned char)fmaxf(0, fminf(255, floorf(level + 0.5f)));
    }
    net_close(&n);
    arena_close(&a);
}

static void a_picture_gets_the_colours_that_G_makes_of_its_luma(void **state)
{
    (void)state;
    unsigned char planes[4 * N], luma[N], made[3 * N], out[MOST];
    save_model("colorize", "conv 5 k3 p1, leaky_relu 0.2, conv 3 k3 p1", 3);
    restorer r = open_saved();
    draw(planes, 4 * N);
    /* Image.convert("L") of Pillow. */
    for (int i = 0; i < N; i++)
        luma[i] = (unsigned char)((19595 * planes[i] + 38470 * planes[N + i] +
                                   7471 * planes[2 * N + i] + 32768) >>
                                  16);
    make(&r, luma, made);
    assert_int_equal(repair(&r, &(picture){ 4, H, W, planes }, out), 4);
    for (int i = 0; i < N; i++) {
        for (int c = 0; c < 3; c++)
            assert_int_equal(out[4 * i + c], made[c * N + i]);
        assert_int_equal(out[4 * i + 3], planes[3 * N + i]);
    }
    /* A grey one is its own luma. */
    assert_int_equal(repair(&r, &(picture){ 1, H, W, luma }, out), 3);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            assert_int_equal(out[3 * i + c], made[c * N + i]);
    restorer_close(&r);
}

/* A hole, a translucent pixel beside it, and the rest opaque. */
static void make_hole(unsigned char *alpha)
{
    memset(alpha, 255, N);
    for (int y = 2; y < 7; y++)
        memset(alpha + y * W + 3, 0, 5);
    alpha[2 * W + 9] = 128;
}

static void check_filled(int channels, const unsigned char *colours, const unsigned char *alpha,
                         const unsigned char *made, const unsigned char *out)
{
    for (int i = 0; i < N; i++) {
        for (int c = 0; c < channels; c++)
            assert_int_equal(out[(channels + 1) * i + c],
                             alpha[i] == 0 ? made[c * N + i] : colours[c * N + i]);
        assert_int_equal(out[(channels + 1) * i + channels], alpha[i] == 0 ? 255 : alpha[i]);
    }
}

static void only_the_hole_is_filled_and_it_becomes_opaque(void **state)
{
    (void)state;
    unsigned char planes[4 * N], given[4 * N], made[3 * N], out[MOST];
    save_model("inpaint", "conv 5 k3 p1, leaky_relu 0.2, conv 3 k3 p1", 3);
    restorer r = open_saved();
    draw(planes, 3 * N);
    make_hole(planes + 3 * N);
    for (int i = 0; i < N; i++) {
        bool hole = planes[3 * N + i] == 0;
        for (int c = 0; c < 3; c++)
            given[c * N + i] = hole ? 128 : planes[c * N + i];
        given[3 * N + i] = hole ? 255 : 0;
    }
    make(&r, given, made);
    assert_int_equal(repair(&r, &(picture){ 4, H, W, planes }, out), 4);
    check_filled(3, planes, planes + 3 * N, made, out);
    /* A grey picture is one whose three colours are the same. */
    unsigned char grey[2 * N];
    memcpy(grey, planes, N);
    memcpy(grey + N, planes + 3 * N, N);
    for (int c = 1; c < 3; c++) {
        memcpy(planes + c * N, planes, N);
        memcpy(given + c * N, given, N);
    }
    make(&r, given, made);
    assert_int_equal(repair(&r, &(picture){ 2, H, W, grey }, out), 4);
    check_filled(3, planes, planes + 3 * N, made, out);
    restorer_close(&r);
}

static void pictures_that_G_cannot_restore_are_refused(void **state)
{
    (void)state;
    unsigned char planes[4 * N];
    memset(planes, 255, sizeof planes);
    save_model("inpaint", "conv 1 k3 p1", 1);
    restorer r = open_saved();
    assert_fails(repaired_check(&r, &(picture){ 4, H, W, planes }, "a.png"), STATUS_USAGE,
                 "a.png: is in colour, and G was trained on grey pictures");
    assert_fails(repaired_check(&r, &(picture){ 2, H, W, planes }, "b.png"), STATUS_USAGE,
                 "b.png: has no hole");
    assert_fails(repaired_check(&r, &(picture){ 1, H, W, planes }, "c.png"), STATUS_USAGE,
                 "c.png: has no hole");
    planes[2 * N - 1] = 0;
    assert_ok(repaired_check(&r, &(picture){ 2, H, W, planes }, "d.png"));
    restorer_close(&r);
    assert_fails(restorer_open(&r, &(generator_options){ .ckpt = "repairs.bin" }, true, &machine),
                 STATUS_USAGE,
                 "its G fills holes in pictures: expected a checkpoint of gan train "
                 "--task upscale");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_gets_the_colours_that_G_makes_of_its_luma),
        cmocka_unit_test(only_the_hole_is_filled_and_it_becomes_opaque),
        cmocka_unit_test(pictures_that_G_cannot_restore_are_refused),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
