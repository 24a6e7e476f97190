/* tests/test_restorer.c - G on the tiles of a picture, beside G on the whole picture.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "game/restored.h"
#include "game/saved.h"

static compute computes[2]; /* one thread and three, on other kernels */

static int open_computes(void **state)
{
    (void)state;
    assert_ok(compute_open(&computes[0], "generic", 1));
    assert_ok(compute_open(&computes[1], NULL, 3));
    return 0;
}

static int close_computes(void **state)
{
    (void)state;
    compute_close(&computes[0]);
    compute_close(&computes[1]);
    return 0;
}

enum { UPSCALE = 1, COLORIZE, INPAINT }; /* rows of game/task.c */

/* Saves a new model whose G is that spec. */
static void save_task(const char *path, int kind, const char *spec, int channels, int scale)
{
    model m = { 0 };
    arena a = { 0 };
    model_options o;
    option_defaults(&model_option_table, &o);
    o.task = kind;
    if (scale > 0)
        o.scale = scale;
    o.crop = 12;
    o.generator = spec;
    const data_identity data = {
        .kind = SAMPLE_IMAGE, .count = 256, .channels = channels, .height = 12, .width = 12
    };
    assert_ok(model_open(&m, &o, &data));
    assert_ok(model_open_memory(&m, &a, MODEL_TRAINS));
    model_init(&m, computes[0].kernels);
    assert_ok(model_save(&m, path));
    model_close(&m);
    arena_close(&a);
}

static void save_model(const char *path, const char *spec, int channels, int scale)
{
    save_task(path, UPSCALE, spec, channels, scale);
}

static void draw(unsigned char *bytes, int n)
{
    uint32_t x = 12345;
    for (int i = 0; i < n; i++) {
        x = (x * 1103515245u + 12345u) & 0x7fffffffu;
        bytes[i] = (x >> 16) & 255;
    }
}

/* All lines of the result, (channels, height scale, width scale). */
static float *restore(restorer *r, const unsigned char *planes, int height, int width,
                      restorer_limits limits)
{
    assert_ok(restorer_fit(r, height, width, &limits));
    int scale = restorer_scale(r), channels = r->g->to.channels;
    float *out = calloc((size_t)(channels * height * scale * width * scale), sizeof *out);
    for (int y = 0, band = -1; y < height * scale; y++) {
        if (restorer_band_of(r, y) != band)
            restorer_run(r, planes, ++band);
        for (int c = 0; c < channels; c++)
            memcpy(out + ((ptrdiff_t)c * height * scale + y) * width * scale,
                   restorer_line(r, c, y), (size_t)(width * scale) * sizeof *out);
    }
    return out;
}

static const struct {
    const char *spec;
    int channels, scale, step;
} nets[] = {
    { "conv 6 k3 p1, relu, upsample 2, conv 1 k3 p1, tanh", 1, 2, 1 },
    { "residual, conv 5 k5 p2, leaky_relu 0.2, residual, conv 5 k3 p1, relu, conv 5 k3 p1, add, "
      "conv 27 k3 p1, pixel_shuffle 3, add_enlarged 3",
      3, 3, 1 },
    { "conv 4 k3 p1, batch_norm, relu, conv_transpose 3 k4 s2 p1, conv_transpose 3 k8 s2 p3", 3, 4,
      1 },
    { "conv 5 k4 s2 p1, relu, conv_transpose 4 k4 s2 p1, relu, conv_transpose 3 k4 s2 p1", 3, 2,
      2 },
};
enum { NETS = sizeof nets / sizeof *nets };

static void tiles_are_bit_for_bit_the_whole_picture(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 31, 45 }, { 1, 1 }, { 3, 40 }, { 17, 8 } };
    for (int k = 0; k < NETS; k++) {
        restorer r[2];
        save_model("tiles.bin", nets[k].spec, nets[k].channels, nets[k].scale);
        for (int c = 0; c < 2; c++)
            assert_ok(
                restorer_open(&r[c], &(generator_options){ .ckpt = "tiles.bin" }, &computes[c]));
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            int h = sizes[i][0], w = sizes[i][1], s = nets[k].scale;
            unsigned char planes[3 * 31 * 45];
            size_t bytes = (size_t)(nets[k].channels * h * w * s * s) * sizeof(float);
            draw(planes, nets[k].channels * h * w);
            float *whole = restore(&r[0], planes, h, w, (restorer_limits){ 0, 1000 });
            for (int tile = 1; tile <= 24; tile += tile < 8 ? 3 : 7) {
                float *tiled = restore(&r[1], planes, h, w, (restorer_limits){ 0, tile });
                assert_memory_equal(tiled, whole, bytes);
                free(tiled);
            }
            float *chosen = restore(&r[1], planes, h, w, (restorer_limits){ 1 << 20, 0 });
            assert_memory_equal(chosen, whole, bytes);
            free(chosen);
            free(whole);
        }
        restorer_close(&r[0]);
        restorer_close(&r[1]);
    }
}

