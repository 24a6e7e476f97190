/* cli/cmd_sample.c - `gan sample`: images from a checkpoint. Options and calls, no arithmetic.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "cli/in_data.h"
#include "cli/sample_picture.h"
#include "cli/sample_source.h"
#include "cli/terminal.h"
#include "format/idx.h"
#include "format/npy.h"
#include "image/enlarge.h"
#include "image/field.h"
#include "image/grid.h"

#include "base/banned.h"

#define AT(member) offsetof(sample_options, member)
static const option_row rows[] = {
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .initial = "samples.png",
      .arg = "FILE",
      .help = "file to write: a .png picture, or raw samples as .npy or .idx; with %d or %04d in "
              "its name, or a folder ending in /, one file per sample; - is standard output" },
    { .name = "format",
      .letter = 'f',
      .type = OPTION_TEXT,
      .offset = AT(format),
      .arg = "NAME",
      .help = "png, npy or idx, if the name of FILE does not tell (png for - and folders)" },
    { .name = "rows",
      .type = OPTION_INT,
      .offset = AT(rows),
      .initial = "8",
      .least = 1,
      .most = 10000,
      .arg = "N",
      .help = "rows of the grid; with --label or --text, if not given, one for each" },
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
      .help = "number of samples to write, if not a grid (0: as many as the grid or the file of "
              "latents has, or 2500 points)" },
    { .name = "latents",
      .letter = 'z',
      .type = OPTION_TEXT,
      .offset = AT(latents),
      .arg = "FILE",
      .help = "take the latents from an .npy of numbers, (N, latent), instead of the seed" },
    { .name = "interpolate",
      .type = OPTION_INT,
      .offset = AT(interpolate),
      .initial = "0",
      .least = 0,
      .most = 10000,
      .arg = "N",
      .help = "fill each row with N samples on the great circle from one latent to another "
              "(Shoemake 1985; White 2016), or with several texts or labels from each to the next "
              "(0: unrelated samples)" },
    { .name = "truncation",
      .type = OPTION_FLOAT,
      .offset = AT(truncation),
      .initial = "1",
      .least = 0,
      .most = 4,
      .arg = "PSI",
      .help = "multiply the latents by PSI: below 1, samples are more typical and less varied" },
    { .name = "best",
      .type = OPTION_INT,
      .offset = AT(best),
      .initial = "0",
      .least = 0,
      .most = 10000000,
      .arg = "N",
      .help = "of the first N samples, of each class or text, show those that D finds most real, "
              "the best first (0: the first ones)" },
    { .name = "scale",
      .type = OPTION_INT,
      .offset = AT(scale),
      .initial = "1",
      .least = 1,
      .most = ENLARGE_MOST,
      .arg = "N",
      .help = "draw each pixel of a PNG as a square of N x N" },
    { .name = "show",
      .type = OPTION_CHOICE,
      .offset = AT(show),
      .initial = "auto",
      .choice = screen_choice,
      .arg = "WAY",
      .help = "show the picture on the terminal, too, and how; without --show, auto if -o is not "
              "given, else none" },
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

/* What is written where. */
typedef struct target {
    const form *form;
    bool each;          /* a file per sample */
    bool folder;        /* the path is that of their folder */
    const char *number; /* else the "%d" or "%04d" in the path that stands for a sample's number, */
    size_t length;      /* its length, */
    int digits;         /* and the least digits of the number */
} target;

/* Finds the next "%d" or "%0Nd". */
static bool find_number(const char *path, target *t)
{
    for (const char *at = path; (at = strchr(at, '%')); at++) {
        bool wide = at[1] == '0' && at[2] >= '1' && at[2] <= '9';
        if (at[wide ? 3 : 1] != 'd')
            continue;
        t->number = at;
        t->length = wide ? 4 : 2;
        t->digits = wide ? at[2] - '0' : 1;
        return true;
    }
    return false;
}

static status choose_form(const sample_options *o, target *t)
{
    bool has_default = file_is_output(o->out) || t->folder;
    const char *dot = strrchr(o->out, '.');
    const char *name = o->format ? o->format : has_default ? "png" : dot ? dot + 1 : "";
    for (int i = 0; i < FORM_COUNT; i++)
        if (strcasecmp(name, forms[i].name) == 0) {
            t->form = &forms[i];
            return STATUS_OK;
        }
    if (o->format)
        return status_fail(STATUS_USAGE, "--format: expected png, npy or idx, got \"%s\"", name);
    if (file_is_folder(o->out))
        return status_fail(STATUS_USAGE,
                           "--out: %s is a folder; with a / at its end, each sample becomes a file "
                           "in it",
                           o->out);
    return status_fail(
        STATUS_USAGE,
        "--out: expected a name that ends in .png, .npy or .idx, got \"%s\"; any other name "
        "needs --format, and a folder a / at its end",
        o->out);
}

