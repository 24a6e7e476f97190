/* tests/test_fidelity.c - PSNR and SSIM beside scikit-image's.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "eval/fidelity.h"
#include "eval/patches.h"

enum { MOST = 3 * 28 * 28 };

/* Random bytes of a linear congruential generator. */
static void draw(unsigned char *bytes, int n, uint32_t seed)
{
    for (int i = 0; i < n; i++) {
        seed = (seed * 1103515245u + 12345u) & 0x7fffffffu;
        bytes[i] = (seed >> 16) & 255;
    }
}

/* A slope with a grain, and the same with more of it. */
static void make_pair(unsigned char *a, unsigned char *b, int channels, int height, int width)
{
    unsigned char grain[MOST], noise[MOST];
    int n = channels * height * width;
    draw(grain, n, 12345);
    draw(noise, n, 777);
    for (int i = 0; i < n; i++) {
        int x = i % width, y = i / width % height;
        a[i] = (unsigned char)((5 * x + 3 * y + grain[i] / 4) % 256);
        int sum = a[i] + noise[i] / 8;
        b[i] = (unsigned char)(sum < 255 ? sum : 255);
    }
}

static fidelity measure(const unsigned char *a, const unsigned char *b, int channels, int height,
                        int width, int margin)
{
    arena memory = { 0 };
    fidelity_meter m;
    fidelity_plan(&m, &memory, 28, 28);
    assert_ok(arena_open(&memory));
    fidelity_plan(&m, &memory, 28, 28);
    fidelity f = fidelity_measure(&m, a, b, channels, height, width, margin);
    arena_close(&memory);
    return f;
}

static void assert_close(double got, double expected)
{
    if (isnan(expected) ? !isnan(got) : !(fabs(got - expected) < 1e-9))
        fail_msg("expected %.12g, got %.12g", expected, got);
}

/* scikit-image 0.26: peak_signal_noise_ratio and structural_similarity with data_range=255,
 * gaussian_weights=True, sigma=1.5, use_sample_covariance=False, of the parts within the margin; Y
 * is rgb2ycbcr's first channel. */
