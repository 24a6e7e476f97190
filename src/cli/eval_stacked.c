/* cli/eval_stacked.c - `gan eval` of stacked digits.
 *
 * S = 3 * height * width values of a sample; a channel of it is an image of the digits.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_stacked.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/eval_given.h"
#include "cli/lines.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "data/stacked.h"
#include "eval/evaluator.h"
#include "eval/stacks.h"
#include "train/folder.h"
#include "train/resume.h"

#include "base/banned.h"

enum { BLOCK = 256, IMAGES = BLOCK * STACKED_CHANNELS, MOST_MISSING = 6 };

typedef struct judging {
    const eval_options *options;
    generator *generator;
    dataset digits, test; /* of the digits */
    evaluator evaluator;  /* of the digits; its classifier sees a channel at a time */
    arena arena;
    float *given; /* (n, S) malloc'ed; NULL: from the checkpoint */
    int n;
    float *block;                /* (BLOCK, S) */
    uint32_t *chosen;            /* (IMAGES) */
    int *in_mode, *real_in_mode; /* (modes) */
    stacks found, real;
} judging;

status eval_is_of_stacked(const eval_options *o, bool *is)
{
    dataset_request q = dataset_request_of(o->data, 0);
    json_object saved = { 0 };
    status s = o->samples || o->data
                   ? STATUS_OK
                   : folder_load_data(o->generator.ckpt, &q.where, &q.images, &saved);
    *is = stacked_is_named(q.where);
    json_free(&saved);
    return s;
}

/* ---- the samples ---- */

/* Checks that the checkpoint makes stacked digits; those of other data are noted. */
static status check_checkpoint(const judging *j)
{
    const data_identity *d = &j->generator->model.data;
    const dataset *x = &j->digits;
    dataset whole;
    if (d->kind != SAMPLE_IMAGE || d->channels != STACKED_CHANNELS || d->height != x->height ||
        d->width != x->width)
        return status_fail(STATUS_USAGE,
                           "--data: %s has images of %dx%dx%d, the samples of %s are %dx%dx%d",
                           stacked_name, STACKED_CHANNELS, x->height, x->width,
                           j->options->generator.ckpt, d->channels, d->height, d->width);
    TRY(dataset_open(&whole, stacked_name, 0));
    if (!resume_is_data(&j->generator->model, &whole))
        terminal_note(NULL, "the checkpoint was trained on different images");
    dataset_close(&whole);
    return STATUS_OK;
}

static status open_samples(judging *j)
{
    const eval_options *o = j->options;
    const npy_form form = { STACKED_CHANNELS, j->digits.height, j->digits.width, .pixels = true };
    j->n = o->count;
    if (!o->samples)
        return check_checkpoint(j);
    TRY(given_read(o, &form, &j->n, &j->given));
    if (j->n < EVALUATOR_LEAST)
        return status_fail(STATUS_USAGE, "--samples: %s has %d sample%s, expected at least %d",
                           o->samples, j->n, text_plural((uint64_t)j->n), EVALUATOR_LEAST);
    return STATUS_OK;
}

static status open_digits(judging *j)
{
    TRY(stacked_digits(&j->digits, &j->test));
    if (!j->digits.labels)
        return status_fail(STATUS_USAGE,
                           "%s: %s has no labels, which the classifier of the digits needs; "
                           "expected the file with \"labels\" for \"images\" in its name",
                           stacked_name, j->digits.path);
    if (evaluator_open(&j->evaluator, &j->digits, &j->test, IMAGES, EVALUATE_QUICK) != STATUS_OK)
        return status_within(STATUS_USAGE, "%s", stacked_name);
    return STATUS_OK;
}

static void plan(judging *j)
{
    size_t size = (size_t)dataset_sample_size(&j->digits);
    size_t modes = (size_t)stacks_modes(j->evaluator.classes);
    evaluator_plan(&j->evaluator, &j->arena, j->generator->compute);
    j->block = arena_take(&j->arena, IMAGES * size, sizeof *j->block);
    j->chosen = arena_take(&j->arena, IMAGES, sizeof *j->chosen);
    j->in_mode = arena_take(&j->arena, modes, sizeof *j->in_mode);
    j->real_in_mode = arena_take(&j->arena, modes, sizeof *j->real_in_mode);
}

/* ---- judging ---- */

static void add_block(judging *j, const points *images, int *in_mode)
{
    evaluator *e = &j->evaluator;
    classifier_apply(&e->classifier, images, &e->samples);
    stacks_add(e->classes, images->count / STACKED_CHANNELS, e->samples.labels, in_mode);
}

static void count_samples(judging *j)
{
    int size = dataset_sample_size(&j->digits);
    for (int i = 0; i < j->n; i += BLOCK) {
        int n = j->n - i < BLOCK ? j->n - i : BLOCK;
        const float *x = j->block;
        if (j->given)
            x = j->given + (size_t)i * STACKED_CHANNELS * (size_t)size;
        else
            generator_sample(j->generator, j->options->generator.seed, i, n, j->block);
        points images = points_of(x, n * STACKED_CHANNELS, size);
        add_block(j, &images, j->in_mode);
    }
}

