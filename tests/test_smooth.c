/* tests/test_smooth.c - pictures in memory, and enlarged by the bicubic filter.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "image/enlarge.h"
#include "image/labels.h"
#include "image/smooth.h"
#include "whole_picture.h"

#define PICTURES GAN_SOURCE_DIR "/tests/golden/pictures/"

/* Random bytes of a linear congruential generator. */
static void draw(unsigned char *bytes, int n)
{
    uint32_t x = 12345;
    for (int i = 0; i < n; i++) {
        x = (x * 1103515245u + 12345u) & 0x7fffffffu;
        bytes[i] = (x >> 16) & 255;
    }
}

/* Enlarges the planes to `out` (channels, height scale, width scale). */
static void enlarge_planes(const picture *p, int scale, unsigned char *out)
{
    arena a = { 0 };
    smooth s;
    unsigned char line[1024];
    smooth_plan(&s, &a, p, scale);
    assert_ok(arena_open(&a));
    smooth_plan(&s, &a, p, scale);
    png_picture png = smooth_png(&s);
    for (int y = 0; y < png.height; y++) {
        png.line(png.from, y, line);
        for (int c = 0; c < png.channels; c++)
            for (int x = 0; x < png.width; x++)
                out[(c * png.height + y) * png.width + x] = line[x * png.channels + c];
    }
    arena_close(&a);
}

static void assert_near(const unsigned char *got, const int *expected, int n, int most)
{
    for (int i = 0; i < n; i++)
        if (abs(got[i] - expected[i]) > most)
            fail_msg("byte %d: expected %d, got %d", i, expected[i], got[i]);
}

/* Pillow 13.0: Image.fromarray(a).resize(..., BICUBIC) of the same bytes. It rounds twice, so a
 * level of difference is allowed. */
static void opaque_pictures_are_those_of_pillow(void **state)
{
    (void)state;
    static const int rgb[] = {
        255, 187, 36,  0,   72,  131, 166, 183, 193, 151, 63,  33,  65,  104, 144, 162, 53,  76,
        122, 115, 51,  46,  95,  118, 47,  88,  176, 177, 86,  50,  64,  72,  174, 188, 217, 212,
        168, 114, 55,  28,  235, 235, 237, 228, 206, 145, 51,  7,   15,  38,  85,  77,  10,  18,
        96,  131, 40,  55,  90,  96,  71,  68,  86,  95,  91,  93,  100, 136, 200, 174, 67,  20,
        158, 140, 94,  124, 233, 213, 73,  11,  232, 192, 73,  61,  168, 180, 104, 69,  255, 216,
        63,  32,  137, 164, 118, 97,  31,  21,  0,   38,  146, 197, 192, 191, 29,  19,  0,   29,
        117, 159, 157, 156, 25,  16,  0,   8,   54,  78,  82,  84,  51,  45,  31,  26,  30,  52,
        89,  105, 103, 102, 98,  81,  50,  84,  177, 218, 128, 129, 130, 107, 59,  99,  218, 255
    };
    static const int grey[] = { 243, 220, 157, 66, 4, 14, 59, 101, 134, 163, 170, 130, 72, 31, 16,
                                243, 220, 157, 66, 4, 14, 59, 101, 134, 163, 170, 130, 72, 31, 16,
                                243, 220, 157, 66, 4, 14, 59, 101, 134, 163, 170, 130, 72, 31, 16 };
    unsigned char planes[36], out[1024];
    draw(planes, 36);
    enlarge_planes(&(picture){ 3, 3, 4, planes }, 2, out);
    assert_near(out, rgb, 3 * 6 * 8, 1);
    enlarge_planes(&(picture){ 1, 1, 5, planes }, 3, out);
    assert_near(out, grey, 3 * 15, 1);
}

/* Pillow's resize in mode "F" of alpha and of each colour times alpha, one direction after the
 * other, each cut off at 0 and its most; the second divided by the first with NumPy. */
static void colours_count_as_much_as_they_are_opaque(void **state)
{
    (void)state;
    static const int expected[] = { 0, 0,   0,   23,  77,  103, 0, 0,   0,   34,  97,  126,
                                    0, 0,   2,   64,  140, 171, 0, 0,   4,   87,  164, 194,
                                    0, 70,  74,  129, 209, 248, 0, 89,  92,  124, 166, 186,
                                    0, 160, 156, 123, 78,  65,  0, 240, 226, 122, 29,  3,
                                    0, 103, 101, 86,  30,  3,   0, 106, 104, 89,  50,  33,
                                    0, 117, 116, 107, 93,  91,  0, 129, 128, 121, 117, 121,
                                    0, 51,  208, 255, 255, 255, 0, 43,  176, 236, 251, 255,
                                    0, 27,  113, 184, 238, 255, 0, 19,  81,  157, 232, 255 };
    static const unsigned char alpha[] = { 0, 255, 255, 0, 128, 255 };
    unsigned char planes[24], out[1024];
    draw(planes, 24);
    memcpy(planes + 18, alpha, sizeof alpha);
    enlarge_planes(&(picture){ 4, 2, 3, planes }, 2, out);
    assert_near(out, expected, 4 * 4 * 6, 1);
}

