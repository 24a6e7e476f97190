/* cli/cmd_data.c - `gan data`: what a data set contains, and which of its files are bad.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/size.h"
#include "cli/data_captions.h"
#include "cli/data_crops.h"
#include "cli/data_report.h"
#include "cli/in_data.h"
#include "cli/lines.h"
#include "cli/png_name.h"
#include "cli/reading.h"
#include "cli/terminal.h"
#include "data/crops.h"
#include "data/duplicates.h"
#include "image/field.h"
#include "image/grid.h"

#include "base/banned.h"

typedef struct data_options {
    image_options images; /* first, so that image_option_table fits this struct too */
    const char *out;
    int rows, cols, crop;
    uint64_t memory; /* 0: as much as there is */
    bool json;
    compute_options compute;
} data_options;

#define AT(member) offsetof(data_options, member)
static const option_row rows[] = {
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .arg = "FILE",
      .help = "write a PNG of the first samples, as a run sees them, with their captions beneath; "
              "- is standard output" },
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
    { .name = "crop",
      .type = OPTION_INT,
      .offset = AT(crop),
      .initial = "0",
      .least = 0,
      .most = 1024,
      .arg = "N",
      .help = "look at a data set of random crops of N x N pixels, whose images keep their own "
              "sizes (0: at images of one size)" },
    MEMORY_OPTION_ROW(AT(memory)),
    { .name = "json",
      .letter = 'j',
      .type = OPTION_FLAG,
      .offset = AT(json),
      .help = "print one JSON object" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* What a call looks at. */
typedef struct data_view {
    const data_options *options;
    compute compute;
    data_report report;
    bool failed; /* no memory for a message */
} data_view;

static void keep_bad(data_view *v, const char *message)
{
    data_report *r = &v->report;
    char **more = realloc(r->bad, ((size_t)r->bad_count + 1) * sizeof *more);
    if (more)
        r->bad = more;
    char *copy = more ? strdup(message) : NULL;
    if (copy)
        r->bad[r->bad_count++] = copy;
    else
        v->failed = true;
}

/* ---- looking ---- */

/* Opens the test part if there is one, so that its bad files and its classes are reported, too. */
static status open_test_part(data_report *r, const dataset_request *q)
{
    data_place test, train = { .kind = r->data.kind, .path = r->data.path };
    TRY(find_test(&test, &train));
    r->test_path = test.path;
    test.path = NULL;
    data_place_free(&test);
    if (!r->test_path && !r->data.held)
        return STATUS_OK;
    status s = dataset_open_test(&r->test, &r->data, q);
    if (s == STATUS_OK || s == STATUS_MEMORY)
        return s;
    r->test_problem = strdup(status_message());
    return r->test_problem ? STATUS_OK : status_fail(STATUS_MEMORY, "out of memory");
}

static void find_extremes(data_report *r)
{
    const dataset *d = &r->data;
    unsigned char room[DATASET_PIECE];
    r->least = r->greatest = d->points ? 0 : dataset_piece(d, 0, 0, 1, room)[0];
    for (int i = 0; !d->points && i < d->count; i++)
        for (size_t from = 0, n, size = dataset_image_bytes(d, i); from < size; from += n) {
            n = size_min(size - from, sizeof room);
            const unsigned char *bytes = dataset_piece(d, i, from, n, room);
            for (size_t k = 0; k < n; k++) {
                r->least = bytes[k] < r->least ? bytes[k] : r->least;
                r->greatest = bytes[k] > r->greatest ? bytes[k] : r->greatest;
            }
        }
}

static void count_classes(data_report *r)
{
    for (int i = 0; r->data.labels && i < r->data.count; i++) {
        int k = r->data.labels[i];
        r->classes[k]++;
        r->class_count = k >= r->class_count ? k + 1 : r->class_count;
    }
}

/* The context of the watch is the bar; this adds the report, which collects the bad files. */
typedef struct looking {
    reading bar; /* first, so that a pointer to this is one to it */
    data_view *view;
} looking;

static void note_bad(void *context, const char *message)
{
    keep_bad(((looking *)context)->view, message);
}

static status look(data_view *v, const char *where)
{
    data_report *r = &v->report;
    looking l = { .view = v };
    image_watch watch = reading_watch(&l.bar);
    watch.bad = note_bad;
    dataset_request q = { .where = where,
                          .images = v->options->images,
                          .captions = CAPTIONS_LOOK,
                          .crop = v->options->crop,
                          .fresh = true,
                          .memory = (double)v->options->memory,
                          .on_disk = v->options->memory > 0,
                          .compute = &v->compute,
                          .watch = &watch };
    q.images.skip_bad = true;
    TRY(dataset_open_with(&r->data, &q));
    TRY(open_test_part(r, &q));
    count_classes(r);
    find_extremes(r);
    TRY(dataset_check(&r->data));
    if (r->data.kind == DATA_POINTS)
        return STATUS_OK;
    r->first = malloc((size_t)r->data.count * sizeof *r->first);
    if (!r->first)
        return status_fail(STATUS_MEMORY, "%s: out of memory", r->data.path);
    TRY(duplicates_find(&r->data, r->first, &r->duplicates));
    return dataset_check(&r->data);
}

/* ---- the picture ---- */

static status draw_points(const data_view *v)
{
    const dataset *d = &v->report.data;
    int count = d->count < FIELD_POINTS ? d->count : FIELD_POINTS;
    return field_write_points(v->options->out, (field_points){ d->points, count },
                              (field_points){ 0 });
}

static grid grid_of(const data_view *v)
{
    const dataset *d = &v->report.data;
    return (grid){ v->options->rows, v->options->cols, 2, d->channels, d->height, d->width };
}

/* The samples in the picture; further places of the grid stay black. */
static int count_drawn(const data_view *v)
{
    uint32_t places = (uint32_t)(v->options->rows * v->options->cols);
    uint32_t samples = dataset_crops(&v->report.data);
    return (int)(places < samples ? places : samples);
}

/* A crop shows a part of what its image's caption says. */
static bool has_words(const data_view *v)
{
    return v->report.data.captions && v->report.data.crop == 0;
}

/* Checks the size of the grid before anything is printed. */
static status check_picture(const data_view *v)
{
    grid g = grid_of(v);
    if (!v->options->out || v->report.data.kind == DATA_POINTS)
        return STATUS_OK;
    TRY(grid_check(&g));
    if (!has_words(v))
        return STATUS_OK;
    const lettering words = data_captions_beneath(&v->report.data, count_drawn(v));
    g = lettering_grid(&g, &words);
    return grid_check(&g);
}

/* out (n, sample size) = the first samples. */
static status first_samples(const data_view *v, int n, float *out)
{
    const dataset *d = &v->report.data;
    if (d->crop > 0)
        return data_crops_draw(d, &v->compute, n, out);
    uint32_t *order = calloc((size_t)n, sizeof *order);
    if (!order)
        return status_fail(STATUS_MEMORY, "%s: out of memory", v->options->out);
    for (int i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    dataset_batch(d, &v->compute, order, n, out);
    free(order);
    return STATUS_OK;
}

/* Writes the picture with the captions of the first n samples beneath them. */
static status draw_with_words(const data_view *v, const grid *g, int n, const float *values)
{
    const lettering words = data_captions_beneath(&v->report.data, n);
    const grid to = lettering_grid(g, &words);
    size_t size = (size_t)to.channels * (size_t)to.height * (size_t)to.width;
    float *out = malloc((size_t)to.rows * (size_t)to.cols * size * sizeof *out);
    if (!out)
        return status_fail(STATUS_MEMORY, "%s: out of memory", v->options->out);
    lettering_draw(g, &words, values, out);
    status s = grid_write_png(v->options->out, &to, out);
    free(out);
    return s;
}

static status draw_images(const data_view *v)
{
    const data_options *o = v->options;
    grid g = grid_of(v);
    size_t places = (size_t)o->rows * (size_t)o->cols;
    size_t size = (size_t)dataset_sample_size(&v->report.data);
    int n = count_drawn(v);
    float *values = calloc(places * size, sizeof *values);
    status s = values ? first_samples(v, n, values)
                      : status_fail(STATUS_MEMORY, "%s: out of memory", o->out);
    for (size_t i = (size_t)n * size; values && i < places * size; i++)
        values[i] = -1;
    if (s == STATUS_OK)
        s = has_words(v) ? draw_with_words(v, &g, n, values) : grid_write_png(o->out, &g, values);
    free(values);
    return s;
}

/* ---- the command ---- */

static status show(const data_view *v)
{
    text t = { 0 }, folded = { 0 };
    /* If the picture goes to standard output, the text goes to standard error. */
    FILE *to = file_is_output(v->options->out) ? stderr : stdout;
    (v->options->json ? data_report_add_json : data_report_add_table)(&t, &v->report);
    status s = v->failed ? status_fail(STATUS_MEMORY, "out of memory") : text_check(&t);
    if (s == STATUS_OK && v->options->json)
        return lines_print(&t, to);
    if (s == STATUS_OK) {
        lines_fold(&folded, t.data, DATA_REPORT_INDENT, terminal_text_width_of(to));
        s = lines_print(&folded, to);
    }
    text_free(&t);
    return s;
}

static void view_close(data_view *v)
{
    data_report *r = &v->report;
    for (int i = 0; i < r->bad_count; i++)
        free(r->bad[i]);
    free(r->bad);
    free(r->first);
    free(r->test_path);
    free(r->test_problem);
    dataset_close(&r->test);
    dataset_close(&r->data);
    compute_close(&v->compute);
}

static status run(arguments *a)
{
    data_options o;
    data_view v = { .options = &o };
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(option_read(&a->given, &image_option_table, SCOPE_RUN, &o));
    TRY(option_read(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    TRY(terminal_check_output("out", o.out));
    TRY(png_name_check("out", o.out));
    TRY(compute_open(&v.compute, o.compute.isa, o.compute.threads));
    status s = look(&v, a->operand);
    if (s == STATUS_OK)
        s = check_picture(&v);
    if (s == STATUS_OK)
        s = show(&v);
    if (s == STATUS_OK && o.out)
        s = v.report.data.kind == DATA_POINTS ? draw_points(&v) : draw_images(&v);
    if (s == STATUS_OK)
        s = dataset_check(&v.report.data);
    if (s == STATUS_OK && o.out && v.report.data.kind == DATA_PICTURES)
        in_data_note(o.out, v.report.data.path);
    view_close(&v);
    return s;
}

const command data_command = {
    .name = "data",
    .operand = "[PATH]",
    .summary = "describe a data set and draw its first samples",
    .help =
        "Reads a data set as gan train --data PATH would, from the files, and reports the "
        "number and size of the images, the memory that they take, their least and greatest "
        "value, the classes, or why there are none, the captions and their words, duplicate images, all bad files and what is "
        "wrong with them, and the test part, if there is one. "
        "With --out it also draws the first images as a run would see them, each with its first caption "
        "beneath. With --crop it describes "
        "and draws the data set of a run on random crops, such as one with --task: the images' own "
        "sizes, the crops in an epoch, and the first crops of a run with --seed 1.\n"
        "\n"
        "  gan data my-pictures\n"
        "  gan data my-pictures --size 64 --fit pad --background black -o look.png\n"
        "  gan data my-photos --crop 48 -o crops.png\n"
        "  gan data --json data/mnist | jq .classes",
    .tables = { &table, &image_option_table, &compute_option_table },
    .run = run,
};
