/* cli/eval_restored.c - test pictures, made smaller and enlarged again by each method.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_restored.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/eval_restored_parts.h"
#include "cli/reading.h"
#include "data/crops.h"
#include "game/saved.h"
#include "train/folder.h"

#include "base/banned.h"

status eval_is_of_restored(bool *restores, const char *ckpt)
{
    checkpoint f;
    model m;
    *restores = false;
    status s = model_open_file(&m, &f, ckpt);
    if (s == STATUS_OK) {
        *restores = m.options.task != TASK_NONE;
        model_close(&m);
    }
    checkpoint_close(&f);
    return s;
}

/* ---- the data ---- */

/* Pictures keep their sizes, as in training; other sets have one size, and may have labels. */
static status open_data(restoration *r, const option_settings *given)
{
    reading shown;
    const image_watch watch = reading_watch(&shown);
    const model *m = &r->model->restorer.model;
    dataset_request q = dataset_request_of(r->options->data, 0);
    q.compute = r->compute;
    q.watch = &watch;
    q.channels = m->data.channels;
    q.crop = m->data.height;
    q.crop_step = r->scale;
    q.memory = (double)r->options->memory;
    q.on_disk = r->options->memory > 0;
    TRY(folder_load_data(r->options->generator.ckpt, &q.where, &q.images, &r->saved));
    TRY(option_apply(given, &image_option_table, SCOPE_RUN, &q.images));
    TRY(dataset_open_with(&r->train, &q));
    if (r->train.kind != DATA_PICTURES) {
        dataset_close(&r->train);
        q.crop = q.crop_step = 0;
        TRY(dataset_open_with(&r->train, &q));
    }
    if (r->train.channels != m->data.channels || r->train.kind == DATA_POINTS)
        return status_fail(STATUS_USAGE, "--data: %s has %d channels, the pictures of %s have %d",
                           r->train.path, r->train.channels, r->options->generator.ckpt,
                           m->data.channels);
    TRY(dataset_open_test(&r->test, &r->train, &q));
    if (r->test.store && (double)dataset_bytes(&r->test) > q.memory)
        return status_fail(STATUS_USAGE,
                           "--memory: expected at least %.0fM, which the test pictures take, got "
                           "%.4gM",
                           ceil((double)dataset_bytes(&r->test) / 1e6), q.memory / 1e6);
    return dataset_load(&r->test);
}

/* The size of a picture, cut down to a multiple of the scale. */
static dataset_picture picture_of(const restoration *r, int i)
{
    dataset_picture p = dataset_picture_of(&r->test, i);
    p.height -= p.height % r->scale;
    p.width -= p.width % r->scale;
    return p;
}

static status measure_data(restoration *r)
{
    int most = r->options->count;
    r->count = r->test.count < most ? r->test.count : most;
    r->side = FIGURE_SIDE;
    for (int i = 0; i < r->count; i++) {
        dataset_picture p = picture_of(r, i);
        int side = p.height < p.width ? p.height : p.width;
        if (side == 0)
            return status_fail(STATUS_USAGE, "%s: its pictures are smaller than %d x %d pixels",
                               r->test.path, r->scale, r->scale);
        size_t area = (size_t)p.height * (size_t)p.width;
        r->most_area = area > r->most_area ? area : r->most_area;
        r->most_width = p.width > r->most_width ? p.width : r->most_width;
        r->side = i < FIGURE_ROWS && side < r->side ? side : r->side;
    }
    r->side -= r->side % r->scale;
    return STATUS_OK;
}

/* ---- the methods ---- */

static contender *add_contender(restoration *r, const char *name)
{
    contender *c = &r->contenders[r->contender_count++];
    *c = (contender){ .name = name };
    c->options = (upscale_options){ .scale = r->scale,
                                    .method = upscale_method_of(name),
                                    .no_ema = r->options->generator.no_ema,
                                    .quiet = true,
                                    .compute = r->options->compute };
    return c;
}

static status open_model(restoration *r, const char *name, const char *ckpt)
{
    contender *c = add_contender(r, "model");
    const option_settings given = { 0 };
    c->name = name;
    c->options.ckpt = ckpt;
    TRY(enlarger_open(&c->by, &c->options, &given));
    if (r->scale > 0 && c->by.scale != r->scale)
        return status_fail(STATUS_USAGE,
                           "--compare: %s enlarges pictures %d times, and %s %d times", ckpt,
                           c->by.scale, r->options->generator.ckpt, r->scale);
    r->scale = c->by.scale;
    r->model = &c->by;
    return STATUS_OK;
}

