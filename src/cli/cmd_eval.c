/* cli/cmd_eval.c - `gan eval`: how good are the samples? Options, calls and printing.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/eval_figures.h"
#include "cli/eval_neighbours.h"
#include "cli/eval_points.h"
#include "cli/reading.h"
#include "cli/terminal.h"
#include "eval/evaluator.h"
#include "format/npy.h"
#include "game/saved.h"
#include "train/folder.h"

#include "base/banned.h"

#define AT(member) offsetof(eval_options, member)
static const option_row rows[] = {
    { .name = "ckpt",
      .letter = 'c',
      .type = OPTION_TEXT,
      .offset = AT(ckpt),
      .initial = "out/model.bin",
      .arg = "FILE",
      .help = "the checkpoint" },
    { .name = "data",
      .type = OPTION_TEXT,
      .offset = AT(data),
      .arg = "PATH",
      .help =
          "what to judge against, as for gan train: IDX files of training and test images, a "
          "folder of pictures (else what the run.json beside the checkpoint names, if it is there, "
          "$GAN_DATA, data/mnist, the installed MNIST); or ring or grid, whose modes are counted" },
    { .name = "count",
      .letter = 'n',
      .type = OPTION_INT,
      .offset = AT(count),
      .initial = "10000",
      .least = EVALUATOR_LEAST,
      .most = 1000000,
      .arg = "N",
      .help = "samples to judge" },
    { .name = "seed",
      .letter = 's',
      .type = OPTION_U64,
      .offset = AT(seed),
      .initial = "1",
      .arg = "N",
      .help = "of their latents" },
    { .name = "no-ema",
      .type = OPTION_FLAG,
      .offset = AT(no_ema),
      .help = "judge G as its last step left it, where the training averaged it (--ema)" },
    { .name = "samples",
      .type = OPTION_TEXT,
      .offset = AT(samples),
      .arg = "FILE",
      .help = "judge the samples in an .npy of float32 (N, ...) in [-1, 1] instead, whoever made "
              "them: the first --count of them" },
    { .name = "features",
      .type = OPTION_TEXT,
      .offset = AT(features),
      .arg = "FILE",
      .help = "write the samples' features to an .npy of float32 (N, 128, 1, 1)" },
    { .name = "neighbours",
      .type = OPTION_TEXT,
      .offset = AT(neighbours),
      .arg = "FILE",
      .help = "write a PNG of the first 64 samples, in the places of gan sample's grid, each with "
              "the training image nearest to it at its right" },
    { .name = "json",
      .letter = 'j',
      .type = OPTION_FLAG,
      .offset = AT(json),
      .help = "print one JSON object" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

typedef struct evaluation {
    const eval_options *options;
    const option_settings *given_options;
    reading bar;
    image_watch reading; /* of pictures */
    compute compute;
    arena arena;
    dataset train, test;
    model model;
    checkpoint checkpoint;
    json_object saved; /* options of its run */
    evaluator evaluator;
    float *samples; /* (count, S): in the arena, or given */
    float *given;   /* malloc'ed; NULL: from the checkpoint */
    int count;
    report report, floor;
} evaluation;

static void show_epoch(void *context, int epoch, double right)
{
    (void)context;
    fprintf(stderr, "training the classifier, once for these data: epoch %d/%d, %.2f %% right\n",
            epoch, CLASSIFIER_EPOCHS, 100 * right);
}

/* ---- the samples ---- */

/* Pixels from 0 to 1 or to 255, the usual mistakes, would be judged as bad samples. */
static status check_range(const evaluation *v)
{
    size_t n = (size_t)v->count * (size_t)dataset_sample_size(&v->train);
    float least = 1;
    for (size_t i = 0; i < n; i++) {
        if (!(v->given[i] >= -1 && v->given[i] <= 1))
            return status_fail(STATUS_FORMAT,
                               "%s: expected pixels from -1 to 1, got %g in sample %zu",
                               v->options->samples, (double)v->given[i],
                               i / (size_t)dataset_sample_size(&v->train));
        least = v->given[i] < least ? v->given[i] : least;
    }
    if (least >= 0)
        terminal_note(NULL,
                      "no pixel of the samples is below 0, where black is -1: are they from 0 "
                      "to 1?");
    return STATUS_OK;
}

