/* cli/eval_restored.c - test pictures, made poorer and restored by each method.
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
    return dataset_open_test(&r->test, &r->train, &q);
}

static status open_trial(restoration *r)
{
    trial *t = &r->trial;
    TRY(trial_open(t, &r->test, r->model->restorer.model.options.task, r->scale,
                   r->options->generator.seed, r->options->count, r->compute));
    r->side = FIGURE_SIDE;
    for (int i = 0; i < t->count && i < FIGURE_ROWS; i++) {
        dataset_picture p = dataset_picture_of(&r->test, i);
        int side = p.height < p.width ? p.height : p.width;
        r->side = side < r->side ? side : r->side;
    }
    r->side -= r->side % r->scale;
    return STATUS_OK;
}

/* ---- the methods ---- */

static contender *add_contender(restoration *r, const char *name, const char *method)
{
    contender *c = &r->contenders[r->contender_count++];
    *c = (contender){ .name = name, .restores = true };
    c->options = (apply_options){ .scale = r->scale,
                                  .method = apply_method_of(method),
                                  .no_ema = r->options->generator.no_ema,
                                  .quiet = true,
                                  .compute = r->options->compute };
    return c;
}

static status refuse_compared(const restoration *r, const enlarger *by, const char *ckpt)
{
    const task *t = task_nth(by->restorer.model.options.task);
    if (t != r->task)
        return status_fail(STATUS_USAGE, "--compare: %s %s (--task %s), and %s %s (--task %s)",
                           ckpt, t->verb, t->choice.name, r->options->generator.ckpt, r->task->verb,
                           r->task->choice.name);
    return status_fail(STATUS_USAGE, "--compare: %s enlarges pictures %d times, and %s %d times",
                       ckpt, by->scale, r->options->generator.ckpt, r->scale);
}

static status open_model(restoration *r, const char *name, const char *ckpt)
{
    contender *c = add_contender(r, name, "model");
    const option_settings given = { 0 };
    c->options.ckpt = ckpt;
    c->options.any_task = true;
    TRY(enlarger_open(&c->by, &c->options, &given));
    const task *t = task_nth(c->by.restorer.model.options.task);
    if (r->task && (t != r->task || c->by.scale != r->scale))
        return refuse_compared(r, &c->by, ckpt);
    r->task = t;
    r->scale = c->by.scale;
    return STATUS_OK;
}

/* What a model has to be better than. */
static status open_simple(restoration *r)
{
    static const char *const simple[] = { "bicubic", "nearest" };
    if (!r->task->scales) {
        add_contender(r, "given", "model")->restores = false;
        return STATUS_OK;
    }
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        contender *c = add_contender(r, simple[i], simple[i]);
        const option_settings none = { 0 };
        TRY(enlarger_open(&c->by, &c->options, &none));
    }
    return STATUS_OK;
}

/* The model of --ckpt is opened first, since the scale is its own; they are shown in the opposite
 * order. */
static status open_contenders(restoration *r)
{
    const eval_options *o = r->options;
    TRY(open_model(r, "model", o->generator.ckpt));
    r->model = &r->contenders[0].by;
    if (o->compare)
        TRY(open_model(r, "compared", o->compare));
    return open_simple(r);
}

/* ---- a picture ---- */

/* The trial's result = the contender's picture of the poorer copy. */
static status restore_copy(restoration *r, contender *c)
{
    trial *t = &r->trial;
    enlarging u = { .from = t->poor };
    if (!c->restores) {
        trial_keep(t);
        return STATUS_OK;
    }
    status s = enlarging_open(&u, &c->by);
    if (s == STATUS_OK)
        trial_read(t, &u.result);
    enlarging_close(&u);
    return s;
}

/* The middle of a picture, for the figure. */
static void keep_tile(restoration *r, int row, int col, const unsigned char *planes)
{
    int side = r->side, channels = r->test.channels, height = r->trial.height,
        width = r->trial.width;
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

static status judge_picture(restoration *r, int i)
{
    trial *t = &r->trial;
    ptrdiff_t patch = (ptrdiff_t)r->patch_count * PATCH_SIZE;
    TRY(trial_take(t, i));
    int patches = trial_patches(t, i, t->original, r->patches + patch);
    keep_tile(r, i, r->contender_count, t->original);
    for (int k = 0; k < r->contender_count; k++) {
        contender *c = restoration_shown(r, k);
        TRY(restore_copy(r, c));
        trial_add(t, &c->sums);
        trial_patches(t, i, t->result, c->patches + patch);
        keep_tile(r, i, k, t->result);
        if (c->samples)
            r->compute->kernels->pixels(r->sample_size, t->result,
                                        c->samples + (ptrdiff_t)i * r->sample_size);
    }
    r->patch_count += patches;
    return STATUS_OK;
}

/* ---- all pictures ---- */

static void plan(restoration *r, arena *a)
{
    size_t tiles = FIGURE_ROWS, most = (size_t)trial_most_patches(&r->trial);
    trial_plan(&r->trial, a);
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
            c->samples =
                arena_take(a, (size_t)r->trial.count * (size_t)r->sample_size, sizeof(float));
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
    for (int i = 0; i < r->trial.count && s == STATUS_OK; i++) {
        tally_draw(&shown, "judging", (double)i / r->trial.count, i, r->trial.count);
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
    TRY(open_trial(r));
    restoration_choose_classifier(r);
    TRY(judge_pictures(r));
    judge_patches(r);
    return restoration_classify(r);
}

static void close_all(restoration *r)
{
    for (int k = 0; k < r->contender_count; k++)
        enlarger_close(&r->contenders[k].by);
    trial_close(&r->trial);
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
        s = restoration_show(r);
    close_all(r);
    return s;
}
