/* tests/fault/sweep_upscale.c - operations for sweep.h: enlarging a picture, and judging how well.
 *
 * SPDX-License-Identifier: MIT */
#include "sweep.h"

#include "game/restored.h"
#include "game/saved.h"
#include "train/trial.h"

static compute machine;

/* ---- without a model ---- */

static const char *picture_path = GAN_SOURCE_DIR "/tests/golden/pictures/rgba-8.png";

static status read_picture(picture *p)
{
    picture_file f;
    *p = (picture){ 0 };
    status s = picture_load(&f, picture_path);
    if (s == STATUS_OK)
        s = picture_decode(p, &f);
    picture_unload(&f);
    return s == STATUS_OK ? picture_cover(p) : s;
}

static status enlarge_smoothly(void)
{
    picture p;
    arena a = { 0 };
    smooth of;
    status s = read_picture(&p);
    if (s == STATUS_OK) {
        smooth_plan(&of, &a, &p, 3);
        s = arena_open(&a);
    }
    if (s == STATUS_OK) {
        smooth_plan(&of, &a, &p, 3);
        png_picture png = smooth_png(&of);
        s = png_write("file", &png);
    }
    arena_close(&a);
    picture_free(&p);
    return s;
}

/* ---- with one ---- */

static void save_enlarger(void)
{
    model m = { 0 };
    arena a = { 0 };
    model_options o;
    const data_identity data = {
        .kind = SAMPLE_IMAGE, .count = 256, .channels = 3, .height = 8, .width = 8
    };
    option_defaults(&model_option_table, &o);
    o.task = 1;
    o.scale = 2;
    o.crop = 8;
    o.generator = "conv 12 k3 p1, pixel_shuffle 2";
    assert_ok(model_open(&m, &o, &data));
    assert_ok(model_open_memory(&m, &a, MODEL_TRAINS));
    model_init(&m, machine.kernels);
    assert_ok(model_save(&m, "enlarger.bin"));
    model_close(&m);
    arena_close(&a);
}

static status enlarge_by_model(void)
{
    restorer by;
    picture p = { 0 };
    arena a = { 0 };
    restored of;
    status s = restorer_open(&by, &(generator_options){ .ckpt = "enlarger.bin" }, &machine);
    if (s == STATUS_OK)
        s = read_picture(&p);
    if (s == STATUS_OK)
        s = restorer_fit(&by, p.height, p.width, &(restorer_limits){ 1 << 20, 0 });
    if (s == STATUS_OK) {
        restored_plan(&of, &a, &by, &p);
        s = arena_open(&a);
    }
    if (s == STATUS_OK) {
        restored_plan(&of, &a, &by, &p);
        png_picture png = restored_png(&of);
        s = png_write("file", &png);
    }
    arena_close(&a);
    picture_free(&p);
    restorer_close(&by);
    return s;
}

/* Two test pictures of different sizes, as `gan eval` and --eval-every judge them. */
static status judge_pictures(trial *t, restorer *by)
{
    arena a = { 0 };
    trial_sums sums = { 0 };
    TRY(trial_reserve(t, by));
    trial_plan(t, &a);
    TRY(arena_open(&a));
    trial_plan(t, &a);
    status s = STATUS_OK;
    for (int i = 0; i < t->count && s == STATUS_OK; i++) {
        s = trial_take(t, i);
        if (s == STATUS_OK)
            s = trial_restore(t, by);
        if (s == STATUS_OK)
            trial_add(t, &sums);
    }
    arena_close(&a);
    if (s == STATUS_OK)
        assert_true(trial_means(&sums).psnr > 0);
    return s;
}

static status judge_model(void)
{
    static unsigned char pixels[3 * (8 * 10 + 12 * 8)];
    static char path[] = "test";
    static image_area areas[] = { { .height = 8, .width = 10 },
                                  { .at = 240, .height = 12, .width = 8 },
                                  { .at = 528 } };
    const dataset test = { .count = 2,
                           .channels = 3,
                           .height = 8,
                           .width = 8,
                           .pixels = pixels,
                           .crop = 8,
                           .areas = areas,
                           .path = path };
    restorer by;
    trial t;
    memcpy(pixels, new_bytes, sizeof pixels);
    status s = restorer_open(&by, &(generator_options){ .ckpt = "enlarger.bin" }, &machine);
    if (s == STATUS_OK)
        s = trial_open(&t, &test, 1, 2, 1, 2, &machine);
    if (s == STATUS_OK) {
        s = judge_pictures(&t, &by);
        trial_close(&t);
    }
    restorer_close(&by);
    return s;
}

/* A failure after the renaming leaves the new file, which is whole. */
static void the_old_file_or_a_whole_one(bool done)
{
    bool old = holds("file", old_bytes, sizeof old_bytes);
    picture_file f;
    picture p;
    if (!old) {
        assert_ok(picture_load(&f, "file"));
        assert_ok(picture_decode(&p, &f));
        picture_unload(&f);
        picture_free(&p);
    }
    assert_false(done && old);
}

void pictures_are_enlarged_or_not(void **state)
{
    (void)state;
    assert_ok(compute_open(&machine, NULL, 1));
    save_enlarger();
    const operation operations[] = {
        { "enlarge by bicubic", old_file, enlarge_smoothly, the_old_file_or_a_whole_one, STATUS_OK,
          NULL },
        { "enlarge by a model", old_file, enlarge_by_model, the_old_file_or_a_whole_one, STATUS_OK,
          NULL },
        { "judge a model", NULL, judge_model, NULL, STATUS_OK, NULL },
    };
    SWEEP(operations);
    compute_close(&machine);
}
