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
#include "game/generator.h"
#include "game/saved.h"
#include "image/field.h"
#include "image/grid.h"

#include "base/banned.h"

typedef struct sample_options {
    generator_options generator;
    const char *out, *format, *latents;
    int rows, cols, pad, count;
    compute_options compute;
} sample_options;

#define AT(member) offsetof(sample_options, member)
static const option_row rows[] = {
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .initial = "samples.png",
      .arg = "FILE",
      .help =
          "file to write: a .png picture, or raw samples as .npy or .idx; - is standard output" },
    { .name = "format",
      .letter = 'f',
      .type = OPTION_TEXT,
      .offset = AT(format),
      .arg = "NAME",
      .help = "png, npy or idx, if the name of FILE does not tell (png for -)" },
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
      .help = "number of raw samples or points to write (0: as many as the grid or the file of "
              "latents has, or 2500 points)" },
    { .name = "latents",
      .letter = 'z',
      .type = OPTION_TEXT,
      .offset = AT(latents),
      .arg = "FILE",
      .help = "take the latents from an .npy of numbers, (N, latent), instead of the seed" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* ---- forms of output ---- */

/* An output format: a picture, or numbers, which are a header and then samples in parts. */
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
        "--out: expected a name that ends in .png, .npy or .idx, got \"%s\"; any other name "
        "needs --format",
        o->out);
}

/* ---- the source of samples ---- */

/* A loaded generator and the latents, if they are given. */
typedef struct source {
    const sample_options *options;
    generator generator;
    compute compute;
    float *z; /* (z_count, Z), or NULL: from the seed */
    int z_count;
} source;

static status source_open(source *s, const sample_options *o)
{
    *s = (source){ .options = o };
    TRY(compute_open(&s->compute, o->compute.isa, o->compute.threads));
    TRY(generator_open(&s->generator, &o->generator, &s->compute));
    if (o->latents)
        TRY(npy_read_latents(o->latents, s->generator.model.options.latent, &s->z_count, &s->z));
    return STATUS_OK;
}

static void source_close(source *s)
{
    generator_close(&s->generator);
    compute_close(&s->compute);
    free(s->z);
}

/* The samples first .. first+n-1. */
static void source_samples(source *s, int first, int n, float *out)
{
    generator *g = &s->generator;
    if (s->z)
        generator_sample_latents(g, s->z + (ptrdiff_t)first * g->model.options.latent, n, out);
    else
        generator_sample(g, s->options->generator.seed, first, n, out);
}

/* Sets the number of samples: --count, else that of the latents or of the places in the picture. */
static status count_samples(const source *s, const form *f, int *count)
{
    const sample_options *o = s->options;
    bool points = s->generator.model.data.kind == SAMPLE_POINT, tiles = !f->begin && !points;
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

static status write_picture(source *s, int count)
{
    const sample_options *o = s->options;
    const data_identity *d = &s->generator.model.data;
    grid g = { o->rows, o->cols, o->pad, d->channels, d->height, d->width };
    bool points = d->kind == SAMPLE_POINT;
    if (!points)
        TRY(grid_check(&g));
    float *samples =
        calloc((size_t)count * (size_t)model_sample_size(&s->generator.model), sizeof *samples);
    if (!samples)
        return status_fail(STATUS_MEMORY, "cannot allocate %d samples", count);
    source_samples(s, 0, count, samples);
    status result =
        points ? field_write_points(o->out, (field_points){ 0 }, (field_points){ samples, count })
               : grid_write_png(o->out, &g, samples);
    free(samples);
    return result;
}

/* Writes in parts, so that memory does not grow with the count. */
static status write_parts(source *s, out_file *f, const form *to, int count)
{
    int part = s->generator.model.rows;
    const data_identity *d = &s->generator.model.data;
    const int shape[4] = { count, d->channels, d->height, d->width };
    size_t size = (size_t)model_sample_size(&s->generator.model);
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
    if (to->only_pixels && s->generator.model.data.kind == SAMPLE_POINT)
        return status_fail(STATUS_USAGE,
                           "--out: an IDX file holds pixels, but the samples of %s are points of "
                           "the plane; write an .npy or a .png",
                           s->options->generator.ckpt);
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
    option_defaults(&generator_option_table, &o.generator);
    option_defaults(&table, &o);
    option_defaults(&compute_option_table, &o.compute);
    TRY(option_apply(&a->given, &generator_option_table, SCOPE_CALL, &o.generator));
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
    .help = "Draws samples from the generator of a checkpoint, as a grid in a PNG or as "
            "numbers. An .npy holds float32 of shape (N, C, H, W) in [-1, 1]; an .idx, like "
            "the PNG, holds the bytes nearest to 255 (x + 1)/2. A PNG of points of the plane "
            "shows each at its place; an .npy holds their coordinates. The same seed gives the "
            "same samples, and sample i does not depend on how many are drawn.\n"
            "\n"
            "  gan sample --ckpt out/model.bin -o grid.png\n"
            "  gan sample -o big.png --rows 20 --cols 30 --pad 2 --seed 7\n"
            "  gan sample -o x.npy --count 10000\n"
            "  gan sample -o - --format idx --count 1000 | gzip > x.idx.gz",
    .tables = { &generator_option_table, &table, &compute_option_table },
    .run = run,
};
