/* cli/cmd_sample.c - `gan sample`: images from a checkpoint. Options and calls, no arithmetic.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "format/idx.h"
#include "format/npy.h"
#include "game/saved.h"
#include "image/field.h"
#include "image/grid.h"

#include "base/banned.h"

typedef struct sample_options {
    const char *ckpt, *out, *format, *latents;
    int rows, cols, pad, count;
    uint64_t seed;
    bool no_ema;
    compute_options compute;
} sample_options;

#define AT(member) offsetof(sample_options, member)
static const option_row rows[] = {
    { .name = "ckpt",
      .letter = 'c',
      .type = OPTION_TEXT,
      .offset = AT(ckpt),
      .initial = "out/model.bin",
      .arg = "FILE",
      .help = "the checkpoint" },
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .initial = "samples.png",
      .arg = "FILE",
      .help =
          "what to write: a .png picture, or raw samples as .npy or .idx; - is standard output" },
    { .name = "format",
      .letter = 'f',
      .type = OPTION_TEXT,
      .offset = AT(format),
      .arg = "NAME",
      .help = "png, npy or idx, where the name of FILE does not say it (png for -)" },
    { .name = "rows",
      .type = OPTION_INT,
      .offset = AT(rows),
      .initial = "8",
      .least = 1,
      .most = 10000,
      .arg = "N",
      .help = "rows of the grid" },
    { .name = "cols",
      .type = OPTION_INT,
      .offset = AT(cols),
      .initial = "8",
      .least = 1,
      .most = 10000,
      .arg = "N",
      .help = "columns of the grid" },
    { .name = "pad",
      .type = OPTION_INT,
      .offset = AT(pad),
      .initial = "5",
      .least = 0,
      .most = 1000,
      .arg = "N",
      .help = "black pixels between the samples of the grid" },
    { .name = "count",
      .letter = 'n',
      .type = OPTION_INT,
      .offset = AT(count),
      .initial = "0",
      .least = 0,
      .most = 2147483647,
      .arg = "N",
      .help =
          "raw samples, or points, to write (0: as many as the grid or the file of latents has, "
          "or 2500 points)" },
    { .name = "seed",
      .letter = 's',
      .type = OPTION_U64,
      .offset = AT(seed),
      .initial = "1",
      .arg = "N",
      .help = "of the latents" },
    { .name = "latents",
      .letter = 'z',
      .type = OPTION_TEXT,
      .offset = AT(latents),
      .arg = "FILE",
      .help = "take the latents from an .npy of float32 (N, latent) instead" },
    { .name = "no-ema",
      .type = OPTION_FLAG,
      .offset = AT(no_ema),
      .help = "draw from G as its last step left it, where the training averaged it (--ema)" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* ---- what is written ---- */

/* A format of pictures, or of numbers: its header, then its samples in parts. */
typedef struct form {
    const char *name;
    status (*begin)(out_file *f, const int shape[4]); /* NULL: a picture */
    status (*add)(out_file *f, const float *values, size_t n);
    bool only_pixels;
} form;

static const form forms[] = {
    { .name = "png" },
    { .name = "npy", .begin = npy_begin, .add = npy_add },
    { .name = "idx", .begin = idx_begin, .add = idx_add, .only_pixels = true },
};
enum { FORM_COUNT = sizeof forms / sizeof *forms };

static status choose_form(const sample_options *o, const form **f)
{
    const char *dot = strrchr(o->out, '.');
    const char *name = o->format ? o->format : file_is_output(o->out) ? "png" : dot ? dot + 1 : "";
    for (int i = 0; i < FORM_COUNT; i++)
        if (strcmp(name, forms[i].name) == 0) {
            *f = &forms[i];
            return STATUS_OK;
        }
    if (o->format)
        return status_fail(STATUS_USAGE, "--format: expected png, npy or idx, got \"%s\"", name);
    return status_fail(
        STATUS_USAGE,
        "--out: expected a name that ends in .png, .npy or .idx, got \"%s\"; --format "
        "says what to write into any other",
        o->out);
}

/* ---- from where ---- */

/* A loaded generator and the latents, if they are given. */
typedef struct source {
    const sample_options *options;
    model model;
    compute compute;
    arena arena;
    float *z; /* (z_count, Z), or NULL: from the seed */
    int z_count;
} source;

static status source_read(source *s, checkpoint *f)
{
    TRY(model_open_file(&s->model, f, s->options->ckpt));
    TRY(model_open_memory(&s->model, &s->arena,
                          s->options->no_ema ? MODEL_SAMPLES_LAST : MODEL_SAMPLES));
    TRY(model_read(&s->model, f));
    if (s->options->latents)
        TRY(npy_read_latents(s->options->latents, s->model.options.latent, &s->z_count, &s->z));
    return STATUS_OK;
}

static status source_open(source *s, const sample_options *o)
{
    checkpoint f;
    *s = (source){ .options = o };
    TRY(compute_open(&s->compute, o->compute.isa, o->compute.threads));
    status result = source_read(s, &f);
    checkpoint_close(&f);
    return result;
}

static void source_close(source *s)
{
    model_close(&s->model);
    arena_close(&s->arena);
    compute_close(&s->compute);
    free(s->z);
}