static void figures_are_those_of_scikit_image(void **state)
{
    (void)state;
    static const struct {
        int channels, height, width, margin;
        double figures[4]; /* PSNR and SSIM of Y, and of all channels */
    } cases[] = {
        { 1,
          11,
          11,
          0,
          { 23.375412371581223, 0.8970279304687561, 23.375412371581223, 0.8970279304687561 } },
        { 1,
          28,
          28,
          0,
          { 22.947897358392932, 0.9121733512993409, 22.947897358392932, 0.9121733512993409 } },
        { 3,
          19,
          23,
          0,
          { 24.856408390525576, 0.9152240791012555, 22.87761724692691, 0.8940307234509234 } },
        { 3,
          20,
          24,
          4,
          { 25.140024939615863, 0.9191304121610356, 23.084136720182112, 0.9145573603013645 } },
        { 3, 12, 13, 3, { 25.63672061749266, NAN, 23.21974471312229, NAN } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char a[MOST], b[MOST];
        int c = cases[i].channels, h = cases[i].height, w = cases[i].width;
        make_pair(a, b, c, h, w);
        fidelity f = measure(a, b, c, h, w, cases[i].margin);
        assert_close(f.psnr_y, cases[i].figures[0]);
        assert_close(f.ssim_y, cases[i].figures[1]);
        assert_close(f.psnr, cases[i].figures[2]);
        assert_close(f.ssim, cases[i].figures[3]);
    }
}

static void equal_pictures_are_perfect(void **state)
{
    (void)state;
    unsigned char a[MOST], b[MOST];
    make_pair(a, b, 3, 28, 28);
    fidelity f = measure(a, a, 3, 28, 28, 2);
    assert_true(isinf(f.psnr) && isinf(f.psnr_y));
    assert_close(f.ssim, 1);
    assert_close(f.ssim_y, 1);
}

static void the_order_of_the_two_does_not_matter(void **state)
{
    (void)state;
    unsigned char a[MOST], b[MOST];
    make_pair(a, b, 3, 28, 28);
    fidelity f = measure(a, b, 3, 28, 28, 0), g = measure(b, a, 3, 28, 28, 0);
    assert_close(f.psnr, g.psnr);
    assert_close(f.ssim, g.ssim);
}

/* The window of 11 x 11 has to fit in; the smallest picture has it once. */
static void a_picture_without_room_for_the_window_has_no_similarity(void **state)
{
    (void)state;
    unsigned char a[MOST], b[MOST];
    make_pair(a, b, 1, 28, 28);
    assert_true(isnan(measure(a, b, 1, 10, 28, 0).ssim));
    assert_true(isnan(measure(a, b, 1, 8, 28, 0).ssim));
    assert_true(isnan(measure(a, b, 1, 28, 10, 0).ssim));
    assert_true(isnan(measure(a, b, 1, 28, 8, 0).ssim));
    assert_true(isnan(measure(a, b, 1, 12, 12, 1).ssim));
    assert_true(isfinite(measure(a, b, 1, 11, 11, 0).ssim));
    assert_true(isfinite(measure(a, b, 1, 28, 10, 0).psnr));
}

static void a_margin_is_left_out(void **state)
{
    (void)state;
    unsigned char a[MOST], b[MOST];
    make_pair(a, b, 1, 28, 28);
    memcpy(b, a, sizeof b);
    for (int i = 0; i < 28; i++) {
        a[i] ^= 255;
        a[27 * 28 + i] ^= 255;
        a[i * 28] ^= 128;
        a[i * 28 + 27] ^= 128;
    }
    assert_true(isfinite(measure(a, b, 1, 28, 28, 0).psnr));
    assert_true(isinf(measure(a, b, 1, 28, 28, 1).psnr));
}

/* ---- patches ---- */

static void assert_begins(const float *patch, int byte)
{
    assert_true(fabsf(patch[0] - (float)(2 * byte - 255) / 255.0f) < 1e-6f);
}

static void patches_lie_on_a_grid_and_are_spread_over_it(void **state)
{
    (void)state;
    enum { H = 20, W = 25 };
    unsigned char planes[H * W];
    float out[6 * PATCH_SIZE];
    draw(planes, H * W, 5);
    assert_int_equal(patches_of(1, H, W), 6);
    patches_take(6, 0, planes, 1, H, W, out);
    assert_begins(out, planes[0]);
    assert_begins(out + 1, planes[1]);
    assert_begins(out + PATCH_SIDE, planes[W]);
    assert_begins(out + 5 * PATCH_SIZE, planes[8 * W + 16]);
    /* Fewer are every second of the same, and another picture's begin one further. */
    patches_take(3, 1, planes, 1, H, W, out);
    assert_begins(out, planes[8]);
    assert_begins(out + PATCH_SIZE, planes[8 * W]);
    assert_begins(out + 2 * PATCH_SIZE, planes[8 * W + 16]);
}

static void many_pictures_have_few_patches_each_and_small_ones_none(void **state)
{
    (void)state;
    assert_int_equal(patches_of(1, 2000, 3000), PATCHES_MOST);
    assert_int_equal(patches_of(100, 2000, 3000), PATCHES_MOST / 100);
    assert_int_equal(patches_of(1000000, 2000, 3000), 1);
    assert_int_equal(patches_of(3, 7, 900), 0);
}

static void patches_of_colour_are_its_luma(void **state)
{
    (void)state;
    unsigned char planes[3 * 64];
    float out[PATCH_SIZE];
    draw(planes, 3 * 64, 9);
    patches_take(1, 0, planes, 3, 8, 8, out);
    for (int i = 0; i < 64; i++) {
        double luma = 0.299 * planes[i] + 0.587 * planes[64 + i] + 0.114 * planes[128 + i];
        assert_true(fabs((double)out[i] - (2 * luma - 255) / 255) < 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_scikit_image),
        cmocka_unit_test(equal_pictures_are_perfect),
        cmocka_unit_test(the_order_of_the_two_does_not_matter),
        cmocka_unit_test(a_picture_without_room_for_the_window_has_no_similarity),
        cmocka_unit_test(a_margin_is_left_out),
        cmocka_unit_test(patches_lie_on_a_grid_and_are_spread_over_it),
        cmocka_unit_test(many_pictures_have_few_patches_each_and_small_ones_none),
        cmocka_unit_test(patches_of_colour_are_its_luma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
