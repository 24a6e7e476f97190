/* tests/test_trial.c - test pictures, made poorer and compared with what became of them.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <string.h>

#include "game/saved.h"
#include "train/trial.h"

#include "base/banned.h"

enum { UPSCALE = 1, COLORIZE, INPAINT }; /* rows of game/task.c */
enum { CHANNELS = 3, HEIGHT = 17, WIDTH = 14, TALL = 9, SIDE = 5, PICTURES = 3 };

static compute machine;
static unsigned char pixels[CHANNELS * (HEIGHT * WIDTH + HEIGHT * SIDE + TALL * SIDE)];
static char path[] = "test";
static image_area areas[PICTURES + 1] = {
    { .height = HEIGHT, .width = WIDTH },
    { .at = CHANNELS * HEIGHT * WIDTH, .height = HEIGHT, .width = SIDE },
    { .at = CHANNELS * HEIGHT * (WIDTH + SIDE), .height = TALL, .width = SIDE },
    { .at = sizeof pixels },
};
static const dataset pictures = { .count = PICTURES,
                                  .channels = CHANNELS,
                                  .height = 4,
                                  .width = 4,
                                  .pixels = pixels,
                                  .crop = 4,
                                  .areas = areas,
                                  .path = path };

static int open_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(1 + i * 37 % 251);
    return compute_open(&machine, NULL, 1) == STATUS_OK ? 0 : 1;
}

static int close_all(void **state)
{
    (void)state;
    compute_close(&machine);
    return 0;
}

static void begin(trial *t, arena *a, int kind, int scale)
{
    *a = (arena){ 0 };
    assert_ok(trial_open(t, &pictures, kind, scale, 1, PICTURES, &machine));
    trial_plan(t, a);
    assert_ok(arena_open(a));
    trial_plan(t, a);
}

static void end(trial *t, arena *a)
{
    trial_close(t);
    arena_close(a);
}

static size_t area_of(const trial *t)
{
    return (size_t)t->height * (size_t)t->width;
}