/* The samples first .. first+n-1. */
static void source_samples(source *s, int first, int n, float *out)
{
    if (s->z)
        model_sample_latents(&s->model, &s->compute,
                             s->z + (ptrdiff_t)first * s->model.options.latent, n, out);
    else
        model_sample(&s->model, &s->compute, model_sample_stream(s->options->seed), first, n, out);
}

/* How many samples: asked for, or else as many as there are latents, or places in the picture. */
static status count_samples(const source *s, const form *f, int *count)
{
    const sample_options *o = s->options;
    bool points = s->model.data.kind == SAMPLE_POINT, tiles = !f->begin && !points;
    int places = points ? FIELD_POINTS : o->rows * o->cols;
    if (tiles && o->count != 0 && o->count != places)
        return status_fail(STATUS_USAGE,
                           "--count: a grid of %d x %d shows %d samples, got %d; use "
                           "--rows and --cols, or an .npy or .idx file",
                           o->rows, o->cols, places, o->count);
    *count = tiles || (o->count == 0 && !s->z) ? places : o->count == 0 ? s->z_count : o->count;
    if (s->z && *count > s->z_count)
        return status_fail(STATUS_USAGE, "--latents: %s has %d latents, expected at least %d",
                           o->latents, s->z_count, *count);
    return STATUS_OK;
}

/* Points on black: there is no D when sampling, so no field below them. */
static status write_points(const char *path, const float *samples, int count)
{
    field f = { .samples = { samples, count } };
    unsigned char *pixels = malloc(FIELD_BYTES);
    f.reach = field_reach(f.samples);
    status result = pixels ? field_write_png(path, &f, pixels)
                           : status_fail(STATUS_MEMORY, "%s: out of memory", path);
    free(pixels);
    return result;
}

static status write_picture(source *s, int count)
{
    const sample_options *o = s->options;
    const data_identity *d = &s->model.data;
    grid g = { o->rows, o->cols, o->pad, d->channels, d->height, d->width };
    bool points = d->kind == SAMPLE_POINT;
    if (!points)
        TRY(grid_check(&g));
    float *samples = calloc((size_t)count * (size_t)model_sample_size(&s->model), sizeof *samples);
    if (!samples)
        return status_fail(STATUS_MEMORY, "cannot allocate %d samples", count);
    source_samples(s, 0, count, samples);
    status result =
        points ? write_points(o->out, samples, count) : grid_write_png(o->out, &g, samples);
    free(samples);
    return result;
}

/* In parts, so that memory does not grow with the count. */
static status write_parts(source *s, out_file *f, const form *to, int count)
{
    int part = s->model.rows;
    const data_identity *d = &s->model.data;
    const int shape[4] = { count, d->channels, d->height, d->width };
    size_t size = (size_t)model_sample_size(&s->model);
    float *samples = calloc((size_t)part * size, sizeof *samples);
    status result = samples ? to->begin(f, shape)
                            : status_fail(STATUS_MEMORY, "cannot allocate %d samples", part);
    for (int i = 0; i < count && result == STATUS_OK; i += part) {
        int n = count - i < part ? count - i : part;
        source_samples(s, i, n, samples);
        result = to->add(f, samples, (size_t)n * size);
    }
    free(samples);
    return result;
}

static status write_numbers(source *s, const form *to, int count)
{
    if (to->only_pixels && s->model.data.kind == SAMPLE_POINT)
        return status_fail(STATUS_USAGE,
                           "--out: an IDX file holds pixels, but the samples of %s are points of "
                           "the plane; write an .npy or a .png",
                           s->options->ckpt);
    out_file *f;
    TRY(out_open(&f, s->options->out));
    return out_commit(f, write_parts(s, f, to, count));
}

static status run(arguments *a)
{
    sample_options o;
    const form *f = NULL;
    source s;
    int count = 0;
    option_defaults(&table, &o);
    option_defaults(&compute_option_table, &o.compute);
    TRY(option_apply(&a->given, &table, SCOPE_CALL, &o));
    TRY(option_apply(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    TRY(choose_form(&o, &f));
    status result = source_open(&s, &o);
    if (result == STATUS_OK)
        result = count_samples(&s, f, &count);
    if (result == STATUS_OK)
        result = f->begin ? write_numbers(&s, f, count) : write_picture(&s, count);
    source_close(&s);
    return result;
}

const command sample_command = {
    .name = "sample",
    .summary = "draw images from a checkpoint",
    .help =
        "Draws samples from the generator of a checkpoint: a grid as PNG, or the numbers. In an "
        ".npy they are float32 of shape (N, C, H, W) in [-1, 1]; in an .idx, and in the PNG, the "
        "nearest bytes of 255 (x + 1)/2. Points of the plane are drawn where they are, or are the "
        "numbers of an .npy. The same seed gives the same samples; sample i does not depend on how "
        "many there are.\n"
        "\n"
        "  gan sample --ckpt out/model.bin -o grid.png\n"
        "  gan sample -o big.png --rows 20 --cols 30 --pad 2 --seed 7\n"
        "  gan sample -o x.npy --count 10000\n"
        "  gan sample -o - --format idx --count 1000 | gzip > x.idx.gz",
    .tables = { &table, &compute_option_table },
    .run = run,
};
