/* cli/cmd_eval.c - `gan eval`: measures how good the samples are. Options, calls and printing.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/ckpt.h"
#include "cli/eval_figures.h"
#include "cli/eval_given.h"
#include "cli/eval_memory.h"
#include "cli/eval_neighbours.h"
#include "cli/eval_points.h"
#include "cli/eval_restored.h"
#include "cli/eval_stacked.h"
#include "cli/in_data.h"
#include "cli/png_name.h"
#include "cli/progress.h"
#include "cli/reading.h"
#include "cli/terminal.h"
#include "eval/evaluator.h"
#include "eval/stacks.h"
#include "format/npy.h"
#include "game/saved.h"
#include "train/folder.h"
#include "train/resume.h"

#include "base/banned.h"

#define AT(member) offsetof(eval_options, member)
static const option_row rows[] = {
    { .name = "data",
      .type = OPTION_TEXT,
      .offset = AT(data),
      .arg = "PATH",
      .help =
          "data to judge against, as for gan train: IDX files of training and test images, "
          "or a folder of pictures; or ring, grid or stacked, whose modes are counted (default: the "
          "data that the run.json beside the checkpoint names; if there is none, $GAN_DATA, "
          "data/mnist, the installed MNIST, if the checkpoint was trained on them)" },
    { .name = "count",
      .letter = 'n',
      .type = OPTION_INT,
      .offset = AT(count),
      .initial = "10000",
      .least = EVALUATOR_LEAST,
      .most = 1000000,
      .arg = "N",
      .help = "samples to judge (of stacked, unless it is given: 26000)" },
    { .name = "samples",
      .type = OPTION_TEXT,
      .offset = AT(samples),
      .arg = "FILE",
      .help = "judge samples of any program instead, --count of those in an .npy: float32, "
              "float64 or float16 in [-1, 1] or uint8 in [0, 255], (N, channels, height, width) "
              "or (N, height, width, channels)" },
    { .name = "judge",
      .type = OPTION_CHOICE,
      .offset = AT(judge),
      .initial = "auto",
      .choice = judge_choice,
      .arg = "NAME",
      .help = "what the classifier learns, in whose features samples are compared" },
    { .name = "features",
      .type = OPTION_TEXT,
      .offset = AT(features),
      .arg = "FILE",
      .help = "write the samples' features to an .npy of float32 (N, 128, 1, 1)" },
    { .name = "neighbours",
      .type = OPTION_TEXT,
      .offset = AT(neighbours),
      .arg = "FILE",
      .help = "write a PNG of the first 64 samples, in the order of gan sample's grid, each "
              "with its nearest training image to its right" },
    { .name = "compare",
      .type = OPTION_TEXT,
      .offset = AT(compare),
      .arg = "FILE",
      .help = "of a G that restores pictures: another checkpoint, measured beside it" },
    { .name = "figure",
      .type = OPTION_TEXT,
      .offset = AT(figure),
      .arg = "FILE",
      .help = "of a G that restores pictures: write a PNG of six test pictures, as each method "
              "makes them, and the originals" },
    MEMORY_OPTION_ROW(AT(memory)),
    { .name = "json",
      .letter = 'j',
      .type = OPTION_FLAG,
      .offset = AT(json),
      .help = "print one JSON object" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* One evaluation of images. */
typedef struct evaluation {
    const eval_options *options;
    const option_settings *given_options;
    generator *generator; /* empty if samples are given */
    reading bar;
    image_watch reading; /* of pictures */
    arena arena;
    dataset train, test;
    json_object saved; /* options of the checkpoint's run */
    evaluator evaluator;
    float *samples; /* (count, S): in the arena, or given */
    float *given;   /* malloc'ed; NULL: from the checkpoint */
    int count;
    sample_report report, floor;
    real_conditions conditions; /* of the samples; none if they are given */
    asked_report asked;
} evaluation;

static void show_epoch(void *context, int epoch, int epochs, double right)
{
    (void)context;
    progress_classifier(epoch, epochs, right);
}