static status choose_target(const sample_options *o, target *t)
{
    target second;
    *t = (target){ .folder = o->out[strlen(o->out) - 1] == '/' };
    bool numbered = find_number(o->out, t);
    if (numbered && (t->folder || find_number(t->number + t->length, &second)))
        return status_fail(STATUS_USAGE,
                           "--out: expected one number such as %%04d, in the name of a file, got "
                           "\"%s\"",
                           o->out);
    t->each = t->folder || numbered;
    TRY(choose_form(o, t));
    return terminal_check_output("out", o->out);
}

/* ---- how many ---- */

/* What does not go together, whatever the checkpoint. */
static status check_options(const sample_options *o, const option_settings *given)
{
    bool cols = option_is_given(given, "cols");
    if (o->interpolate == 1)
        return status_fail(STATUS_USAGE, "--interpolate: expected at least 2 samples from one "
                                         "latent to the next, got 1");
    if (o->interpolate > 0 && o->best > 0)
        return status_fail(STATUS_USAGE, "--best and --interpolate exclude each other");
    if (o->interpolate > 0 && cols && o->cols != o->interpolate)
        return status_fail(STATUS_USAGE,
                           "--interpolate: makes rows of %d samples, but --cols is %d; leave it "
                           "out",
                           o->interpolate, o->cols);
    return STATUS_OK;
}

/* Sets the number of samples: --count, else that of the latents or of the places in the picture. */
static status count_samples(const source *s, const target *to, int *count)
{
    const sample_options *o = s->options;
    bool points = s->generator.model.data.kind == SAMPLE_POINT, tiles = !to->form->begin && !points;
    int columns = sample_picture_columns(o);
    bool is_grid = tiles && !to->each;
    int places = points && o->interpolate == 0 ? FIELD_POINTS : o->rows * columns;
    if (points && to->each)
        return status_fail(STATUS_USAGE,
                           "--out: one file per sample is for images, but the samples of %s are "
                           "points of the plane",
                           o->generator.ckpt);
    if (!tiles && o->scale > 1)
        return status_fail(STATUS_USAGE, "--scale: it is for PNGs of images, got %d", o->scale);
    if (is_grid && o->count != 0 && o->count != places)
        return status_fail(STATUS_USAGE,
                           "--count: a grid of %d x %d shows %d samples, got %d; use "
                           "--rows and --cols, or an .npy or .idx file, or a folder/ of pictures",
                           o->rows, columns, places, o->count);
    bool all_latents = s->z && o->interpolate == 0 && o->best == 0;
    *count = is_grid || (o->count == 0 && !all_latents) ? places
             : o->count == 0                            ? s->z_count
                                                        : o->count;
    return source_check_count(s, *count, is_grid);
}

/* ---- a file per sample ---- */

/* The name of sample i does not depend on the number of samples. */
static status add_name(text *t, const sample_options *o, const target *to, int i)
{
    enum { DIGITS = 6 };
    if (to->folder) {
        text_add(t, "%s%0*d.%s", o->out, DIGITS, i, to->form->name);
    } else {
        text_add_bytes(t, o->out, (size_t)(to->number - o->out));
        text_add(t, "%0*d%s", to->digits, i, to->number + to->length);
    }
    return text_check(t);
}

static status write_one(const source *s, const char *path, const form *as, const float *sample)
{
    const data_identity *d = &s->generator.model.data;
    const int shape[4] = { 1, d->channels, d->height, d->width };
    out_file *f;
    if (!as->begin)
        return grid_write_large_png(path, &(grid){ 1, 1, 0, d->channels, d->height, d->width },
                                    s->options->scale, sample);
    TRY(out_open(&f, path));
    status result = as->begin(f, shape);
    if (result == STATUS_OK)
        result = as->add(f, sample, (size_t)model_sample_size(&s->generator.model));
    return out_commit(f, result);
}

/* Samples first .. first+n-1. */
static status write_some(const source *s, const target *to, int first, int n, const float *samples)
{
    status result = STATUS_OK;
    size_t size = (size_t)model_sample_size(&s->generator.model);
    for (int i = 0; i < n && result == STATUS_OK; i++) {
        text path = { 0 };
        result = add_name(&path, s->options, to, first + i);
        if (result == STATUS_OK)
            result = write_one(s, path.data, to->form, samples + (size_t)i * size);
        text_free(&path);
    }
    return result;
}