static void a_colour_that_nobody_sees_does_not_matter(void **state)
{
    (void)state;
    enum { H = 5, W = 6 };
    unsigned char planes[2][4 * H * W], out[2][4 * H * W * 9];
    for (int k = 0; k < 2; k++) {
        draw(planes[k], 4 * H * W);
        for (int i = 0; i < H * W; i++)
            if (planes[k][3 * H * W + i] < 128) {
                planes[k][3 * H * W + i] = 0;
                for (int c = 0; c < 3; c++)
                    planes[k][c * H * W + i] = k ? 255 : 0;
            }
        enlarge_planes(&(picture){ 4, H, W, planes[k] }, 3, out[k]);
    }
    assert_memory_equal(out[0], out[1], sizeof out[0]);
}

static void what_overshoots_is_cut_off(void **state)
{
    (void)state;
    enum { SIDE = 8, SCALE = 4 };
    unsigned char plane[SIDE * SIDE];
    const picture p = { 1, SIDE, SIDE, plane };
    for (int turned = 0; turned < 2; turned++) {
        arena a = { 0 };
        smooth s;
        float least = 255, most = 0;
        for (int i = 0; i < SIDE * SIDE; i++)
            plane[i] = (turned ? i / SIDE : i % SIDE) < SIDE / 2 ? 0 : 255;
        smooth_plan(&s, &a, &p, SCALE);
        assert_ok(arena_open(&a));
        smooth_plan(&s, &a, &p, SCALE);
        for (int y = 0; y < SIDE * SCALE; y++) {
            const float *line = smooth_line(&s, y);
            for (int x = 0; x < SIDE * SCALE; x++) {
                least = line[x] < least ? line[x] : least;
                most = line[x] > most ? line[x] : most;
            }
        }
        assert_true(least == 0 && most == 255);
        arena_close(&a);
    }
}

/* Each gets the colour of one of the visible pixels that are fewest steps away. */
static void a_hidden_pixel_gets_the_colour_of_a_near_one(void **state)
{
    (void)state;
    enum { H = 7, W = 9, PIXELS = H * W };
    for (int round = 0; round < 50; round++) {
        unsigned char planes[2 * PIXELS], *alpha = planes + PIXELS, given[2 * PIXELS];
        picture p = { 2, H, W, planes };
        bool any = false;
        draw(given, PIXELS);
        for (int i = 0; i < PIXELS; i++) {
            given[i] = (unsigned char)(i + 1); /* its place */
            given[PIXELS + i] = (unsigned)(i * 37 + round * 11) * 2654435761u >> 24 < 20 ? 9 : 0;
            any |= given[PIXELS + i] > 0;
        }
        memcpy(planes, given, sizeof planes);
        assert_ok(picture_cover(&p));
        assert_memory_equal(alpha, given + PIXELS, PIXELS);
        for (int i = 0; any && i < PIXELS; i++) {
            int from = planes[i] - 1, least = H + W;
            assert_true(alpha[from] > 0);
            for (int k = 0; k < PIXELS; k++) {
                int steps = abs(k / W - i / W) + abs(k % W - i % W);
                least = alpha[k] > 0 && steps < least ? steps : least;
            }
            assert_int_equal(abs(from / W - i / W) + abs(from % W - i % W), least);
        }
    }
}

static void an_opaque_alpha_changes_no_colour(void **state)
{
    (void)state;
    enum { H = 5, W = 6, LARGE = H * W * 16 };
    unsigned char planes[4 * H * W], with[4 * LARGE], without[3 * LARGE];
    draw(planes, 3 * H * W);
    memset(planes + 3 * H * W, 255, H * W);
    enlarge_planes(&(picture){ 4, H, W, planes }, 4, with);
    enlarge_planes(&(picture){ 3, H, W, planes }, 4, without);
    for (int i = 0; i < 3 * LARGE; i++)
        assert_true(abs(with[i] - without[i]) <= 1);
    for (int i = 0; i < LARGE; i++)
        assert_int_equal(with[3 * LARGE + i], 255);
}

/* ---- pictures in memory ---- */

static void read_picture(picture *p, const char *name)
{
    picture_file f;
    char path[512];
    snprintf(path, sizeof path, PICTURES "%s", name);
    assert_ok(picture_load(&f, path));
    assert_ok(picture_decode(p, &f));
    assert_int_equal(p->width, f.header.width);
    assert_int_equal(p->height, f.header.height);
    picture_unload(&f);
}

static void a_picture_in_memory_is_upright(void **state)
{
    (void)state;
    static const char *const names[] = { "turned.png",    "rgb-8.png",  "turned-6.jpg",
                                         "rgba-8.png",    "grey-8.png", "grey-alpha-8.png",
                                         "interlaced.png" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        picture p;
        whole_picture w;
        bitmap_file f;
        unsigned char *bytes, line[4096];
        char path[512];
        snprintf(path, sizeof path, PICTURES "%s", names[i]);
        assert_ok(file_read(path, 1 << 20, &bytes, &f.n));
        f.path = path;
        f.bytes = bytes;
        if (read_whole(&w, &f) == STATUS_OK) { /* else a library is missing */
            read_picture(&p, names[i]);
            png_picture png = picture_png(&p);
            assert_int_equal(png.channels, w.channels);
            for (int y = 0; y < p.height; y++) {
                size_t n = (size_t)w.width * (size_t)w.channels;
                png.line(png.from, y, line);
                assert_memory_equal(line, w.bytes + (size_t)y * n, n);
            }
            picture_free(&p);
        }
        free(w.bytes);
        free(bytes);
    }
}