/* The values (channels, high, wide) that G is given of planes (channels, height, width), whose last
 * pixels go on to the right and below. */
static float *given_to_G(const unsigned char *planes, int channels, int height, int width, int high,
                         int wide)
{
    float *x = calloc((size_t)(channels * high * wide), sizeof *x);
    for (int c = 0; c < channels; c++)
        for (int i = 0; i < high; i++)
            for (int j = 0; j < wide; j++) {
                int row = i < height ? i : height - 1, col = j < width ? j : width - 1;
                int byte = planes[(c * height + row) * width + col];
                x[(c * high + i) * wide + j] = (float)(2 * byte - 255) / 255.0f;
            }
    return x;
}

/* The running averages of its norms are not those of a new net. A net of strides is given a
 * multiple of its step. */
static void a_whole_picture_is_what_G_makes_of_it(void **state)
{
    (void)state;
    enum { H = 9, W = 14 };
    for (int k = 0; k < NETS; k++) {
        restorer r;
        net n;
        arena a = { 0 };
        unsigned char planes[3 * H * W];
        int channels = nets[k].channels, scale = nets[k].scale, step = nets[k].step;
        int high = (H + step - 1) / step * step, wide = (W + step - 1) / step * step;
        save_model("tiles.bin", nets[k].spec, channels, scale);
        assert_ok(restorer_open(&r, &(generator_options){ .ckpt = "tiles.bin" }, &computes[0]));
        for (size_t i = 0; i < r.g->buffer_count; i++)
            r.g->buffers[i] = 0.25f + (float)i / 8;
        draw(planes, channels * H * W);
        float *out = restore(&r, planes, H, W, (restorer_limits){ 0, 100 });
        assert_ok(net_open(&n, nets[k].spec, (image_shape){ channels, high, wide }, "--generator"));
        net_plan(&n, &a, 1, NET_SAMPLES, false);
        assert_ok(arena_open(&a));
        net_plan(&n, &a, 1, NET_SAMPLES, false);
        memcpy(n.params, r.g->params, n.param_count * sizeof *n.params);
        memcpy(n.buffers, r.g->buffers, n.buffer_count * sizeof *n.buffers);
        float *x = given_to_G(planes, channels, H, W, high, wide);
        const pass p = { .compute = &computes[0] };
        const_view y = net_forward(&n, &p, const_view_of(x, 1, channels * high * wide));
        for (int line = 0; line < channels * H * scale; line++) {
            int c = line / (H * scale), row = line % (H * scale);
            assert_memory_equal(out + (ptrdiff_t)line * W * scale,
                                y.data + ((ptrdiff_t)c * high * scale + row) * wide * scale,
                                (size_t)(W * scale) * sizeof *out);
        }
        free(x);
        free(out);
        net_close(&n);
        arena_close(&a);
        restorer_close(&r);
    }
}

