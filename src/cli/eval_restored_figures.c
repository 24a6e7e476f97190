/* cli/eval_restored_figures.c - the figures of restored pictures: by the classifier, as a table, as
 * JSON and as a picture.
 *
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "base/file.h"
#include "cli/eval_restored_parts.h"
#include "cli/in_data.h"
#include "cli/lines.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "eval/evaluator.h"
#include "image/enlarge.h"
#include "image/grid.h"
#include "image/labels.h"

#include "base/banned.h"

contender *restoration_shown(restoration *r, int k)
{
    return &r->contenders[r->contender_count - 1 - k];
}

/* ---- the classifier ---- */

/* The same pictures, all of one size, as samples and not as what crops are taken of. */
static bool are_samples(const dataset *d, dataset *plain)
{
    *plain = *d;
    if (d->crop == 0)
        return true;
    for (int i = 1; i < d->count; i++)
        if (d->areas[i].height != d->areas->height || d->areas[i].width != d->areas->width)
            return false;
    plain->crop = 0;
    plain->areas = NULL;
    plain->height = d->areas->height;
    plain->width = d->areas->width;
    return true;
}

void restoration_choose_classifier(restoration *r)
{
    dataset *train = &r->plain_train, *test = &r->plain_test;
    bool fits = r->test.labels && r->train.labels && r->trial.count >= EVALUATOR_LEAST_TEST &&
                r->train.count >= EVALUATOR_LEAST_TRAIN && are_samples(&r->train, train) &&
                are_samples(&r->test, test) && train->height == test->height &&
                train->width == test->width && test->height % r->scale == 0 &&
                test->width % r->scale == 0;
    r->sample_size = fits ? dataset_sample_size(test) : 0;
}

static void show_epoch(void *context, int epoch, int epochs, double right)
{
    (void)context;
    progress_classifier(epoch, epochs, right);
}

static double share_right(const restoration *r, const evaluator *e)
{
    int right = 0;
    for (int i = 0; i < r->trial.count; i++)
        right += e->samples.labels[i] == r->test.labels[i];
    return (double)right / r->trial.count;
}

static status judge_contenders(restoration *r, evaluator *e)
{
    const evaluator_watch watch = { .epoch = show_epoch, .notice = terminal_note };
    sample_report report;
    TRY(evaluator_prepare(e, &watch));
    for (int k = 0; k < r->contender_count; k++) {
        contender *c = &r->contenders[k];
        TRY(evaluator_run(e, points_of(c->samples, r->trial.count, r->sample_size), &report));
        c->accuracy = share_right(r, e);
        c->fid = report.has[FIGURE_FID] ? report.figures[FIGURE_FID].value : (double)NAN;
    }
    r->real = e->accuracy;
    r->classified = true;
    return STATUS_OK;
}

status restoration_classify(restoration *r)
{
    evaluator e;
    arena a = { 0 };
    if (r->sample_size == 0)
        return STATUS_OK;
    TRY(evaluator_open(&e, &r->plain_train, &r->plain_test, r->trial.count, EVALUATE_QUICK));
    status s = STATUS_OK;
    if (e.classes > 0) {
        evaluator_plan(&e, &a, r->compute);
        s = arena_open(&a);
        if (s == STATUS_OK) {
            evaluator_plan(&e, &a, r->compute);
            s = judge_contenders(r, &e);
        }
    }
    evaluator_close(&e);
    arena_close(&a);
    return s;
}

/* ---- the picture ---- */

static status draw(restoration *r, const char *path)
{
    enum { SHOWN_SIDE = 112, LARGEST = 8, GAP = 4 };
    const char *words[CONTENDERS_MOST + 1];
    int scale = SHOWN_SIDE / r->side;
    scale = scale < 1 ? 1 : scale < LARGEST ? scale : LARGEST;
    for (int k = 0; k < r->contender_count; k++)
        words[k] = restoration_shown(r, k)->name;
    words[r->contender_count] = "original";
    const grid_sheet sheet = { .tiles = { .rows = r->trial.count < FIGURE_ROWS ? r->trial.count
                                                                               : FIGURE_ROWS,
                                          .cols = r->contender_count + 1,
                                          .pad = GAP,
                                          .channels = r->test.channels,
                                          .height = r->side,
                                          .width = r->side },
                               .width = r->side,
                               .samples = r->tiles };
    const enlarged tiles = { grid_picture(&sheet), scale };
    labels l = { .words = words,
                 .count = r->contender_count + 1,
                 .width = r->side * scale,
                 .gap = GAP * scale };
    TRY(enlarge(&l.below, &tiles));
    png_picture p = labels_picture(&l);
    return png_write(path, &p);
}

