/* train/metrics.c - metrics.csv: one row per epoch, written and read by one table of columns.
 *
 * SPDX-License-Identifier: MIT */
#include "train/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "game/augment.h"

#include "base/banned.h"

typedef enum column_form {
    FORM_COUNT, /* a uint32_t; all others are doubles, and NAN is an empty cell */
    FORM_MEAN,
    FORM_RESTORED, /* likewise; only in the files of runs with a task, */
    FORM_ADAPTED,  /* or with --augment auto */
    FORM_TESTED,   /* as FORM_EXACT; only if restored test pictures are judged */
    FORM_EXACT,    /* all its digits: a resumed run takes the best figure from here */
    FORM_SECONDS,
    FORM_WHOLE
} column_form;

#define AT(member) offsetof(epoch_metrics, member)

/* Times come last: all columns before them are the same bytes in every run of the same options. */
static const struct column {
    const char *name;
    size_t offset;
    column_form form;
} columns[] = {
    { "epoch", AT(epoch), FORM_COUNT },
    { "step", AT(step), FORM_COUNT },
    { "d_loss", AT(mean[METRIC_D_LOSS]), FORM_MEAN },
    { "g_loss", AT(mean[METRIC_G_LOSS]), FORM_MEAN },
    { "d_real", AT(mean[METRIC_D_REAL]), FORM_MEAN },
    { "d_fake", AT(mean[METRIC_D_FAKE]), FORM_MEAN },
    { "accuracy_real", AT(mean[METRIC_RIGHT_REAL]), FORM_MEAN },
    { "accuracy_fake", AT(mean[METRIC_RIGHT_FAKE]), FORM_MEAN },
    { "value", AT(value), FORM_MEAN },
    { "penalty", AT(mean[METRIC_PENALTY]), FORM_MEAN },
    { "d_grad_norm", AT(mean[METRIC_D_NORM]), FORM_MEAN },
    { "g_grad_norm", AT(mean[METRIC_G_NORM]), FORM_MEAN },
    { "pixel_loss", AT(mean[METRIC_PIXEL]), FORM_RESTORED },
    { "psnr", AT(psnr), FORM_RESTORED },
    { "augment_p", AT(augment_p), FORM_ADAPTED },
    { "spread", AT(vitals.spread), FORM_MEAN },
    { "g_dead", AT(vitals.g_dead), FORM_MEAN },
    { "d_dead", AT(vitals.d_dead), FORM_MEAN },
    { "fid", AT(judged.fid), FORM_EXACT },
    { "class_kl", AT(judged.class_kl), FORM_EXACT },
    { "classes_covered", AT(judged.classes_covered), FORM_WHOLE },
    { "classes", AT(judged.classes), FORM_WHOLE },
    { "confidence", AT(judged.confidence), FORM_EXACT },
    { "diversity", AT(judged.diversity), FORM_EXACT },
    { "test_psnr", AT(judged.psnr), FORM_TESTED },
    { "test_ssim", AT(judged.ssim), FORM_TESTED },
    { "test_patches", AT(judged.patches), FORM_TESTED },
    { "seconds", AT(seconds), FORM_SECONDS },
    { "images_per_second", AT(images_per_second), FORM_WHOLE },
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns, LONGEST_FILE = 1 << 30 };

/* Without a task there is no error of pixels; in a phase of regression nothing else, of G. */
static bool has_metric(const model *m, metric i)
{
    if (i == METRIC_PIXEL)
        return m->options.task != TASK_NONE;
    return model_is_judged(m) || i == METRIC_G_NORM;
}

double metrics_psnr(double error)
{
    return 10 * log10(4 / error);
}

judged_figures judged_nothing(void)
{
    return (judged_figures){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
}

epoch_metrics metrics_of(const model *m, uint32_t steps, double seconds)
{
    epoch_metrics e = {
        .epoch = m->epoch + 1,
        .step = model_total_steps(m),
        .adapts = augment_adapts(&m->options),
        .augment_p = (double)m->augment_level / AUGMENT_RAMP,
        .judged = judged_nothing(),
        .seconds = seconds,
    };
    for (int i = 0; i < METRIC_COUNT; i++)
        e.mean[i] = has_metric(m, (metric)i) ? m->sums[i] / m->step : NAN;
    e.psnr = metrics_psnr(e.mean[METRIC_PIXEL]);
    e.value = -e.mean[METRIC_D_LOSS];
    double images = (double)steps * m->options.batch * m->options.d_steps;
    e.images_per_second = seconds > 0 ? images / seconds : 0;
    return e;
}

/* The columns of a file: one of the first three, and perhaps the last. */
typedef enum column_set {
    SET_SAMPLES,
    SET_RESTORED,
    SET_TESTED,
    SET_ADAPTED = 4,
    SETS = SET_ADAPTED + SET_TESTED + 1
} column_set;

static column_set set_from(bool restores, bool tests, bool adapts)
{
    int set = tests ? SET_TESTED : restores ? SET_RESTORED : SET_SAMPLES;
    return (column_set)(adapts ? set | SET_ADAPTED : set);
}

static column_set set_of(const epoch_metrics *e)
{
    return set_from(!isnan(e->mean[METRIC_PIXEL]), e->tests, e->adapts);
}

static bool has_tests(column_set set)
{
    return set % SET_ADAPTED == SET_TESTED;
}

static bool has_column(int i, column_set set)
{
    column_form form = columns[i].form;
    if (form == FORM_ADAPTED)
        return set >= SET_ADAPTED;
    return form == FORM_TESTED ? has_tests(set) : form != FORM_RESTORED || set % SET_ADAPTED;
}

double metrics_value(const epoch_metrics *e, const char *column)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const void *at = (const char *)e + columns[i].offset;
        if (strcmp(columns[i].name, column) == 0)
            return columns[i].form == FORM_COUNT ? *(const uint32_t *)at : *(const double *)at;
    }
    return NAN;
}