static void memory_stays_within_the_limit(void **state)
{
    (void)state;
    restorer r;
    save_model("tiles.bin", nets[1].spec, 3, 3);
    assert_ok(restorer_open(&r, &(generator_options){ .ckpt = "tiles.bin" }, &computes[1]));
    static const int sizes[][2] = { { 100, 100 }, { 2000, 3000 }, { 20, 60000 }, { 60000, 20 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const restorer_limits limits = { 64 << 20, 0 };
        assert_ok(restorer_fit(&r, sizes[i][0], sizes[i][1], &limits));
        /* Panels of weights, and parts rounded to cache lines, come on top. */
        if (r.arena.size >= limits.memory + (1 << 20))
            fail_msg("%d x %d: %zu bytes", sizes[i][0], sizes[i][1], r.arena.size);
        assert_true(r.rows <= 3);
    }
    restorer_close(&r);
}

static void other_checkpoints_are_refused(void **state)
{
    (void)state;
    restorer r;
    model m = { 0 };
    arena a = { 0 };
    model_options o;
    const data_identity data = {
        .kind = SAMPLE_IMAGE, .count = 256, .channels = 1, .height = 12, .width = 12
    };
    option_defaults(&model_option_table, &o);
    assert_ok(model_open(&m, &o, &data));
    assert_ok(model_open_memory(&m, &a, MODEL_TRAINS));
    assert_ok(model_save(&m, "samples.bin"));
    model_close(&m);
    arena_close(&a);
    assert_fails(restorer_open(&r, &(generator_options){ .ckpt = "samples.bin" }, &computes[0]),
                 STATUS_USAGE, "samples.bin: its G makes samples from z, and restores no pictures");
    restorer_close(&r);
    assert_fails(restorer_open(&r, &(generator_options){ .ckpt = "none.bin" }, &computes[0]),
                 STATUS_IO, "none.bin");
    restorer_close(&r);
}

/* ---- pictures with other channels than G's, and with alpha ---- */

/* Draws all lines (height, width * channels). */
static void draw_as(restorer *r, picture *p, int channels, unsigned char *out)
{
    arena a = { 0 };
    restored s;
    assert_ok(picture_cover(p));
    assert_ok(restorer_fit(r, p->height, p->width, &(restorer_limits){ 0, 5 }));
    restored_plan(&s, &a, r, p);
    assert_ok(arena_open(&a));
    restored_plan(&s, &a, r, p);
    png_picture png = restored_png(&s);
    assert_int_equal(png.channels, channels);
    for (int y = 0; y < png.height; y++)
        png.line(png.from, y, out + (ptrdiff_t)y * png.width * png.channels);
    arena_close(&a);
}

static void draw_all(restorer *r, picture *p, unsigned char *out)
{
    draw_as(r, p, p->channels, out);
}

static void grey_and_colour_go_through_either_kind_of_net(void **state)
{
    (void)state;
    enum { H = 11, W = 13, N = H * W, LARGE = N * 9 };
    for (int of = 1; of <= 3; of += 2) { /* channels of the net */
        restorer r;
        unsigned char planes[4 * N], grey[N], a[4 * LARGE], b[4 * LARGE];
        char spec[128];
        snprintf(spec, sizeof spec,
                 "residual, conv 5 k5 p2, relu, conv %d k3 p1, pixel_shuffle 3, add_enlarged 3",
                 of * 9);
        save_model("kinds.bin", spec, of, 3);
        assert_ok(restorer_open(&r, &(generator_options){ .ckpt = "kinds.bin" }, &computes[1]));
        draw(planes, 4 * N);
        memset(planes + 3 * N, 255, N);
        memcpy(grey, planes, N);
        /* Opaque alpha changes no colour. */
        draw_all(&r, &(picture){ 3, H, W, planes }, a);
        draw_all(&r, &(picture){ 4, H, W, planes }, b);
        for (int i = 0; i < LARGE; i++) {
            for (int c = 0; c < 3; c++)
                assert_true(abs(a[i * 3 + c] - b[i * 4 + c]) <= (of == 3 ? 0 : 1));
            assert_int_equal(b[i * 4 + 3], 255);
        }
        draw_all(&r, &(picture){ 1, H, W, grey }, a);
        /* A grey picture is the luma of the same in three channels, for either net. */
        memcpy(planes + N, grey, N);
        memcpy(planes + 2 * (size_t)N, grey, N);
        draw_all(&r, &(picture){ 3, H, W, planes }, b);
        for (int i = 0; i < LARGE; i++) {
            double luma = 0.299 * b[i * 3] + 0.587 * b[i * 3 + 1] + 0.114 * b[i * 3 + 2];
            /* Values beyond 0 and 255 are cut off before and after. */
            if (b[i * 3] % 255 && b[i * 3 + 1] % 255 && b[i * 3 + 2] % 255)
                assert_true(fabs(a[i] - luma) <= 1.01);
        }
        restorer_close(&r);
    }
}

static void hidden_colours_are_not_seen(void **state)
{
    (void)state;
    enum { H = 11, W = 13, N = H * W, LARGE = N * 4 };
    restorer r;
    unsigned char planes[2][4 * N], out[2][4 * LARGE];
    save_model("kinds.bin", nets[0].spec, 1, 2);
    assert_ok(restorer_open(&r, &(generator_options){ .ckpt = "kinds.bin" }, &computes[1]));
    for (int k = 0; k < 2; k++) {
        draw(planes[k], 4 * N);
        for (int i = 0; i < N; i++)
            if (planes[k][3 * N + i] < 200) {
                planes[k][3 * N + i] = 0;
                for (int c = 0; c < 3; c++)
                    planes[k][c * N + i] = k ? 255 : 0;
            }
        draw_all(&r, &(picture){ 4, H, W, planes[k] }, out[k]);
    }
    assert_memory_equal(out[0], out[1], sizeof out[0]);
    for (int i = 0; i < LARGE; i++)
        if (out[0][4 * i + 3] == 0)
            assert_true(out[0][4 * i] == 0 && out[0][4 * i + 1] == 0 && out[0][4 * i + 2] == 0);
    restorer_close(&r);
}

/* ---- other tasks ---- */

static unsigned char byte_of(float x)
{
    float level = (x + 1) * 127.5f;
    return (unsigned char)(level < 0 ? 0 : level > 255 ? 255 : level + 0.5f);
}

static void holes_are_filled_and_the_rest_stays(void **state)
{
    (void)state;
    enum { H = 9, W = 12, N = H * W };
    restorer r;
    unsigned char planes[4 * N], given[4 * N], out[3 * N];
    save_task("holes.bin", INPAINT, "conv 5 k3 p1, relu, conv 3 k3 p1", 3, 0);
    assert_ok(restorer_open(&r, &(generator_options){ .ckpt = "holes.bin" }, &computes[1]));
    draw(planes, 4 * N);
    for (int i = 0; i < N; i++)
        planes[3 * N + i] = i % W > 3 && i % W < 7 ? 0 : 99;
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 4; c++)
            given[c * N + i] = planes[3 * N + i] ? (c < 3 ? planes[c * N + i] : 0)
                               : c < 3           ? TASK_HOLE
                                                 : 255;
    float *filled = restore(&r, given, H, W, (restorer_limits){ 0, 100 });
    draw_as(&r, &(picture){ 4, H, W, planes }, 3, out);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            assert_int_equal(out[i * 3 + c],
                             planes[3 * N + i] ? planes[c * N + i] : byte_of(filled[c * N + i]));
    /* Without alpha there is no hole. */
    draw_as(&r, &(picture){ 3, H, W, planes }, 3, out);
    for (int i = 0; i < N; i++)
        assert_int_equal(out[i * 3 + 1], planes[N + i]);
    free(filled);
    restorer_close(&r);
}