/* The model of --ckpt is opened first, since the scale is its own, and shown last. */
static status open_contenders(restoration *r)
{
    static const char *const simple[] = { "nearest", "bicubic" };
    const eval_options *o = r->options;
    TRY(open_model(r, "model", o->generator.ckpt));
    enlarger *first = r->model;
    if (o->compare)
        TRY(open_model(r, "compared", o->compare));
    r->model = first;
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        contender *c = add_contender(r, simple[i]);
        const option_settings none = { 0 };
        TRY(enlarger_open(&c->by, &c->options, &none));
    }
    return STATUS_OK;
}

/* ---- a picture ---- */

/* original (channels, height, width) -> low, `scale` times smaller. */
static status shrink(restoration *r, int height, int width)
{
    arena a = { 0 };
    bicubic_axis y, x;
    int h = height / r->scale, w = width / r->scale;
    size_t large = (size_t)height * (size_t)width, small = (size_t)h * (size_t)w;
    bicubic_plan(&y, &a, height, h);
    bicubic_plan(&x, &a, width, w);
    TRY(arena_open(&a));
    bicubic_plan(&y, &a, height, h);
    bicubic_plan(&x, &a, width, w);
    for (size_t c = 0; c < (size_t)r->test.channels; c++)
        bicubic_bytes(&y, &x, r->original + c * large, r->between, r->low + c * small);
    arena_close(&a);
    return STATUS_OK;
}

/* result (channels, height, width) = low, enlarged by the contender. */
static status enlarge_low(restoration *r, contender *c, int height, int width)
{
    int channels = r->test.channels;
    enlarging u = { .from = { channels, height / r->scale, width / r->scale, r->low } };
    status s = enlarging_open(&u, &c->by);
    for (int y = 0; y < height && s == STATUS_OK; y++) {
        u.result.line(u.result.from, y, r->between);
        for (int k = 0; k < channels; k++)
            for (int x = 0; x < width; x++)
                r->result[((ptrdiff_t)k * height + y) * width + x] =
                    r->between[(ptrdiff_t)x * channels + k];
    }
    enlarging_close(&u);
    return s;
}

/* The middle of a picture, for the figure. */
static void keep_tile(restoration *r, int row, int col, const unsigned char *planes, int height,
                      int width)
{
    int side = r->side, channels = r->test.channels;
    int top = (height - side) / 2 / r->scale * r->scale;
    int left = (width - side) / 2 / r->scale * r->scale;
    float *to =
        r->tiles + ((ptrdiff_t)row * (r->contender_count + 1) + col) * channels * side * side;
    if (row >= FIGURE_ROWS)
        return;
    for (int c = 0; c < channels; c++)
        for (int y = 0; y < side; y++, to += side)
            r->compute->kernels->pixels(
                side, planes + ((ptrdiff_t)c * height + top + y) * width + left, to);
}

static void add_fidelity(contender *c, fidelity f)
{
    c->sums.psnr_y += fmin(f.psnr_y, RESTORED_MOST_PSNR);
    c->sums.psnr += fmin(f.psnr, RESTORED_MOST_PSNR);
    if (isnan(f.ssim))
        return;
    c->sums.ssim_y += f.ssim_y;
    c->sums.ssim += f.ssim;
    c->similar++;
}

static status judge_picture(restoration *r, int i)
{
    int channels = r->test.channels;
    dataset_picture whole = dataset_picture_of(&r->test, i), p = picture_of(r, i);
    ptrdiff_t patch = (ptrdiff_t)r->patch_count * PATCH_SIZE;
    int patches = patches_of(r->count, p.height, p.width);
    for (int c = 0; c < channels; c++)
        for (int y = 0; y < p.height; y++)
            memcpy(r->original + ((ptrdiff_t)c * p.height + y) * p.width,
                   whole.pixels + ((ptrdiff_t)c * whole.height + y) * whole.width, (size_t)p.width);
    TRY(shrink(r, p.height, p.width));
    patches_take(patches, i, r->original, channels, p.height, p.width, r->patches + patch);
    keep_tile(r, i, r->contender_count, r->original, p.height, p.width);
    for (int k = 0; k < r->contender_count; k++) {
        contender *c = restoration_shown(r, k);
        TRY(enlarge_low(r, c, p.height, p.width));
        add_fidelity(
            c, fidelity_measure(&r->meter, r->original, r->result, channels, p.height, p.width, 0));
        patches_take(patches, i, r->result, channels, p.height, p.width, c->patches + patch);
        keep_tile(r, i, k, r->result, p.height, p.width);
        if (c->samples)
            r->compute->kernels->pixels(r->sample_size, r->result,
                                        c->samples + (ptrdiff_t)i * r->sample_size);
    }
    r->patch_count += patches;
    return STATUS_OK;
}

