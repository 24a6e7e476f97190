/* tests/test_fit.c - pictures in the channels and the size of a data set.
 *
 * tests/golden/make_pictures.py made the expected areas, with whole matrices of weights.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "data/fit.h"
#include "data/options.h"
#include "golden/pictures.h"
#include "whole_picture.h"

#define LENGTH(x) (sizeof(x) / sizeof *(x))

/* Fits w x h pixels, stored with that orientation. */
static void fit_pixels(const fit_target *target, int w, int h, int channels, int orientation,
                       const unsigned char *bytes, unsigned char *out)
{
    fit f;
    const bitmap_form form = {
        .width = w, .height = h, .channels = channels, .orientation = orientation
    };
    fit_start(&f, target, out);
    const bitmap_sink sink = fit_sink(&f);
    assert_ok(sink.begin(sink.context, &form));
    for (int y = 0; y < h; y++)
        sink.row(sink.context, bytes + (size_t)y * (size_t)w * (size_t)channels);
    fit_free(&f);
}

static void areas_are_averaged_as_by_whole_matrices(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_fits); i++) {
        unsigned char out[3 * 64];
        size_t n = (size_t)golden_fits[i].to_width * (size_t)golden_fits[i].to_height *
                   (size_t)golden_fits[i].channels;
        const fit_target target = { .channels = golden_fits[i].channels,
                                    .height = golden_fits[i].to_height,
                                    .width = golden_fits[i].to_width,
                                    .mode = golden_fits[i].fitting,
                                    .background = golden_fits[i].channels == 3
                                                      ? (rgb){ 10, 20, 30 }
                                                      : (rgb){ 10, 10, 10 } };
        fit_pixels(&target, golden_fits[i].width, golden_fits[i].height, golden_fits[i].channels, 1,
                   golden_fits[i].from, out);
        assert_memory_equal(out, golden_fits[i].to, n);
    }
}

/* Stores the upright picture (h, w, channels) so that this orientation turns it back. */
static void lay_down(const unsigned char *upright, int w, int h, int channels, int orientation,
                     unsigned char *stored)
{
    whole_picture p = { .width = w, .height = h, .channels = channels, .bytes = stored };
    /* The orientation that undoes another; 6 and 8 undo each other. */
    p.form.orientation = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
    p.form.width = w;
    p.form.height = h;
    if (bitmap_is_on_its_side(orientation)) {
        p.width = h;
        p.height = w;
    }
    for (int y = 0; y < h; y++)
        whole_row(&p, upright + (size_t)y * (size_t)w * (size_t)channels);
}

static void a_picture_of_any_orientation_becomes_what_the_upright_one_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_fits); i++)
        for (int orientation = 1; orientation <= 8; orientation++) {
            unsigned char stored[64 * 48 * 3], out[3 * 64];
            int w = golden_fits[i].width, h = golden_fits[i].height, c = golden_fits[i].channels;
            const fit_target target = { .channels = c,
                                        .height = golden_fits[i].to_height,
                                        .width = golden_fits[i].to_width,
                                        .mode = golden_fits[i].fitting,
                                        .background =
                                            c == 3 ? (rgb){ 10, 20, 30 } : (rgb){ 10, 10, 10 } };
            bool turned = bitmap_is_on_its_side(orientation);
            lay_down(golden_fits[i].from, w, h, c, orientation, stored);
            fit_pixels(&target, turned ? h : w, turned ? w : h, c, orientation, stored, out);
            assert_memory_equal(out, golden_fits[i].to,
                                (size_t)(target.width * target.height * target.channels));
        }
}

/* The largest possible sums. */
static void the_mean_of_white_is_white_at_any_size(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 65500, 2 }, { 2, 65500 }, { 8192, 8192 }, { 3, 1 } };
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        size_t n = (size_t)sizes[i][0] * (size_t)sizes[i][1];
        unsigned char *white = malloc(n), out[9];
        assert_non_null(white);
        memset(white, 255, n);
        for (int mode = FIT_CROP; mode <= FIT_PAD; mode++) {
            const fit_target target = { 1, 3, 3, (fit_mode)mode, { 255, 255, 255 } };
            fit_pixels(&target, sizes[i][0], sizes[i][1], 1, 1 + (int)i, white, out);
            for (int k = 0; k < 9; k++)
                assert_int_equal(out[k], 255);
        }
        free(white);
    }
}

/* Converts a row of n pixels, n at most 3, whose size does not change; out has planes. */
static void convert(int channels, rgb background, int from, const unsigned char *pixels, int n,
                    unsigned char *out)
{
    const fit_target target = { channels, 1, n, FIT_CROP, background };
    fit_pixels(&target, n, 1, from, 1, pixels, out);
}

static void a_picture_is_laid_on_its_background(void **state)
{
    (void)state;
    const rgb background = { 200, 100, 50 };
    const unsigned char rgba[] = { 10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128 };
    const unsigned char on_it[3][3] = { { 10, 200, 105 }, { 20, 100, 60 }, { 30, 50, 40 } };
    const unsigned char grey_alpha[] = { 10, 255, 10, 0, 10, 128 };
    const unsigned char colour[] = { 10, 200, 105, 10, 100, 55, 10, 50, 30 };
    unsigned char out[9];
    convert(3, background, 4, rgba, 3, out);
    assert_memory_equal(out, on_it, 9);
    convert(1, background, 4, rgba, 3, out);
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            out[i], (int)(0.299 * on_it[0][i] + 0.587 * on_it[1][i] + 0.114 * on_it[2][i] + 0.5));
    convert(3, background, 2, grey_alpha, 3, out);
    assert_memory_equal(out, colour, 9);
}

static void a_background_has_a_name_or_six_digits(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        rgb colour;
    } good[] = { { "white", { 255, 255, 255 } },      { "black", { 0, 0, 0 } },
                 { "012345", { 0x01, 0x23, 0x45 } },  { "6789ab", { 0x67, 0x89, 0xab } },
                 { "#cdefAB", { 0xcd, 0xef, 0xab } }, { "CDEF00", { 0xcd, 0xef, 0x00 } } };
    static const char *const bad[] = { "",        "#",      "white ", "White",   "01234",
                                       "0123456", "#01234", "01234g", "##01234", "0x0123",
                                       "01234/",  "01234:", "01234@", "01234G",  "01234`" };
    rgb got;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_ok(image_background(good[i].word, &got));
        assert_memory_equal(&got, &good[i].colour, sizeof got);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(image_background(bad[i], &got), STATUS_USAGE, bad[i]);
}

static void grey_stays_the_same_grey(void **state)
{
    (void)state;
    for (int v = 0; v < 256; v++) {
        const unsigned char x[] = { (unsigned char)v, (unsigned char)v, (unsigned char)v };
        unsigned char out[3];
        convert(1, (rgb){ 0, 0, 0 }, 3, x, 1, out);
        assert_int_equal(out[0], v);
        convert(3, (rgb){ 0, 0, 0 }, 1, x, 1, out);
        assert_memory_equal(out, x, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_are_averaged_as_by_whole_matrices),
        cmocka_unit_test(a_picture_of_any_orientation_becomes_what_the_upright_one_does),
        cmocka_unit_test(the_mean_of_white_is_white_at_any_size),
        cmocka_unit_test(a_picture_is_laid_on_its_background),
        cmocka_unit_test(a_background_has_a_name_or_six_digits),
        cmocka_unit_test(grey_stays_the_same_grey),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
