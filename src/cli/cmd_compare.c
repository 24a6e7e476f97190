/* cli/cmd_compare.c - `gan compare`: in which options runs differ, and how far they came.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/lines.h"
#include "cli/terminal.h"
#include "game/options.h"
#include "train/metrics.h"
#include "train/options.h"

#include "base/banned.h"

typedef struct compare_options {
    bool json;
} compare_options;

static const option_row rows[] = {
    { .name = "json",
      .letter = 'j',
      .type = OPTION_FLAG,
      .offset = offsetof(compare_options, json),
      .help = "print one JSON object" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* ---- the runs ---- */

typedef struct compared {
    const char *path;
    json_object options;   /* run.json */
    epoch_metrics *epochs; /* metrics.csv; NULL: none */
    uint32_t count;
    best_epoch best;
} compared;

static status read_options(compared *r)
{
    enum { LONGEST = 1 << 16 };
    char *path;
    unsigned char *bytes;
    size_t n, used;
    TRY(path_join(&path, r->path, "run.json"));
    status s = file_read(path, LONGEST, &bytes, &n);
    if (s == STATUS_OK) {
        s = json_read(&r->options, bytes, n, &used);
        free(bytes);
        if (s == STATUS_FORMAT)
            s = status_within(s, "%s: is not the file of options that a run writes", path);
    }
    free(path);
    return s;
}

static status read_metrics(compared *r)
{
    char *path;
    TRY(path_join(&path, r->path, "metrics.csv"));
    status s = metrics_read(path, UINT32_MAX, &r->epochs, &r->count);
    free(path);
    r->best = metrics_best(r->epochs, r->count);
    return s;
}

static status read_run(compared *r, const char *path)
{
    r->path = path;
    if (!file_is_folder(path))
        return status_fail(STATUS_IO, "%s: %s, expected the folder of a run", path,
                           file_exists(path) ? "is not a folder" : "no such folder");
    TRY(read_options(r));
    return read_metrics(r);
}

/* ---- cells ---- */

static const option_table *const option_tables[] = { &model_option_table, &train_option_table };

/* The i-th option that run.json holds; NULL after the last. */
static const option_row *saved_option(size_t i)
{
    for (size_t t = 0; t < sizeof option_tables / sizeof *option_tables; t++)
        for (size_t k = 0; k < option_tables[t]->count; k++)
            if (option_tables[t]->rows[k].scope != SCOPE_CALL && i-- == 0)
                return &option_tables[t]->rows[k];
    return NULL;
}

static const char *option_of(const compared *r, const option_row *row)
{
    const char *value = json_get(&r->options, row->name);
    return value ? value : "-";
}

static bool differs(const compared *runs, int n, const option_row *row)
{
    for (int i = 1; i < n; i++)
        if (strcmp(option_of(&runs[0], row), option_of(&runs[i], row)) != 0)
            return true;
    return false;
}

static double last_of(const compared *r, const char *column)
{
    return r->count > 0 ? metrics_value(&r->epochs[r->count - 1], column) : NAN;
}

static double best_fid(const compared *r, const char *unused)
{
    (void)unused;
    return isfinite(r->best.fid) ? r->best.fid : (double)NAN;
}

static double best_psnr(const compared *r, const char *unused)
{
    (void)unused;
    return isfinite(r->best.psnr) ? r->best.psnr : (double)NAN;
}

static double best_at(const compared *r, const char *unused)
{
    (void)unused;
    return r->best.epoch > 0 ? r->best.epoch : (double)NAN;
}

/* The sum of a column. */
static double all_of(const compared *r, const char *column)
{
    double sum = r->count > 0 ? 0 : (double)NAN;
    for (uint32_t i = 0; i < r->count; i++)
        sum += metrics_value(&r->epochs[i], column);
    return sum;
}

static const struct figure {
    const char *name, *key;
    double (*of)(const compared *r, const char *column);
    const char *column; /* of metrics.csv */
    bool of_some;       /* left out where no run has it */
} figures[] = {
    { "epochs", "epochs", last_of, "epoch", false },
    { "last d_loss", "d_loss", last_of, "d_loss", false },
    { "last g_loss", "g_loss", last_of, "g_loss", false },
    { "last D(x)", "d_real", last_of, "d_real", false },
    { "last D(G(z))", "d_fake", last_of, "d_fake", false },
    { "last spread", "spread", last_of, "spread", false },
    { "last FID", "fid", last_of, "fid", false },
    { "best FID", "best_fid", best_fid, NULL, false },
    { "best epoch", "best_epoch", best_at, NULL, false },
    { "seconds", "seconds", all_of, "seconds", false },
    { "last PSNR", "psnr", last_of, "psnr", true },
    { "last test PSNR", "test_psnr", last_of, "test_psnr", true },
    { "best test PSNR", "best_test_psnr", best_psnr, NULL, true },
};
enum { FIGURES = sizeof figures / sizeof *figures };

/* ---- for people ---- */

enum { NAMES = 20, GAP = 2 };

/* Adds a cell of that many columns; no spaces after it at the end of a row. */
static void add_cell(text *t, const char *s, int width, bool is_last)
{
    text_add_shown(t, s);
    if (!is_last)
        text_add(t, "%*s", width - lines_columns(s), "");
}