/* A file of an earlier call with more samples would be taken for one of these. */
static status note_rest(const source *s, const target *to, int count)
{
    text path = { 0 }, note = { 0 };
    status result = count == INT_MAX ? STATUS_OK : add_name(&path, s->options, to, count);
    if (result == STATUS_OK && path.data && file_exists(path.data)) {
        text_add(&note, "%s was there before: it is not one of these %d samples", path.data, count);
        terminal_note(NULL, note.data ? note.data : path.data);
    }
    text_free(&path);
    text_free(&note);
    return result;
}

static status write_each(source *s, const target *to, int count)
{
    int part = s->generator.model.rows;
    if (to->folder)
        TRY(folder_make(s->options->out));
    float *samples =
        calloc((size_t)part * (size_t)model_sample_size(&s->generator.model), sizeof *samples);
    status result =
        samples ? STATUS_OK : status_fail(STATUS_MEMORY, "cannot allocate %d samples", part);
    for (int i = 0; i < count && result == STATUS_OK; i += part) {
        int n = count - i < part ? count - i : part;
        source_samples(s, i, n, samples);
        result = write_some(s, to, i, n, samples);
    }
    free(samples);
    return result == STATUS_OK ? note_rest(s, to, count) : result;
}

/* ---- numbers ---- */

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

/* Arrays are no pictures. */
static void note_data(const sample_options *o, const target *to)
{
    text first = { 0 };
    if (to->form->begin)
        return;
    if (to->each && !to->folder && add_name(&first, o, to, 0) == STATUS_OK)
        in_data_note_of_run(first.data, o->generator.ckpt);
    else
        in_data_note_of_run(o->out, o->generator.ckpt);
    text_free(&first);
}

static status run(arguments *a)
{
    sample_options o;
    target to;
    source s;
    screen terminal;
    int count = 0;
    TRY(option_read(&a->given, &generator_option_table, SCOPE_CALL, &o.generator));
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(option_read(&a->given, &asked_option_table, SCOPE_CALL, &o.asked));
    TRY(option_read(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    TRY(check_options(&o, &a->given));
    TRY(choose_target(&o, &to));
    TRY(sample_picture_open(&terminal, &o, &a->given, !to.form->begin && !to.each));
    status result = source_open(&s, &o, &a->given);
    if (result == STATUS_OK)
        result = count_samples(&s, &to, &count);
    if (result == STATUS_OK)
        result = source_choose(&s, count);
    if (result == STATUS_OK)
        result = to.each          ? write_each(&s, &to, count)
                 : to.form->begin ? write_numbers(&s, to.form, count)
                                  : sample_picture_write(&s, count, &terminal);
    if (result == STATUS_OK)
        note_data(&o, &to);
    source_close(&s);
    return result;
}

const command sample_command = {
    .name = "sample",
    .summary = "draw images from a checkpoint",
    .help =
        "Draws samples from the generator of a checkpoint, as a grid in a PNG or as "
        "numbers. An .npy holds float32 of shape (N, C, H, W) in [-1, 1]; an .idx, like "
        "the PNG, holds the bytes nearest to 255 (x + 1)/2. A PNG of points of the plane "
        "shows each at its place; an .npy holds their coordinates. The same seed gives the "
        "same samples, and sample i does not depend on how many are drawn. A folder or a "
        "name with %d makes a file of each sample, as other programs want them to compute "
        "FID: -o folder/ writes folder/000000.png and so on.\n"
        "\n"
        "Without -o, a terminal shows the picture, too: in graphics if it announces kitty's or "
        "sixels, else in half blocks or characters.\n"
        "\n"
        "A generator that was trained with --condition shows its classes, or some captions, in "
        "rows; --label and --text choose what to show. Where two or more are given, "
        "--interpolate walks from each to the next, with one latent.\n"
        "\n"
        "Else --interpolate walks from latent 2r to latent 2r + 1 in row r. --truncation applies to "
        "the latents before anything else. docs/sampling.md has the formulas.\n"
        "\n"
        "  gan sample --ckpt out\n"
        "  gan sample --ckpt out -o grid.png\n"
        "  gan sample -o big.png --rows 20 --cols 30 --pad 2 --seed 7\n"
        "  gan sample -o x.npy --count 10000\n"
        "  gan sample -o pictures/ --count 10000\n"
        "  gan sample -o walk.png --interpolate 12 --scale 2\n"
        "  gan sample -o best.png --best 1000 --truncation 0.8\n"
        "  gan sample -c mnist --label 7 --cols 20\n"
        "  gan sample -c pets --label cat,dog --interpolate 8\n"
        "  gan sample -c emoji --text \"a smiling cat\" --text \"a crying cat\"\n"
        "  gan sample -o - --format idx --count 1000 | gzip > x.idx.gz",
    .tables = { &generator_option_table, &asked_option_table, &table, &compute_option_table },
    .run = run,
};