/* ---- printing ---- */

/* The figures of a contender, in the order of the table. */
enum { FIGURES = 7 };
static const struct {
    const char *title, *key;
    int digits;
    bool of_classifier;
} columns[FIGURES] = {
    { "PSNR Y", "psnr_y", 2, false },
    { "SSIM Y", "ssim_y", 4, false },
    { "PSNR", "psnr", 2, false },
    { "SSIM", "ssim", 4, false },
    { "patches", "fid_patches", 4, false },
    { "accuracy", "accuracy", 4, true },
    { "FID", "fid", 2, true },
};

static double value_of(const contender *c, int column)
{
    const fidelity f = trial_means(&c->sums);
    const double values[FIGURES] = { f.psnr_y,          f.ssim_y,    f.psnr, f.ssim,
                                     c->patch_distance, c->accuracy, c->fid };
    return values[column];
}

static bool is_shown(const restoration *r, int column)
{
    return r->classified || !columns[column].of_classifier;
}

static void add_row(text *t, const restoration *r, const contender *c)
{
    text_add(t, "%-10s", c->name);
    for (int i = 0; i < FIGURES; i++) {
        double x = value_of(c, i);
        if (!is_shown(r, i))
            continue;
        if (isnan(x))
            text_add(t, "%10s", "-");
        else
            text_add(t, "%10.*f", columns[i].digits, x);
    }
    text_add(t, "\n");
}

static void add_table(text *t, restoration *r)
{
    text_add(t, "%d test pictures of ", r->trial.count);
    text_add_shown(t, r->test.path);
    if (r->task->scales)
        text_add(t, ",\nmade %d times smaller by the bicubic filter and enlarged again", r->scale);
    else
        text_add(t, ",\n%s", r->task->trial);
    text_add(t, "\n\n%-10s", "");
    for (int i = 0; i < FIGURES; i++)
        if (is_shown(r, i))
            text_add(t, "%10s", columns[i].title);
    text_add(t, "\n");
    for (int k = 0; k < r->contender_count; k++)
        add_row(t, r, restoration_shown(r, k));
    text_add(t, "\nPSNR in decibels and SSIM: higher is nearer to the originals. patches: the "
                "Frechet\ndistance of 8 x 8 patches from those of the originals, lower: as sharp "
                "as these.\n");
    if (r->classified)
        text_add(t,
                 "accuracy: of a classifier on these pictures (originals: %.4f); FID: in its "
                 "features.\n",
                 r->real);
    if (r->options->figure && !file_is_output(r->options->figure)) {
        text_add_shown(t, r->options->figure);
        text_add(t, " shows, from left to right: ");
        for (int k = 0; k < r->contender_count; k++)
            text_add(t, "%s, ", restoration_shown(r, k)->name);
        text_add(t, "the original\n");
    }
}

static void add_json(text *t, restoration *r)
{
    json_begin(t, NULL, '{');
    json_add_string(t, "file", r->options->generator.ckpt);
    json_add_string(t, "data", r->test.path);
    json_add_string(t, "task", r->task->choice.name);
    json_add(t, "scale", "%d", r->scale);
    json_add(t, "pictures", "%d", r->trial.count);
    if (r->classified)
        json_add_double(t, "accuracy_of_originals", r->real);
    json_begin(t, "methods", '[');
    for (int k = 0; k < r->contender_count; k++) {
        const contender *c = restoration_shown(r, k);
        json_begin(t, NULL, '{');
        json_add_string(t, "method", c->name);
        if (c->options.ckpt)
            json_add_string(t, "file", c->options.ckpt);
        for (int i = 0; i < FIGURES; i++) {
            double x = value_of(c, i);
            if (is_shown(r, i) && !isnan(x))
                json_add_double(t, columns[i].key, x);
        }
        json_end(t, '}');
    }
    json_end(t, ']');
    json_end(t, '}');
    text_add(t, "\n");
}

status restoration_show(restoration *r)
{
    const char *path = r->options->figure;
    text t = { 0 };
    r->options->json ? add_json(&t, r) : add_table(&t, r);
    status s = text_check(&t);
    if (s == STATUS_OK && path)
        s = draw(r, path);
    if (s != STATUS_OK) {
        text_free(&t);
        return s;
    }
    if (path && r->train.kind == DATA_PICTURES)
        in_data_note(path, r->train.path);
    /* If the figure goes to standard output, the text goes to standard error. */
    return lines_print(&t, file_is_output(path) ? stderr : stdout);
}