/* The columns of a run in the table: those of its name, or of a number. */
static int width_of(const compared *r)
{
    enum { NUMBER = 10 };
    text shown = { 0 };
    text_add_shown(&shown, r->path);
    int columns = shown.data ? lines_columns(shown.data) : 0;
    text_free(&shown);
    return (columns > NUMBER ? columns : NUMBER) + GAP;
}

/* A line of its own, broken between layers. */
static void add_long_value(text *t, const compared *run, const char *value)
{
    enum { INDENT = 4 };
    text label = { 0 }, shown = { 0 };
    text_add_shown(&label, run->path);
    text_add(&label, ": ");
    text_add_shown(&shown, value);
    text_add(t, "\n%*s%s", INDENT, "", label.data ? label.data : "");
    int at = INDENT + lines_columns(label.data ? label.data : "");
    lines_add_spec(t, shown.data ? shown.data : "",
                   (line_form){ at, 2 * INDENT, terminal_text_width_of(stdout) });
    t->failed |= label.failed || shown.failed;
    text_free(&label);
    text_free(&shown);
}

/* A row of the table; or, if a value is too long for it, a line for each run. */
static void add_option_row(text *t, const compared *runs, int n, const option_row *row)
{
    bool is_long = false;
    for (int i = 0; i < n; i++)
        is_long |= lines_columns(option_of(&runs[i], row)) + GAP > width_of(&runs[i]);
    text_add(t, "--");
    add_cell(t, row->name, NAMES - 2, is_long);
    for (int i = 0; i < n; i++)
        if (is_long)
            add_long_value(t, &runs[i], option_of(&runs[i], row));
        else
            add_cell(t, option_of(&runs[i], row), width_of(&runs[i]), i == n - 1);
    text_add(t, "\n");
}

static bool is_shown(const struct figure *f, const compared *runs, int n)
{
    for (int i = 0; i < n; i++)
        if (!f->of_some || !isnan(f->of(&runs[i], f->column)))
            return true;
    return false;
}

static void add_table(text *t, const compared *runs, int n)
{
    const option_row *row;
    int different = 0;
    text_add(t, "%-*s", NAMES, "");
    for (int i = 0; i < n; i++)
        add_cell(t, runs[i].path, width_of(&runs[i]), i == n - 1);
    text_add(t, "\n");
    for (size_t k = 0; (row = saved_option(k)); k++)
        if (differs(runs, n, row)) {
            add_option_row(t, runs, n, row);
            different++;
        }
    if (different == 0 && n > 1)
        text_add(t, "the same options\n");
    for (int k = 0; k < FIGURES; k++) {
        if (!is_shown(&figures[k], runs, n))
            continue;
        text_add(t, "%-*s", NAMES, figures[k].name);
        for (int i = 0; i < n; i++) {
            char number[TEXT_NUMBER_SIZE] = "-";
            double x = figures[k].of(&runs[i], figures[k].column);
            if (!isnan(x))
                snprintf(number, sizeof number, "%.7g", x);
            add_cell(t, number, width_of(&runs[i]), i == n - 1);
        }
        text_add(t, "\n");
    }
}

/* ---- for programs ---- */

static void add_json(text *t, const compared *runs, int n)
{
    const option_row *row;
    json_begin(t, NULL, '{');
    json_begin(t, "runs", '[');
    for (int i = 0; i < n; i++) {
        json_begin(t, NULL, '{');
        json_add_string(t, "run", runs[i].path);
        json_begin(t, "different", '{');
        for (size_t k = 0; (row = saved_option(k)); k++)
            if (differs(runs, n, row))
                json_add_string(t, row->name, json_get(&runs[i].options, row->name));
        json_end(t, '}');
        for (int k = 0; k < FIGURES; k++) {
            if (!is_shown(&figures[k], runs, n))
                continue;
            double x = figures[k].of(&runs[i], figures[k].column);
            if (isfinite(x))
                json_add_double(t, figures[k].key, x);
            else
                json_add(t, figures[k].key, "null");
        }
        json_end(t, '}');
    }
    json_end(t, ']');
    json_end(t, '}');
    text_add(t, "\n");
}

static status run(arguments *a)
{
    compare_options o;
    text t = { 0 };
    status s = STATUS_OK;
    int n = a->operand_count;
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    compared *runs = calloc((size_t)n + 1, sizeof *runs);
    if (!runs)
        return status_fail(STATUS_MEMORY, "out of memory for %d runs", n);
    for (int i = 0; i < n && s == STATUS_OK; i++)
        s = read_run(&runs[i], a->operands[i]);
    if (s == STATUS_OK) {
        o.json ? add_json(&t, runs, n) : add_table(&t, runs, n);
        s = text_check(&t);
    }
    if (s == STATUS_OK)
        fwrite(t.data, 1, t.length, stdout);
    for (int i = 0; i < n; i++) {
        json_free(&runs[i].options);
        free(runs[i].epochs);
    }
    free(runs);
    text_free(&t);
    return s;
}

const command compare_command = {
    .name = "compare",
    .operand = "RUN...",
    .summary = "show how runs differ",
    .help =
        "Prints a table of the options in which runs differ, from their run.json, and of their "
        "figures, from their metrics.csv: those of the last epoch, the lowest FID, or of "
        "a task the highest PSNR, with its epoch (--eval-every), and the seconds of all epochs. - stands for what a run does not "
        "have. A value too long for the table has a line of its own.\n"
        "\n"
        "  gan compare out other\n"
        "  gan compare runs/* --json | jq '.runs[] | [.run, .best_fid]'",
    .tables = { &table },
    .run = run,
};