static void grey_pictures_get_colours(void **state)
{
    (void)state;
    enum { H = 9, W = 12, N = H * W };
    restorer r;
    unsigned char planes[3 * N], of_grey[4 * N], of_colour[3 * N];
    save_task("colours.bin", COLORIZE, "conv 5 k3 p1, relu, conv 3 k3 p1", 3, 0);
    assert_ok(restorer_open(&r, &(generator_options){ .ckpt = "colours.bin" }, &computes[1]));
    draw(planes, N);
    memcpy(planes + N, planes, N);
    memcpy(planes + 2 * (size_t)N, planes, N);
    draw_as(&r, &(picture){ 1, H, W, planes }, 3, of_grey);
    draw_as(&r, &(picture){ 3, H, W, planes }, 3, of_colour);
    assert_memory_equal(of_grey, of_colour, sizeof of_colour);
    float *made = restore(&r, planes, H, W, (restorer_limits){ 0, 100 });
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            assert_int_equal(of_grey[i * 3 + c], byte_of(made[c * N + i]));
    free(made);
    memset(planes + N, 200, N);
    draw_as(&r, &(picture){ 2, H, W, planes }, 4, of_grey);
    for (int i = 0; i < N; i++)
        assert_true(of_grey[i * 4 + 3] == 200 && of_grey[i * 4] == of_colour[i * 3]);
    restorer_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_are_bit_for_bit_the_whole_picture),
        cmocka_unit_test(a_whole_picture_is_what_G_makes_of_it),
        cmocka_unit_test(memory_stays_within_the_limit),
        cmocka_unit_test(other_checkpoints_are_refused),
        cmocka_unit_test(grey_and_colour_go_through_either_kind_of_net),
        cmocka_unit_test(hidden_colours_are_not_seen),
        cmocka_unit_test(holes_are_filled_and_the_rest_stays),
        cmocka_unit_test(grey_pictures_get_colours),
    };
    return cmocka_run_group_tests(tests, open_computes, close_computes);
}