/* ---- figures to text ---- */

static void add_header(text *t, column_set set)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (has_column(i, set))
            text_add(t, "%s%s", i > 0 ? "," : "", columns[i].name);
    text_add(t, "\n");
}

static void add_number(text *t, column_form form, double x)
{
    if (isnan(x))
        return;
    if (form == FORM_EXACT || form == FORM_TESTED)
        text_add_double(t, x);
    else if (form == FORM_MEAN || form == FORM_RESTORED || form == FORM_ADAPTED)
        text_add(t, "%.7g", x);
    else
        text_add(t, "%.*f", form == FORM_SECONDS ? 3 : 0, x);
}

static void add_row(text *t, const epoch_metrics *e)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const void *at = (const char *)e + columns[i].offset;
        if (!has_column(i, set_of(e)))
            continue;
        text_add(t, "%s", i > 0 ? "," : "");
        if (columns[i].form == FORM_COUNT)
            text_add(t, "%" PRIu32, *(const uint32_t *)at);
        else
            add_number(t, columns[i].form, *(const double *)at);
    }
    text_add(t, "\n");
}

const char *metrics_column(int i)
{
    return i < COLUMN_COUNT ? columns[i].name : NULL;
}

void metrics_add_json(text *t, const epoch_metrics *e)
{
    json_begin(t, NULL, '{');
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const void *at = (const char *)e + columns[i].offset;
        text number = { 0 };
        if (!has_column(i, set_of(e)))
            continue;
        if (columns[i].form == FORM_COUNT)
            text_add(&number, "%" PRIu32, *(const uint32_t *)at);
        else if (isfinite(*(const double *)at))
            add_number(&number, columns[i].form, *(const double *)at);
        else
            text_add(&number, "null");
        json_add(t, columns[i].name, "%s", number.data ? number.data : "null");
        t->failed |= number.failed;
        text_free(&number);
    }
    json_end(t, '}');
}

/* ---- text to figures ---- */

/* Reads the cell at `at`; returns the place after its comma. A cell that is not a number becomes 0
 * or NAN. */
static const char *read_cell(const char *at, const struct column *c, epoch_metrics *e)
{
    char cell[TEXT_NUMBER_SIZE];
    size_t length = strcspn(at, ",\n");
    uint64_t count = 0;
    double number = NAN;
    snprintf(cell, sizeof cell, "%.*s", (int)(length < sizeof cell ? length : 0), at);
    void *to = (char *)e + c->offset;
    if (c->form == FORM_COUNT)
        *(uint32_t *)to = text_to_u64(cell, &count) && count <= UINT32_MAX ? (uint32_t)count : 0;
    else
        *(double *)to = text_to_double(cell, &number) ? number : NAN;
    return at + length + (at[length] == ',');
}

static epoch_metrics read_row(const char *at, column_set set)
{
    epoch_metrics e = { .mean[METRIC_PIXEL] = NAN,
                        .psnr = NAN,
                        .augment_p = NAN,
                        .judged = judged_nothing(),
                        .tests = has_tests(set),
                        .adapts = set >= SET_ADAPTED };
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (has_column(i, set))
            at = read_cell(at, &columns[i], &e);
    return e;
}

/* ---- the file ---- */

status metrics_append(const char *path, epoch_metrics *e)
{
    text rows = { 0 };
    bool is_there;
    TRY(file_find(path, &is_there));
    if (!is_there)
        add_header(&rows, set_of(e));
    size_t before = rows.length;
    add_row(&rows, e);
    status s = text_check(&rows);
    if (s == STATUS_OK)
        s = file_append(path, rows.data, rows.length);
    if (s == STATUS_OK)
        *e = read_row(rows.data + before, set_of(e));
    text_free(&rows);
    return s;
}

/* Returns the length of the rows 1 .. *epochs up to the first that is missing or cut off, and sets
 * *epochs to their number. */