/* What row 0 and column 0 of a stored picture of 2 x 3 pixels are, by EXIF 2.32. */
static void every_orientation_is_turned_upright(void **state)
{
    (void)state;
    static const char *const upright[9] = {
        [1] = "abcdef", [2] = "badcfe", [3] = "fedcba", [4] = "efcdab",
        [5] = "acebdf", [6] = "ecafdb", [7] = "fdbeca", [8] = "bdface"
    };
    for (int o = 1; o <= 8; o++) {
        bitmap_position at = bitmap_position_of(o);
        char got[7] = "";
        int width = at.on_its_side ? 3 : 2;
        for (int i = 0; i < 6; i++) {
            int x = at.mirrored_x ? 1 - i % 2 : i % 2, y = at.mirrored_y ? 2 - i / 2 : i / 2;
            got[at.on_its_side ? x * width + y : y * width + x] = (char)('a' + i);
        }
        assert_string_equal(got, upright[o]);
    }
}

static void a_broken_picture_leaves_nothing(void **state)
{
    (void)state;
    picture_file f;
    picture p;
    assert_fails(picture_load(&f, "none.png"), STATUS_IO, "none.png");
    picture_unload(&f);
    assert_fails(picture_load(&f, PICTURES "bomb.png"), STATUS_FORMAT, "60000 x 60000");
    picture_unload(&f);
    assert_ok(picture_load(&f, PICTURES "cut.ppm"));
    assert_fails(picture_decode(&p, &f), STATUS_FORMAT, "breaks off");
    assert_null(p.planes);
    picture_unload(&f);
}

/* ---- PNGs of all four kinds ---- */

static void a_png_of_any_channels_is_read_back(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 4; channels++) {
        unsigned char planes[4 * 9 * 7];
        picture p, back;
        picture_file f;
        draw(planes, (int)sizeof planes);
        p = (picture){ channels, 9, 7, planes };
        png_picture png = picture_png(&p);
        for (int photograph = 0; photograph < 2; photograph++) {
            png.is_photograph = photograph;
            assert_ok(png_write("any.png", &png));
            assert_ok(picture_load(&f, "any.png"));
            assert_ok(picture_decode(&back, &f));
            assert_int_equal(back.channels, channels);
            assert_memory_equal(back.planes, planes, (size_t)channels * 9 * 7);
            picture_unload(&f);
            picture_free(&back);
        }
    }
}

/* ---- labels ---- */

static void draw_grey(const void *from, int y, unsigned char *bytes)
{
    memset(bytes, 100 + y, (size_t) * (const int *)from);
}

/* "IT" in the letters of the font 5x8 of X.Org, in a column of 15 pixels, which is too narrow for
 * large ones. */
static void words_stand_above_their_columns(void **state)
{
    (void)state;
    enum { W = 34, H = 2 };
    static const char *const rows[8] = { "...............", "...###..###....", "....#....#.....",
                                         "....#....#.....", "....#....#.....", "....#....#.....",
                                         "...###...#.....", "..............." };
    static const char *const words[] = { "IT", " " };
    static const int width = W;
    unsigned char line[W];
    const labels l = {
        .below = { .width = W, .height = H, .channels = 1, .line = draw_grey, .from = &width },
        .words = words,
        .count = 2,
        .width = 15,
        .gap = 4
    };
    png_picture p = labels_picture(&l);
    assert_int_equal(p.height, H + 8 + 8);
    for (int y = 0; y < 16; y++) {
        p.line(p.from, y, line);
        for (int x = 0; x < 15; x++)
            assert_int_equal(line[x], y >= 4 && y < 12 && rows[y - 4][x] == '#' ? 255 : 0);
        for (int x = 15; x < W; x++)
            assert_int_equal(line[x], 0);
    }
    p.line(p.from, 17, line);
    assert_int_equal(line[3], 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opaque_pictures_are_those_of_pillow),
        cmocka_unit_test(colours_count_as_much_as_they_are_opaque),
        cmocka_unit_test(a_colour_that_nobody_sees_does_not_matter),
        cmocka_unit_test(what_overshoots_is_cut_off),
        cmocka_unit_test(a_hidden_pixel_gets_the_colour_of_a_near_one),
        cmocka_unit_test(an_opaque_alpha_changes_no_colour),
        cmocka_unit_test(a_picture_in_memory_is_upright),
        cmocka_unit_test(every_orientation_is_turned_upright),
        cmocka_unit_test(a_broken_picture_leaves_nothing),
        cmocka_unit_test(a_png_of_any_channels_is_read_back),
        cmocka_unit_test(words_stand_above_their_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
