/* report/history.c - the past of a run as JSON.
 *
 * SPDX-License-Identifier: MIT */
#include "report/history.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "report/encode.h"
#include "train/diagnosis.h"
#include "train/options.h"

#include "base/banned.h"

/* More epochs than MOST_ROWS are thinned out evenly: a chart has fewer pixels than that. */
enum { LONGEST_OPTIONS = 1 << 16, MOST_ROWS = 1500 };

static const char *const columns[] = {
    "epoch",     "d_loss",        "g_loss",        "d_real",      "d_fake",          "value",
    "penalty",   "accuracy_real", "accuracy_fake", "d_grad_norm", "g_grad_norm",     "spread",
    "g_dead",    "d_dead",        "fid",           "class_kl",    "classes_covered", "confidence",
    "diversity", "seconds",       "psnr",          "test_psnr",
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

/* ---- options ---- */

static const option_table *const tables[] = { &model_option_table, &train_option_table };
enum { TABLE_COUNT = sizeof tables / sizeof *tables };

static const option_row *find_row(const char *name)
{
    const option_row *row = NULL;
    for (int i = 0; i < TABLE_COUNT && !row; i++)
        row = option_find(tables[i], name);
    return row;
}

/* Reads run.json into *o, or makes it from the options of the checkpoint. */
static status read_options(json_object *o, text *notes, const char *folder,
                           const model_options *saved, bool *found)
{
    char *path = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0, used = 0;
    TRY(path_join(&path, folder, "run.json"));
    bool is_there = file_exists(path);
    *found |= is_there;
    status s = STATUS_IO;
    if (is_there) {
        s = file_read(path, LONGEST_OPTIONS, &bytes, &n);
        if (s == STATUS_OK) {
            s = json_read(o, bytes, n, &used);
            if (s != STATUS_OK)
                s = status_within(s, "%s", path);
        }
        if (s != STATUS_OK)
            json_add_string(notes, NULL, status_message());
    } else {
        json_add(notes, NULL,
                 "\"run.json is missing: neither the data nor the number of epochs is "
                 "known\"");
    }
    if (s != STATUS_OK && s != STATUS_MEMORY && saved) {
        text t = { 0 };
        json_begin(&t, NULL, '{');
        option_add_json(&t, &model_option_table, SCOPE_RUN, saved);
        json_end(&t, '}');
        s = text_check(&t);
        if (s == STATUS_OK)
            s = json_read(o, (const unsigned char *)t.data, t.length, &used);
        text_free(&t);
    }
    free(bytes);
    free(path);
    return s == STATUS_MEMORY ? s : STATUS_OK;
}

/* A word for a POSIX shell. */
static void add_word(text *t, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./,:+=@%";
    if (*word && word[strspn(word, plain)] == 0) {
        text_add(t, " %s", word);
        return;
    }
    text_add(t, " '");
    for (; *word; word++) {
        if (*word == '\'')
            text_add(t, "'\\''");
        else
            text_add_bytes(t, word, 1);
    }
    text_add(t, "'");
}

/* The value of an option that is not given. */
static void add_default(text *t, const option_row *row)
{
    train_options o = { 0 };
    for (int i = 0; i < TABLE_COUNT; i++)
        option_defaults(tables[i], &o);
    option_get(row, &o, t);
}

static void add_argument(text *command, const option_row *row, const char *value)
{
    text initial = { 0 };
    add_default(&initial, row);
    bool differs = strcmp(initial.data ? initial.data : "", value) != 0;
    command->failed |= initial.failed;
    text_free(&initial);
    if (!differs || (row->type == OPTION_FLAG && strcmp(value, "true") != 0))
        return;
    text_add(command, " --%s", row->name);
    if (row->type != OPTION_FLAG)
        add_word(command, value);
}

static void add_options(text *t, const json_object *o)
{
    text command = { 0 };
    text_add(&command, "gan train");
    json_begin(t, "options", '{');
    for (size_t i = 0; i < o->count; i++) {
        const option_row *row = find_row(o->members[i].key);
        json_add_string(t, o->members[i].key, o->members[i].value);
        if (row)
            add_argument(&command, row, o->members[i].value);
    }
    json_end(t, '}');
    json_begin(t, "defaults", '{');
    for (size_t i = 0; i < o->count; i++) {
        const option_row *row = find_row(o->members[i].key);
        text initial = { 0 };
        if (row)
            add_default(&initial, row);
        t->failed |= initial.failed;
        if (initial.data)
            json_add_string(t, row->name, initial.data);
        text_free(&initial);
    }
    json_end(t, '}');
    json_add_string(t, "command", o->count > 0 ? command.data : NULL);
    t->failed |= command.failed;
    text_free(&command);
}

/* ---- curves ---- */

static void add_column(text *t, const char *name, const epoch_metrics *rows, uint32_t count,
                       uint32_t every)
{
    json_begin(t, name, '[');
    for (uint32_t i = 0; i < count; i++)
        if (i % every == 0 || i == count - 1)
            encode_number(t, NULL, metrics_value(&rows[i], name));
    json_end(t, ']');
}

static void add_findings(text *t, const diagnosis *d)
{
    json_begin(t, "findings", '[');
    for (int i = 0; i < ILLNESS_COUNT; i++) {
        const finding *f = &d->findings[i];
        if (f->from == 0)
            continue;
        json_begin(t, NULL, '{');
        finding_add_json(t, f);
        json_add(t, "good", f->is_good ? "true" : "false");
        json_end(t, '}');
    }
    json_end(t, ']');
}

static void add_curves(text *t, const model_options *o, const epoch_metrics *rows, uint32_t count)
{
    diagnosis d;
    uint32_t every = count / MOST_ROWS + 1;
    best_epoch best = metrics_best(rows, count);
    diagnosis_open(&d, o);
    for (uint32_t i = 0; i < count; i++)
        diagnosis_add(&d, &rows[i]);
    json_add(t, "rows", "%" PRIu32, count);
    json_add(t, "every", "%" PRIu32, every);
    json_begin(t, "columns", '{');
    for (int i = 0; i < COLUMN_COUNT; i++)
        add_column(t, columns[i], rows, count, every);
    json_end(t, '}');
    add_findings(t, &d);
    if (best.epoch > 0) {
        json_begin(t, "best", '{');
        json_add(t, "epoch", "%" PRIu32, best.epoch);
        if (isfinite(best.fid))
            encode_number(t, "fid", best.fid);
        else
            encode_number(t, "test_psnr", best.psnr);
        json_end(t, '}');
    }
}

/* The diagnosis needs the options by which the run was trained: those that it can read. */
static void set_options(model_options *to, text *notes, const json_object *o)
{
    option_defaults(&model_option_table, to);
    for (size_t i = 0; i < o->count; i++) {
        const option_row *row = option_find(&model_option_table, o->members[i].key);
        if (row && option_set(row, to, o->members[i].value) != STATUS_OK)
            json_add_string(notes, NULL, status_message());
    }
}

static status read_curves(text *t, text *notes, const char *folder, const json_object *o, bool live,
                          bool *found)
{
    char *path = NULL;
    epoch_metrics *rows = NULL;
    uint32_t count = 0;
    model_options options = { 0 };
    TRY(path_join(&path, folder, "metrics.csv"));
    bool is_there = file_exists(path);
    *found |= is_there;
    status s = metrics_read(path, UINT32_MAX, &rows, &count);
    if (s != STATUS_OK)
        json_add_string(notes, NULL, status_message());
    else if (!is_there && !live)
        json_add(notes, NULL, "\"metrics.csv is missing: there are no curves\"");
    set_options(&options, notes, o);
    add_curves(t, &options, rows, count);
    free(rows);
    free(path);
    return s == STATUS_MEMORY ? s : STATUS_OK;
}

status history_add(text *t, text *notes, const char *folder, const model_options *saved, bool live,
                   bool *found)
{
    json_object o = { 0 };
    status s = read_options(&o, notes, folder, saved, found);
    if (s == STATUS_OK) {
        add_options(t, &o);
        s = read_curves(t, notes, folder, &o, live, found);
    }
    json_free(&o);
    return s;
}