static status open_given(evaluation *v)
{
    const eval_options *o = v->options;
    int n = 0;
    TRY(npy_read_samples(o->samples, dataset_sample_size(&v->train), &n, &v->given));
    v->count = n < o->count ? n : o->count;
    if (n < EVALUATOR_LEAST)
        return status_fail(STATUS_USAGE, "--samples: %s has %d samples, expected at least %d",
                           o->samples, n, EVALUATOR_LEAST);
    v->samples = v->given;
    return check_range(v);
}

/* Are the samples of the checkpoint of the data's form? */
static status check_checkpoint(evaluation *v)
{
    const eval_options *o = v->options;
    const data_identity *d = &v->model.data;
    v->count = o->count;
    if (d->channels != v->train.channels || d->height != v->train.height ||
        d->width != v->train.width)
        return status_fail(STATUS_USAGE,
                           "--data: %s has images of %dx%dx%d, the samples of %s are %dx%dx%d",
                           v->train.path, v->train.channels, v->train.height, v->train.width,
                           o->ckpt, d->channels, d->height, d->width);
    if (v->model.options.limit == 0 && d->fingerprint != v->train.fingerprint)
        terminal_note(NULL,
                      v->train.kind == DATA_PICTURES
                          ? "the checkpoint was trained on other images than these, or on these "
                            "with another --fit or --background"
                          : "the checkpoint was trained on other images than these");
    return STATUS_OK;
}

static void plan(evaluation *v)
{
    evaluator_plan(&v->evaluator, &v->arena, &v->compute);
    if (v->given)
        return;
    model_plan(&v->model, &v->arena, v->options->no_ema ? MODEL_SAMPLES_LAST : MODEL_SAMPLES);
    v->samples = arena_take(&v->arena, (size_t)v->count * (size_t)model_sample_size(&v->model),
                            sizeof *v->samples);
}

static status draw(evaluation *v)
{
    if (v->given)
        return STATUS_OK;
    TRY(model_read(&v->model, &v->checkpoint));
    model_sample(&v->model, &v->compute, model_sample_stream(v->options->seed), 0, v->count,
                 v->samples);
    return STATUS_OK;
}

static status write_features(const evaluation *v)
{
    const labelled *l = &v->evaluator.samples;
    const int shape[4] = { v->count, CLASSIFIER_FEATURES, 1, 1 };
    out_file *f;
    TRY(out_open(&f, v->options->features));
    status s = npy_begin(f, shape);
    if (s == STATUS_OK)
        s = npy_add(f, l->features, (size_t)v->count * CLASSIFIER_FEATURES);
    return out_commit(f, s);
}

/* ---- judging ---- */

static status open_data(evaluation *v)
{
    const eval_options *o = v->options;
    dataset_request q = dataset_request_of(o->data, 0);
    q.compute = &v->compute;
    q.watch = &v->reading;
    if (!o->samples) {
        TRY(model_open_file(&v->model, &v->checkpoint, o->ckpt));
        q.channels = v->model.data.channels;
        q.height = v->model.data.height;
        q.width = v->model.data.width;
        TRY(folder_load_data(o->ckpt, &q.where, &q.images, &v->saved));
    }
    TRY(option_apply(v->given_options, &image_option_table, SCOPE_RUN, &q.images));
    TRY(dataset_open_with(&v->train, &q));
    TRY(o->samples ? open_given(v) : check_checkpoint(v));
    TRY(dataset_open_test(&v->test, &v->train, &q));
    TRY(evaluator_open(&v->evaluator, &v->train, &v->test, v->count, EVALUATE_ALL));
    if (v->options->features && v->evaluator.classes == 0)
        return status_fail(STATUS_USAGE,
                           "--features: %s has no labels, and without them there is no classifier "
                           "that could have features",
                           v->train.path);
    return o->neighbours ? neighbours_check(&v->train) : STATUS_OK;
}