static void the_original_is_cut_down_to_a_multiple_of_the_scale(void **state)
{
    (void)state;
    trial t;
    arena a;
    begin(&t, &a, UPSCALE, 4);
    assert_int_equal(t.most_area, 16 * 12);
    assert_int_equal(t.most_width, 12);
    for (int i = 0; i < PICTURES; i++) {
        const int height = i < 2 ? 16 : 8, width = i == 0 ? 12 : 4;
        assert_ok(trial_take(&t, i));
        assert_int_equal(t.height, height);
        assert_int_equal(t.width, width);
        assert_int_equal(t.poor.height, height / 4);
        assert_int_equal(t.poor.width, width / 4);
        assert_int_equal(t.poor.channels, CHANNELS);
        const unsigned char *whole = pixels + areas[i].at;
        for (int c = 0; c < CHANNELS; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    assert_int_equal(t.original[(c * height + y) * width + x],
                                     whole[(c * areas[i].height + y) * areas[i].width + x]);
    }
    end(&t, &a);
}

static void pictures_below_the_scale_are_refused_where_it_counts(void **state)
{
    (void)state;
    trial t;
    assert_ok(trial_open(&t, &pictures, UPSCALE, SIDE, 1, PICTURES, &machine));
    trial_close(&t);
    assert_fails(trial_open(&t, &pictures, UPSCALE, SIDE + 1, 1, PICTURES, &machine), STATUS_USAGE,
                 "test: its pictures are smaller than 6 x 6 pixels");
    assert_ok(trial_open(&t, &pictures, UPSCALE, SIDE + 1, 1, 1, &machine)); /* the first alone */
    assert_int_equal(t.count, 1);
    trial_close(&t);
    assert_ok(trial_open(&t, &pictures, COLORIZE, SIDE + 1, 1, PICTURES + 1, &machine));
    assert_int_equal(t.count, PICTURES);
    assert_int_equal(t.scale, 1);
    trial_close(&t);
}

static void a_grey_copy_is_kept_in_all_colours(void **state)
{
    (void)state;
    trial t;
    arena a;
    begin(&t, &a, COLORIZE, 1);
    for (int i = 0; i < PICTURES; i++) {
        assert_ok(trial_take(&t, i));
        assert_int_equal(t.poor.channels, 1);
        trial_keep(&t);
        for (size_t c = 0; c < CHANNELS; c++)
            assert_memory_equal(t.result + c * area_of(&t), t.poor.planes, area_of(&t));
    }
    end(&t, &a);
}

/* A hole is transparent in the copy; what is around it is the original. */
static void a_copy_with_a_hole_is_kept_as_it_is(void **state)
{
    (void)state;
    trial t;
    arena a;
    begin(&t, &a, INPAINT, 1);
    for (int i = 0; i < PICTURES; i++) {
        int holes = 0;
        assert_ok(trial_take(&t, i));
        size_t area = area_of(&t);
        assert_int_equal(t.poor.channels, CHANNELS + 1);
        trial_keep(&t);
        assert_memory_equal(t.result, t.poor.planes, CHANNELS * area);
        for (size_t k = 0; k < area; k++) {
            unsigned char alpha = t.poor.planes[CHANNELS * area + k];
            assert_true(alpha == 0 || alpha == 255);
            holes += alpha == 0;
            for (size_t c = 0; alpha == 255 && c < CHANNELS; c++)
                assert_int_equal(t.result[c * area + k], t.original[c * area + k]);
        }
        assert_in_range(holes, 1, area - 1);
    }
    end(&t, &a);
}

/* An error of 1 in each byte is 20 log10(255) dB; a picture without one counts as 100 dB. */
static void the_figures_are_means_over_the_pictures_that_have_them(void **state)
{
    (void)state;
    trial t;
    arena a;
    trial_sums sums = { 0 };
    fidelity f = trial_means(&sums);
    assert_true(isnan(f.psnr) && isnan(f.psnr_y) && isnan(f.ssim) && isnan(f.ssim_y));
    begin(&t, &a, UPSCALE, 1);
    assert_ok(trial_take(&t, 0));
    memcpy(t.result, t.original, CHANNELS * area_of(&t));
    trial_add(&t, &sums);
    f = trial_means(&sums);
    assert_true(f.psnr == 100 && f.psnr_y == 100 && f.ssim == 1 && f.ssim_y == 1);
    assert_ok(trial_take(&t, 2)); /* too small for an SSIM */
    for (size_t k = 0; k < CHANNELS * area_of(&t); k++)
        t.result[k] = (unsigned char)(t.original[k] - 1);
    trial_add(&t, &sums);
    f = trial_means(&sums);
    assert_true(fabs(f.psnr - (100 + 20 * log10(255)) / 2) < 1e-9);
    assert_true(f.psnr_y > f.psnr && f.psnr_y < 100); /* luma's steps are smaller than 1 */
    assert_true(f.ssim == 1 && f.ssim_y == 1);
    end(&t, &a);
}

static void save_enlarger(const char *to)
{
    model m = { 0 };
    arena a = { 0 };
    model_options o;
    option_defaults(&model_option_table, &o);
    o.task = UPSCALE;
    o.scale = 2;
    o.crop = 4;
    o.generator = "conv 12 k3 p1, pixel_shuffle 2";
    const data_identity data = {
        .kind = SAMPLE_IMAGE, .count = 256, .channels = CHANNELS, .height = 4, .width = 4
    };
    assert_ok(model_open(&m, &o, &data));
    assert_ok(model_open_memory(&m, &a, MODEL_TRAINS));
    model_init(&m, machine.kernels);
    assert_ok(model_save(&m, to));
    model_close(&m);
    arena_close(&a);
}

static void all_memory_is_reserved_before_the_first_picture(void **state)
{
    (void)state;
    trial t;
    restorer by;
    arena a = { 0 };
    save_enlarger("enlarger.bin");
    assert_ok(restorer_open(&by, &(generator_options){ .ckpt = "enlarger.bin" }, &machine));
    assert_ok(trial_open(&t, &pictures, UPSCALE, 2, 1, PICTURES, &machine));
    assert_ok(trial_reserve(&t, &by));
    trial_plan(&t, &a);
    assert_ok(arena_open(&a));
    trial_plan(&t, &a);
    const void *sized = t.sized.block, *restoring = t.restoring.block;
    assert_true(sized && restoring);
    for (int i = PICTURES - 1; i >= 0; i--) {
        assert_ok(trial_take(&t, i));
        assert_ok(trial_restore(&t, &by));
        assert_ptr_equal(t.sized.block, sized);
        assert_ptr_equal(t.restoring.block, restoring);
    }
    end(&t, &a);
    restorer_close(&by);
}

static void there_is_room_for_a_patch_of_each_picture(void **state)
{
    (void)state;
    assert_int_equal(trial_most_patches(&(trial){ .count = 2 }), PATCHES_MOST);
    assert_int_equal(trial_most_patches(&(trial){ .count = PATCHES_MOST + 1 }), PATCHES_MOST + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_original_is_cut_down_to_a_multiple_of_the_scale),
        cmocka_unit_test(pictures_below_the_scale_are_refused_where_it_counts),
        cmocka_unit_test(a_grey_copy_is_kept_in_all_colours),
        cmocka_unit_test(a_copy_with_a_hole_is_kept_as_it_is),
        cmocka_unit_test(the_figures_are_means_over_the_pictures_that_have_them),
        cmocka_unit_test(all_memory_is_reserved_before_the_first_picture),
        cmocka_unit_test(there_is_room_for_a_patch_of_each_picture),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
