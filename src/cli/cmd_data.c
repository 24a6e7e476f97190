/* cli/cmd_data.c - `gan data`: what a data set contains, and which of its files are bad.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/reading.h"
#include "cli/terminal.h"
#include "data/dataset.h"
#include "data/duplicates.h"
#include "data/synthetic.h"
#include "image/field.h"
#include "image/grid.h"

#include "base/banned.h"

typedef struct data_options {
    image_options images; /* first, so that image_option_table fits this struct too */
    const char *out;
    int rows, cols;
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
      .help = "write a PNG of the first samples, as a run sees them; - is standard output" },
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
    { .name = "json",
      .letter = 'j',
      .type = OPTION_FLAG,
      .offset = AT(json),
      .help = "print one JSON object" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

enum { MOST_SHOWN = 20 };

typedef struct data_report {
    const data_options *options;
    compute compute;
    dataset data;
    char *test; /* path of the test part; NULL: there is none */
    char **bad; /* messages about bad files */
    int bad_count;
    bool failed; /* no memory for a message */
    int *first;  /* as duplicates_find fills it; NULL for points */
    int duplicates;
    int classes[256]; /* samples of each */
    int class_count;
} data_report;

static void keep_bad(data_report *r, const char *message)
{
    char **more = realloc(r->bad, ((size_t)r->bad_count + 1) * sizeof *more);
    if (more)
        r->bad = more;
    char *copy = more ? strdup(message) : NULL;
    if (copy)
        r->bad[r->bad_count++] = copy;
    else
        r->failed = true;
}

/* ---- looking ---- */

static status find_test_part(data_report *r)
{
    data_place test, train = { r->data.kind, r->data.path, NULL };
    TRY(find_test(&test, &train));
    r->test = test.path;
    test.path = NULL;
    data_place_free(&test);
    return STATUS_OK;
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
    data_report *report;
} looking;

static void note_bad(void *context, const char *message)
{
    keep_bad(((looking *)context)->report, message);
}

static status look(data_report *r, const char *where)
{
    looking l = { .report = r };
    image_watch watch = reading_watch(&l.bar);
    watch.bad = note_bad;
    dataset_request q = { .where = where,
                          .images = r->options->images,
                          .fresh = true,
                          .compute = &r->compute,
                          .watch = &watch };
    q.images.skip_bad = true;
    TRY(dataset_open_with(&r->data, &q));
    TRY(find_test_part(r));
    count_classes(r);
    if (r->data.kind == DATA_POINTS)
        return STATUS_OK;
    r->first = malloc((size_t)r->data.count * sizeof *r->first);
    if (!r->first)
        return status_fail(STATUS_MEMORY, "%s: out of memory", r->data.path);
    return duplicates_find(&r->data, r->first, &r->duplicates);
}

/* ---- the picture ---- */

static status draw_points(const data_report *r)
{
    const dataset *d = &r->data;
    int count = d->count < FIELD_POINTS ? d->count : FIELD_POINTS;
    return field_write_points(r->options->out, (field_points){ d->points, count },
                              (field_points){ 0 });
}

static grid grid_of(const data_report *r)
{
    const dataset *d = &r->data;
    return (grid){ r->options->rows, r->options->cols, 2, d->channels, d->height, d->width };
}

/* Checks the size of the grid before anything is printed. */
static status check_picture(const data_report *r)
{
    grid g = grid_of(r);
    return r->options->out && r->data.kind != DATA_POINTS ? grid_check(&g) : STATUS_OK;
}

/* Draws the first samples; places without one stay black. */
static status draw_images(const data_report *r)
{
    const dataset *d = &r->data;
    const data_options *o = r->options;
    grid g = grid_of(r);
    int places = o->rows * o->cols, n = places < d->count ? places : d->count;
    size_t size = (size_t)dataset_sample_size(d);
    float *samples = calloc((size_t)places * size, sizeof *samples);
    uint32_t *order = calloc((size_t)n, sizeof *order);
    status s =
        samples && order ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", o->out);
    if (s == STATUS_OK) {
        for (int i = 0; i < n; i++)
            order[i] = (uint32_t)i;
        dataset_batch(d, &r->compute, order, n, samples);
        for (size_t i = (size_t)n * size; i < (size_t)places * size; i++)
            samples[i] = -1;
        s = grid_write_png(o->out, &g, samples);
    }
    free(samples);
    free(order);
    return s;
}

/* ---- for people ---- */

static void add_sample_name(text *t, const dataset *d, int i)
{
    if (d->names)
        text_add(t, "%s", d->names[i]);
    else
        text_add(t, "%d", i);
}

static void add_more(text *t, int count)
{
    if (count > MOST_SHOWN)
        text_add(t, "  and %d more\n", count - MOST_SHOWN);
}

static void print_classes(text *t, const data_report *r)
{
    if (!r->data.labels) {
        text_add(t, "classes     none\n");
        return;
    }
    text_add(t, "classes     %d\n", r->class_count);
    for (int k = 0; k < r->class_count && k < MOST_SHOWN; k++) {
        text_add(t, "  %8d  ", r->classes[k]);
        dataset_add_class(t, &r->data, k);
        text_add(t, "\n");
    }
    add_more(t, r->class_count);
}

static void print_duplicates(text *t, const data_report *r)
{
    int shown = 0;
    text_add(t, "duplicates  %d\n", r->duplicates);
    for (int i = 0; i < r->data.count && shown < MOST_SHOWN; i++) {
        if (r->first[i] == i)
            continue;
        text_add(t, "  ");
        add_sample_name(t, &r->data, i);
        text_add(t, " is ");
        add_sample_name(t, &r->data, r->first[i]);
        text_add(t, "\n");
        shown++;
    }
    add_more(t, r->duplicates);
}

static void print_bad(text *t, const data_report *r)
{
    text_add(t, "bad files   %d%s\n", r->bad_count,
             r->bad_count > 0 ? " (gan train --skip-bad leaves them out)" : "");
    for (int i = 0; i < r->bad_count && i < MOST_SHOWN; i++)
        text_add(t, "  %s\n", r->bad[i]);
    add_more(t, r->bad_count);
    if (r->data.other > 0)
        text_add(t, "others      %d files that are not pictures\n", r->data.other);
}

static void print_table(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    text_add(t, "%s: %d %s of %dx%dx%d\n", d->path, d->count,
             d->kind == DATA_POINTS ? "points" : "images", d->channels, d->height, d->width);
    if (d->note)
        text_add(t, "            %s\n", d->note);
    text_add(t, "memory      %.1f MB, CRC-32 %08" PRIx32 "\n", (double)dataset_memory(d) / 1e6,
             d->fingerprint);
    if (d->kind == DATA_POINTS) {
        text_add(t, "modes       %d\n", mixture_find(d->path)->modes);
        return;
    }
    text_add(t, "test part   %s\n",
             r->test                    ? r->test
             : d->kind == DATA_PICTURES ? "none: gan eval holds out the last fifth"
                                        : "none");
    print_classes(t, r);
    print_duplicates(t, r);
    if (d->kind == DATA_PICTURES)
        print_bad(t, r);
}

/* ---- for programs ---- */

static void json_classes(text *t, const data_report *r)
{
    json_begin(t, "classes", '[');
    for (int k = 0; k < r->class_count; k++) {
        text name = { 0 };
        dataset_add_class(&name, &r->data, k);
        json_begin(t, NULL, '{');
        json_add_string(t, "name", name.data ? name.data : "");
        json_add(t, "images", "%d", r->classes[k]);
        json_end(t, '}');
        text_free(&name);
    }
    json_end(t, ']');
}

static void json_duplicates(text *t, const data_report *r)
{
    json_begin(t, "duplicates", '[');
    for (int i = 0; i < r->data.count; i++) {
        text one = { 0 }, other = { 0 };
        if (r->first[i] == i)
            continue;
        add_sample_name(&one, &r->data, i);
        add_sample_name(&other, &r->data, r->first[i]);
        json_begin(t, NULL, '[');
        json_add_string(t, NULL, one.data ? one.data : "");
        json_add_string(t, NULL, other.data ? other.data : "");
        json_end(t, ']');
        text_free(&one);
        text_free(&other);
    }
    json_end(t, ']');
}

/* Adds the members that only images have. */
static void json_images(text *t, const data_report *r)
{
    json_add_string(t, "test", r->test);
    json_classes(t, r);
    json_duplicates(t, r);
    json_begin(t, "bad", '[');
    for (int i = 0; i < r->bad_count; i++)
        json_add_string(t, NULL, r->bad[i]);
    json_end(t, ']');
    json_add(t, "other_files", "%d", r->data.other);
}

static void print_json(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    json_begin(t, NULL, '{');
    json_add_string(t, "path", d->path);
    json_add(t, "samples", "%d", d->count);
    json_add(t, "channels", "%d", d->channels);
    json_add(t, "height", "%d", d->height);
    json_add(t, "width", "%d", d->width);
    json_add(t, "bytes", "%zu", dataset_memory(d));
    json_add(t, "crc32", "\"%08" PRIx32 "\"", d->fingerprint);
    if (d->kind != DATA_POINTS)
        json_images(t, r);
    json_end(t, '}');
    text_add(t, "\n");
}

/* Names of files come from outside: they are shown line by line as text_add_shown does. */
static void print_lines(text *t, char *lines)
{
    for (char *line = lines, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        text_add_shown(t, line);
        text_add(t, "\n");
    }
}

static status show(const data_report *r)
{
    text t = { 0 }, table_text = { 0 };
    if (r->options->json) {
        print_json(&t, r);
    } else {
        print_table(&table_text, r);
        if (table_text.data)
            print_lines(&t, table_text.data);
        t.failed |= table_text.failed;
        text_free(&table_text);
    }
    status s = r->failed ? status_fail(STATUS_MEMORY, "out of memory") : text_check(&t);
    /* If the picture goes to standard output, the text goes to standard error. */
    bool beside = file_is_output(r->options->out);
    if (s == STATUS_OK)
        fwrite(t.data, 1, t.length, beside ? stderr : stdout);
    text_free(&t);
    return s;
}

static void report_close(data_report *r)
{
    for (int i = 0; i < r->bad_count; i++)
        free(r->bad[i]);
    free(r->bad);
    free(r->first);
    free(r->test);
    dataset_close(&r->data);
    compute_close(&r->compute);
}

static status run(arguments *a)
{
    data_options o;
    data_report r = { .options = &o };
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(option_read(&a->given, &image_option_table, SCOPE_RUN, &o));
    TRY(option_read(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    TRY(terminal_check_output("out", o.out));
    TRY(compute_open(&r.compute, o.compute.isa, o.compute.threads));
    status s = look(&r, a->operand);
    if (s == STATUS_OK)
        s = check_picture(&r);
    if (s == STATUS_OK)
        s = show(&r);
    if (s == STATUS_OK && o.out)
        s = r.data.kind == DATA_POINTS ? draw_points(&r) : draw_images(&r);
    report_close(&r);
    return s;
}

const command data_command = {
    .name = "data",
    .operand = "[PATH]",
    .summary = "describe a data set and draw its first samples",
    .help = "Reads a data set as gan train --data PATH would, from the files, and reports the "
            "number and size of the images, the memory that they take, the classes, duplicate "
            "images, bad files and what is wrong with them, and whether there is a test part. "
            "With --out it also draws the first images as a run would see them.\n"
            "\n"
            "  gan data my-pictures\n"
            "  gan data my-pictures --size 64 --fit pad --background black -o look.png\n"
            "  gan data --json data/mnist | jq .classes",
    .tables = { &table, &image_option_table, &compute_option_table },
    .run = run,
};