static status judge(evaluation *v)
{
    const evaluator_watch watch = { NULL, show_epoch, terminal_note };
    points samples;
    TRY(open_data(v));
    plan(v);
    TRY(arena_open(&v->arena));
    plan(v);
    TRY(draw(v));
    TRY(evaluator_prepare(&v->evaluator, &watch));
    TRY(evaluator_floor(&v->evaluator, v->count, &v->floor));
    samples = points_of(v->samples, v->count, dataset_sample_size(&v->train));
    TRY(evaluator_run(&v->evaluator, samples, &v->report));
    if (v->options->features)
        TRY(write_features(v));
    return v->options->neighbours ? neighbours_write(v->options->neighbours, &v->evaluator, samples)
                                  : STATUS_OK;
}

/* ---- printing ---- */

static void add_figures(text *t, const evaluation *v)
{
    const eval_options *o = v->options;
    const judged_samples j = {
        .file = v->given ? o->samples : o->ckpt,
        .count = v->count,
        .drawn = !v->given,
        .seed = o->seed,
        .evaluator = &v->evaluator,
        .report = &v->report,
        .floor = &v->floor,
    };
    o->json ? figures_add_json(t, &j) : figures_add_table(t, &j);
}

static void evaluation_close(evaluation *v)
{
    evaluator_close(&v->evaluator);
    checkpoint_close(&v->checkpoint);
    json_free(&v->saved);
    model_close(&v->model);
    dataset_close(&v->train);
    dataset_close(&v->test);
    arena_close(&v->arena);
    compute_close(&v->compute);
    free(v->given);
}

static status evaluate(evaluation *v)
{
    text t = { 0 };
    status s = compute_open(&v->compute, v->options->compute.isa, v->options->compute.threads);
    if (s == STATUS_OK)
        s = judge(v);
    if (s == STATUS_OK) {
        add_figures(&t, v);
        s = text_check(&t);
    }
    /* With a file on standard output, the text goes beside it. */
    bool beside = file_is_output(v->options->features) || file_is_output(v->options->neighbours);
    if (s == STATUS_OK)
        fwrite(t.data, 1, t.length, beside ? stderr : stdout);
    text_free(&t);
    evaluation_close(v);
    return s;
}

static status run(arguments *a)
{
    eval_options o;
    option_defaults(&table, &o);
    option_defaults(&compute_option_table, &o.compute);
    TRY(option_apply(&a->given, &table, SCOPE_CALL, &o));
    TRY(option_apply(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    if (eval_is_of_points(&o))
        return eval_points(&o);
    evaluation *v = calloc(1, sizeof *v);
    if (!v)
        return status_fail(STATUS_MEMORY, "out of memory");
    v->options = &o;
    v->given_options = &a->given;
    v->reading = reading_watch(&v->bar);
    v->checkpoint.file.fd = -1;
    status s = evaluate(v);
    free(v);
    return s;
}

const command eval_command = {
    .name = "eval",
    .summary = "judge a checkpoint's samples against the test images",
    .help =
        "Draws samples and says how good they are: FID, KID, precision, recall, density and "
        "coverage in the features of a classifier, which gan trains on the labelled data the first "
        "time and keeps in $XDG_CACHE_HOME/gan (else ~/.cache/gan); the classes; the distance to "
        "the nearest training images; the Parzen-window log-likelihood. Beside each figure stand "
        "what as many real images get and one standard deviation. docs/evaluation.md explains "
        "them. Of points of the plane (--data ring, grid) the modes are counted that they have.\n"
        "\n"
        "  gan eval --ckpt out/model.bin\n"
        "  gan eval --json | jq .figures.fid.value\n"
        "  gan eval --neighbours look.png    samples, nearest training images\n"
        "  gan eval --samples x.npy          anybody's samples, float32 in [-1, 1]\n"
        "  gan eval --ckpt ring/model.bin --count 2500",
    .tables = { &table, &image_option_table, &compute_option_table },
    .run = run,
};