static size_t whole_rows(const char *rows, uint32_t *epochs)
{
    size_t length = 0;
    uint32_t found = 0;
    for (; found < *epochs; found++) {
        char number[16];
        int digits = snprintf(number, sizeof number, "%" PRIu32 ",", found + 1);
        const char *end = strchr(rows + length, '\n');
        if (!end || strncmp(rows + length, number, (size_t)digits) != 0)
            break;
        length = (size_t)(end + 1 - rows);
    }
    *epochs = found;
    return length;
}

/* A file that was read: its first line ends at `start`. */
typedef struct metrics_file {
    unsigned char *bytes; /* NULL: it is missing */
    size_t n, start;
    bool whole; /* the first line is */
    column_set set;
} metrics_file;

/* Does the file begin with that header, or end within it? */
static status find_header(metrics_file *f, column_set set, bool *found)
{
    text header = { 0 };
    add_header(&header, set);
    status s = text_check(&header);
    if (s == STATUS_OK) {
        size_t start = f->n < header.length ? f->n : header.length;
        *found = memcmp(f->bytes, header.data, start) == 0;
        f->start = start;
        f->whole = start == header.length;
        f->set = set;
    }
    text_free(&header);
    return s;
}

/* A missing file has no bytes; if the file ends within its first line, `start` is its end. */
static status read_file(const char *path, metrics_file *f)
{
    bool found = false;
    *f = (metrics_file){ 0 };
    if (!file_exists(path))
        return STATUS_OK;
    TRY(file_read(path, LONGEST_FILE, &f->bytes, &f->n));
    for (int set = SET_SAMPLES; set < SETS && !found; set++)
        TRY(find_header(f, (column_set)set, &found));
    if (!found)
        return status_fail(STATUS_FORMAT,
                           "%s: expected the columns of metrics.csv in its first line; move the "
                           "file away to continue without the rows so far",
                           path);
    return STATUS_OK;
}

static status take_rows(const metrics_file *f, const char *path, epoch_metrics **rows,
                        uint32_t *count)
{
    const char *at = (const char *)f->bytes + f->start;
    uint32_t found = *count;
    whole_rows(at, &found);
    *count = 0;
    *rows = calloc(found + (size_t)1, sizeof **rows);
    if (!*rows)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    for (; *count < found; at = strchr(at, '\n') + 1)
        (*rows)[(*count)++] = read_row(at, f->set);
    return STATUS_OK;
}

status metrics_read(const char *path, uint32_t most, epoch_metrics **rows, uint32_t *count)
{
    metrics_file f;
    *rows = NULL;
    *count = 0;
    status s = read_file(path, &f);
    if (s == STATUS_OK && f.n > f.start) {
        *count = most;
        s = take_rows(&f, path, rows, count);
    }
    free(f.bytes);
    return s;
}

/* Adds the rows, with the columns of tests, which the file lacks. */
static void add_wider(text *t, const char *at, column_set set, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++, at = strchr(at, '\n') + 1) {
        epoch_metrics e = read_row(at, set);
        e.tests = true;
        add_row(t, &e);
    }
}

status metrics_rewind(const char *path, uint32_t epoch, const model_options *o, bool *tests)
{
    const column_set wanted = set_from(o->task != TASK_NONE, *tests, augment_adapts(o));
    metrics_file f;
    text whole = { 0 };
    status s = read_file(path, &f);
    if (s == STATUS_OK && f.bytes) { /* an empty file lacks its header */
        const char *rows = (const char *)f.bytes + f.start;
        size_t length = whole_rows(rows, &epoch);
        bool widens = f.whole && *tests && !has_tests(f.set);
        if (!f.whole)
            f.set = wanted;
        add_header(&whole, widens ? wanted : f.set);
        if (widens)
            add_wider(&whole, rows, f.set, epoch);
        else
            text_add_bytes(&whole, rows, length);
        s = text_check(&whole);
        if (s == STATUS_OK && (widens || whole.length != f.n))
            s = file_write(path, whole.data, whole.length);
        *tests |= has_tests(f.set);
    }
    text_free(&whole);
    free(f.bytes);
    return s;
}

best_epoch metrics_none_judged(void)
{
    return (best_epoch){ 0, INFINITY, -INFINITY };
}

bool metrics_is_better(best_epoch *best, const epoch_metrics *e)
{
    const judged_figures *j = &e->judged;
    bool better = j->fid < best->fid || j->psnr > best->psnr;
    if (better)
        *best = (best_epoch){ e->epoch, isnan(j->fid) ? INFINITY : j->fid,
                              isnan(j->psnr) ? -INFINITY : j->psnr };
    return better;
}

best_epoch metrics_best(const epoch_metrics *rows, uint32_t count)
{
    best_epoch best = metrics_none_judged();
    for (uint32_t i = 0; i < count; i++)
        metrics_is_better(&best, &rows[i]);
    return best;
}