/* ---- all pictures ---- */

static void plan(restoration *r, arena *a)
{
    size_t bytes = r->most_area * (size_t)r->test.channels, tiles = FIGURE_ROWS;
    size_t line = (size_t)r->most_width * (size_t)r->test.channels;
    size_t most = PATCHES_MOST > r->count ? PATCHES_MOST : (size_t)r->count;
    int rows = (int)((r->most_area + (size_t)r->most_width - 1) / (size_t)r->most_width);
    fidelity_plan(&r->meter, a, rows, r->most_width);
    r->original = arena_take(a, bytes, 1);
    r->result = arena_take(a, bytes, 1);
    r->low = arena_take(a, bytes, 1);
    r->between = arena_take(a, r->most_area > line ? r->most_area : line, 1);
    r->patches = arena_take(a, most * PATCH_SIZE, sizeof(float));
    fid_plan(&r->patch_fid, a, PATCH_SIZE);
    r->tiles = arena_take(a,
                          tiles * (size_t)(r->contender_count + 1) * (size_t)r->test.channels *
                              (size_t)r->side * (size_t)r->side,
                          sizeof(float));
    for (int k = 0; k < r->contender_count; k++) {
        contender *c = &r->contenders[k];
        c->patches = arena_take(a, most * PATCH_SIZE, sizeof(float));
        if (r->sample_size > 0)
            c->samples = arena_take(a, (size_t)r->count * (size_t)r->sample_size, sizeof(float));
    }
}

static status judge_pictures(restoration *r)
{
    tally shown;
    tally_open(&shown);
    plan(r, &r->arena);
    TRY(arena_open(&r->arena));
    plan(r, &r->arena);
    status s = STATUS_OK;
    for (int i = 0; i < r->count && s == STATUS_OK; i++) {
        tally_draw(&shown, "judging", (double)i / r->count, i, r->count);
        s = judge_picture(r, i);
    }
    tally_clear(&shown);
    return s;
}

/* The distance of the patches of each contender from those of the originals. */
static void judge_patches(restoration *r)
{
    bool enough = r->patch_count >= PATCHES_LEAST;
    if (enough)
        fid_set(&r->patch_fid, r->patch_count, r->patches);
    for (int k = 0; k < r->contender_count; k++) {
        contender *c = &r->contenders[k];
        c->patch_distance = (double)NAN;
        if (enough)
            c->patch_distance =
                fid_estimate(&r->patch_fid, r->compute, NULL, r->patch_count, c->patches).value;
    }
}

static status judge(restoration *r, const option_settings *given)
{
    TRY(open_contenders(r));
    TRY(open_data(r, given));
    TRY(measure_data(r));
    restoration_choose_classifier(r);
    TRY(judge_pictures(r));
    judge_patches(r);
    TRY(restoration_classify(r));
    return r->options->figure ? restoration_draw(r, r->options->figure) : STATUS_OK;
}

static void close_all(restoration *r)
{
    for (int k = 0; k < r->contender_count; k++)
        enlarger_close(&r->contenders[k].by);
    dataset_close(&r->train);
    dataset_close(&r->test);
    json_free(&r->saved);
    arena_close(&r->arena);
    free(r);
}

status eval_restored(const eval_options *o, const option_settings *given, const compute *c)
{
    static const char *const others[] = { "features", "neighbours" };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (option_is_given(given, others[i]))
            return status_fail(STATUS_USAGE,
                               "--%s: is for samples, but G of %s makes pictures of "
                               "pictures",
                               others[i], o->generator.ckpt);
    restoration *r = calloc(1, sizeof *r);
    if (!r)
        return status_fail(STATUS_MEMORY, "out of memory");
    r->options = o;
    r->compute = c;
    status s = judge(r, given);
    if (s == STATUS_OK)
        s = restoration_print(r);
    close_all(r);
    return s;
}