static void show_matched(void *context, int epoch, int epochs, double right)
{
    (void)context;
    progress_matcher(epoch, epochs, right);
}

/* Fewer images take less than a second. */
enum { MANY_IMAGES = 5000 };

static void show_real(void *context, int set, int sets, int count)
{
    (void)context;
    if (set == 0 && sets * count >= MANY_IMAGES)
        fprintf(stderr, "judging %d x %d real images, once per data set and count\n", sets, count);
}

/* ---- the samples ---- */

static status open_given(evaluation *v)
{
    const eval_options *o = v->options;
    const npy_form form = { v->train.channels, v->train.height, v->train.width, .pixels = true };
    TRY(given_read(o, &form, &v->count, &v->given));
    if (v->count < EVALUATOR_LEAST)
        return status_fail(STATUS_USAGE, "--samples: %s has %d sample%s, expected at least %d",
                           o->samples, v->count, text_plural((uint64_t)v->count), EVALUATOR_LEAST);
    v->samples = v->given;
    return STATUS_OK;
}

/* True if the command line says which data to judge against, or how to read them. */
static bool names_data(const evaluation *v)
{
    const option_table *t = &image_option_table;
    for (size_t i = 0; i < v->given_options->count; i++) {
        const option_row *row = v->given_options->items[i].row;
        if (row >= t->rows && row < t->rows + t->count)
            return true;
    }
    return v->options->data != NULL;
}

/* Checks that the checkpoint's samples have the shape of the data. */
static status check_checkpoint(evaluation *v)
{
    const eval_options *o = v->options;
    const data_identity *d = &v->generator->model.data;
    v->count = o->count;
    if (d->channels != v->train.channels || d->height != v->train.height ||
        d->width != v->train.width)
        return status_fail(STATUS_USAGE,
                           "--data: %s has images of %dx%dx%d, the samples of %s are %dx%dx%d",
                           v->train.path, v->train.channels, v->train.height, v->train.width,
                           o->generator.ckpt, d->channels, d->height, d->width);
    bool same = resume_is_data(&v->generator->model, &v->train);
    /* Data that nobody named must be those of the run. */
    if (!same && !names_data(v))
        return status_fail(
            STATUS_USAGE,
            "%s: was trained on other data than %s, which %s; name the data to judge "
            "against with --data",
            o->generator.ckpt, v->train.path,
            json_get(&v->saved, "data") ? "the run.json beside it names"
                                        : "was found at a usual place");
    if (!same)
        terminal_note(
            NULL, v->train.kind == DATA_PICTURES
                      ? "the checkpoint was trained on different images, or on these with another "
                        "--fit or --background"
                      : "the checkpoint was trained on different images");
    return STATUS_OK;
}

static void plan(evaluation *v)
{
    size_t size = (size_t)dataset_sample_size(&v->train);
    evaluator_plan(&v->evaluator, &v->arena, v->generator->compute);
    if (!v->given)
        v->samples = arena_take(&v->arena, (size_t)v->count * size, sizeof *v->samples);
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
    q.compute = v->generator->compute;
    q.watch = &v->reading;
    q.memory = (double)o->memory;
    q.on_disk = o->memory > 0;
    if (!o->samples) {
        const data_identity *d = &v->generator->model.data;
        q.channels = d->channels;
        q.height = d->height;
        q.width = d->width;
        if (v->generator->model.options.condition == CONDITION_CAPTION)
            q.captions = CAPTIONS_NEED; /* the fingerprint covers them */
        TRY(folder_load_data(o->generator.ckpt, &q.where, &q.images, &v->saved));
    }
    TRY(option_apply(v->given_options, &image_option_table, SCOPE_RUN, &q.images));
    if (!o->samples && q.captions == CAPTIONS_NEED)
        TRY(folder_check_captions(o->generator.ckpt, q.images.captions, &v->saved));
    TRY(dataset_open_with(&v->train, &q));
    TRY(o->samples ? open_given(v) : check_checkpoint(v));
    TRY(dataset_open_test(&v->test, &v->train, &q));
    TRY(evaluator_open_by(&v->evaluator, &v->train, &v->test, v->count, EVALUATE_ALL,
                          (judge_kind)o->judge));
    if (v->options->features && v->evaluator.judge == JUDGE_NOBODY)
        return status_fail(STATUS_USAGE,
                           "--features: %s has too few images to learn features from; "
                           "expected at least %d, and %d to compare with, got %d and %d",
                           v->train.path, EVALUATOR_LEAST_TRAIN, EVALUATOR_LEAST_TEST,
                           v->train.count, v->test.count);
    return o->neighbours ? neighbours_check(&v->train) : STATUS_OK;
}