/* Fresh samples of the digits that the data set consists of: what a perfect generator makes. */
static void count_real(judging *j)
{
    for (int i = 0; i < j->n; i += BLOCK) {
        int n = j->n - i < BLOCK ? j->n - i : BLOCK;
        stacked_choose(false, STACKED_TRAIN + i, n, j->digits.count, j->chosen);
        points images = points_of_order(&j->digits, j->chosen, 0, n * STACKED_CHANNELS);
        add_block(j, &images, j->real_in_mode);
    }
}

static void show_epoch(void *context, int epoch, int epochs, double right)
{
    (void)context;
    progress_classifier(epoch, epochs, right);
}

static status judge(judging *j)
{
    const evaluator_watch watch = { .epoch = show_epoch, .notice = terminal_note };
    evaluator *e = &j->evaluator;
    TRY(open_digits(j));
    TRY(open_samples(j));
    plan(j);
    TRY(arena_open(&j->arena));
    plan(j);
    TRY(evaluator_prepare(e, &watch));
    count_samples(j);
    count_real(j);
    j->found = stacks_of(e->classes, j->n, j->in_mode, e->reference.shares);
    j->real = stacks_of(e->classes, j->n, j->real_in_mode, e->reference.shares);
    return STATUS_OK;
}

/* ---- printing ---- */

/* Names the first modes without a sample: their digits, red, green, blue. */
static void print_missing(text *t, const judging *j)
{
    int shown = 0, c = j->evaluator.classes;
    for (int m = 0; m < j->found.modes && shown < MOST_MISSING; m++) {
        if (j->in_mode[m] > 0)
            continue;
        text_add(t, "%s%d-%d-%d", shown++ == 0 ? "\nmissing (red-green-blue): " : " ", m / c / c,
                 m / c % c, m % c);
    }
    int more = j->found.modes - j->found.covered - shown;
    if (more > 0)
        text_add(t, " and %d more", more);
    if (shown > 0)
        text_add(t, "\n");
}

static void print_row(text *t, const char *name, double value, double real, const char *better)
{
    text_add(t, "%-28s%12.4f%12.4f  %s\n", name, value, real, better);
}

static void print_table(text *t, const judging *j)
{
    const eval_options *o = j->options;
    text_add_shown(t, o->samples ? o->samples : o->generator.ckpt);
    text_add(t, ": %d samples", j->n);
    if (!o->samples)
        text_add(t, " of seed %" PRIu64, o->generator.seed);
    text_add(t, " against the %d modes of %s\n", j->found.modes, stacked_name);
    text_add(t, "the classifier labels %.2f %% of the test digits correctly\n",
             100 * j->evaluator.accuracy);
    text_add(t, "\n%-28s%12s%12s  %s\n", "", "samples", "real", "better");
    text_add(t, "%-28s%12d%12d  %s\n", "modes covered", j->found.covered, j->real.covered, "more");
    print_row(t, "reverse KL", j->found.kl, j->real.kl, "lower");
    print_row(t, "reverse KL to the data", j->found.kl_data, j->real.kl_data, "lower");
    print_missing(t, j);
    text_add(t, "\nreal: the same figure for as many fresh stacks of the training digits\n");
}

static void add_figure(text *t, const char *name, double value, double real)
{
    json_begin(t, name, '{');
    json_add_double(t, "value", value);
    json_add_double(t, "real", real);
    json_end(t, '}');
}

static void print_json(text *t, const judging *j)
{
    const eval_options *o = j->options;
    json_begin(t, NULL, '{');
    json_add_string(t, "file", o->samples ? o->samples : o->generator.ckpt);
    json_add(t, "samples", "%d", j->n);
    json_add(t, "seed", "%" PRIu64, o->generator.seed);
    json_add_string(t, "data", stacked_name);
    json_add(t, "modes", "%d", j->found.modes);
    if (j->test.labels)
        json_add_double(t, "classifier_accuracy", j->evaluator.accuracy);
    json_begin(t, "figures", '{');
    add_figure(t, "modes_covered", j->found.covered, j->real.covered);
    add_figure(t, "reverse_kl", j->found.kl, j->real.kl);
    add_figure(t, "reverse_kl_data", j->found.kl_data, j->real.kl_data);
    json_end(t, '}');
    json_begin(t, "mode_samples", '[');
    for (int m = 0; m < j->found.modes; m++)
        json_add(t, NULL, "%d", j->in_mode[m]);
    json_end(t, ']');
    json_end(t, '}');
    text_add(t, "\n");
}

static status print(const judging *j)
{
    text t = { 0 };
    j->options->json ? print_json(&t, j) : print_table(&t, j);
    return lines_print(&t, stdout);
}

status eval_stacked(const eval_options *o, generator *g)
{
    const char *unfit = o->features ? "features" : o->neighbours ? "neighbours" : NULL;
    if (unfit)
        return status_fail(STATUS_USAGE, "--%s: not for %s, whose modes are counted; leave it out",
                           unfit, stacked_name);
    judging *j = calloc(1, sizeof *j);
    if (!j)
        return status_fail(STATUS_MEMORY, "out of memory");
    j->options = o;
    j->generator = g;
    status s = judge(j);
    if (s == STATUS_OK)
        s = print(j);
    evaluator_close(&j->evaluator);
    arena_close(&j->arena);
    dataset_close(&j->digits);
    dataset_close(&j->test);
    free(j->given);
    free(j);
    return s;
}