/* Asks for what the training images are; their classes may be unknown. */
static status choose_conditions(evaluation *v)
{
    const known_conditions *k = &v->generator->model.known;
    if (k->kind != CONDITION_LABEL || v->train.labels)
        return real_conditions_open(&v->conditions, k, &v->train, ORDER_TRAINING_IMAGES, v->count);
    terminal_note(NULL, "the data have no labels: the samples take turns at the classes of the "
                        "checkpoint");
    return STATUS_OK;
}

static status draw(evaluation *v)
{
    TRY(choose_conditions(v));
    if (v->conditions.count > 0)
        model_ask(&v->generator->model, real_conditions_asked(&v->conditions));
    generator_sample(v->generator, v->options->generator.seed, 0, v->count, v->samples);
    return STATUS_OK;
}

static status judge_asked(evaluation *v, points samples, const evaluator_watch *watch)
{
    const asked_samples s = { v->generator,   v->options->generator.seed,
                              &v->conditions, samples,
                              &v->evaluator,  watch };
    return v->conditions.count > 0 ? asked_judge(&s, &v->asked) : STATUS_OK;
}

static status judge(evaluation *v)
{
    const evaluator_watch watch = { NULL, show_epoch, show_matched, terminal_note, show_real };
    points samples;
    TRY(open_data(v));
    plan(v);
    TRY(eval_keep_within(v->options, v->given ? v->count : 0, v->generator, &v->arena, &v->train,
                         &v->test));
    TRY(arena_open(&v->arena));
    plan(v);
    if (!v->given)
        TRY(draw(v));
    TRY(evaluator_prepare(&v->evaluator, &watch));
    TRY(evaluator_floor(&v->evaluator, v->count, &watch, &v->floor));
    samples = points_of(v->samples, v->count, dataset_sample_size(&v->train));
    TRY(evaluator_run(&v->evaluator, samples, &v->report));
    TRY(judge_asked(v, samples, &watch));
    TRY(dataset_check(&v->train));
    TRY(dataset_check(&v->test));
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
        .file = v->given ? o->samples : o->generator.ckpt,
        .count = v->count,
        .drawn = !v->given,
        .seed = o->generator.seed,
        .evaluator = &v->evaluator,
        .report = &v->report,
        .floor = &v->floor,
        .asked = &v->asked,
    };
    o->json ? figures_add_json(t, &j) : figures_add_table(t, &j);
}

static void evaluation_close(evaluation *v)
{
    evaluator_close(&v->evaluator);
    real_conditions_close(&v->conditions);
    json_free(&v->saved);
    dataset_close(&v->train);
    dataset_close(&v->test);
    arena_close(&v->arena);
    free(v->given);
    free(v);
}

static status eval_images(const eval_options *o, const option_settings *given, generator *g)
{
    text t = { 0 };
    evaluation *v = calloc(1, sizeof *v);
    if (!v)
        return status_fail(STATUS_MEMORY, "out of memory");
    v->options = o;
    v->given_options = given;
    v->generator = g;
    v->reading = reading_watch(&v->bar);
    status s = judge(v);
    if (s == STATUS_OK && v->train.kind == DATA_PICTURES)
        in_data_note(o->neighbours, v->train.path);
    if (s == STATUS_OK) {
        add_figures(&t, v);
        s = text_check(&t);
    }
    /* If a file goes to standard output, the text goes to standard error. */
    bool beside = file_is_output(o->features) || file_is_output(o->neighbours);
    if (s == STATUS_OK)
        fwrite(t.data, 1, t.length, beside ? stderr : stdout);
    text_free(&t);
    evaluation_close(v);
    return s;
}

/* Judges the samples against the kind of data that they are of. */
static status eval_kind(eval_options *o, const option_settings *given, generator *g)
{
    bool stacked;
    if (eval_is_of_points(o, g))
        return eval_points(o, g);
    TRY(eval_is_of_stacked(o, &stacked));
    if (!stacked)
        return eval_images(o, given, g);
    if (!option_is_given(given, "count"))
        o->count = STACKS_SAMPLES;
    return eval_stacked(o, g);
}

static status eval_samples(eval_options *o, const option_settings *given, generator *g)
{
    static const char *const of_pictures[] = { "compare", "figure" };
    for (size_t i = 0; i < sizeof of_pictures / sizeof *of_pictures; i++)
        if (option_is_given(given, of_pictures[i]))
            return status_fail(STATUS_USAGE, "--%s: is for a G that restores pictures",
                               of_pictures[i]);
    if (!o->samples)
        TRY(generator_open(g, &o->generator, false, g->compute));
    return eval_kind(o, given, g);
}

static status run(arguments *a)
{
    eval_options o;
    compute c;
    generator g = { .compute = &c };
    TRY(option_read(&a->given, &generator_option_table, SCOPE_CALL, &o.generator));
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(option_read(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    TRY(terminal_check_output("features", o.features));
    TRY(terminal_check_output("neighbours", o.neighbours));
    TRY(terminal_check_output("figure", o.figure));
    TRY(png_name_check("neighbours", o.neighbours));
    TRY(png_name_check("figure", o.figure));
    TRY(compute_open(&c, o.compute.isa, o.compute.threads));
    char *ckpt = NULL;
    bool restores = false;
    status s = o.samples ? STATUS_OK : ckpt_find(&o.generator.ckpt, &a->given, &ckpt);
    if (s == STATUS_OK && !o.samples)
        s = eval_is_of_restored(&restores, o.generator.ckpt);
    if (s == STATUS_OK && restores)
        s = eval_restored(&o, &a->given, &c);
    else if (s == STATUS_OK)
        s = eval_samples(&o, &a->given, &g);
    generator_close(&g);
    compute_close(&c);
    free(ckpt);
    return s;
}

const command eval_command = {
    .name = "eval",
    .summary = "judge a checkpoint's samples against the test images",
    .help =
        "Draws samples and measures how good they are: FID, KID, precision, recall, "
        "density and coverage in the features of a classifier, which gan trains on the "
        "data the first time and keeps in $XDG_CACHE_HOME/gan (else ~/.cache/gan): it "
        "learns the labels or, without them, by how many quarter turns a picture is turned; "
        "the classes; the distance to the nearest training images; the "
        "Parzen-window log-likelihood. Each figure comes with that of as many real images, "
        "the mean over up to five sets of them, and both with one standard deviation. "
        "A generator that was trained with --condition is asked for the classes or captions "
        "of the training images, and judged by whether its samples are what was asked for. "
        "docs/evaluation.md explains them. For points of the plane (--data ring, grid) it "
        "counts the modes that they cover, and so it does for stacked digits (--data "
        "stacked). With a generator that was trained with --task, it makes test pictures poorer, "
        "restores them and compares them with the originals: PSNR, SSIM and the distance of "
        "patches, which docs/restore.md explains.\n"
        "\n"
        "  gan eval --ckpt out/model.bin\n"
        "  gan eval --json | jq .figures.fid.value\n"
        "  gan eval --neighbours look.png    samples and nearest training images\n"
        "  gan eval --samples x.npy          any samples, in [-1, 1] or uint8\n"
        "  gan eval --ckpt ring/model.bin --count 2500",
    .tables = { &generator_option_table, &table, &image_option_table, &compute_option_table },
    .run = run,
};
