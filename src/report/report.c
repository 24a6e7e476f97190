/* report/report.c - the page: its data, put into its sources.
 *
 * SPDX-License-Identifier: MIT */
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "report/encode.h"
#include "report/explorer.h"
#include "report/history.h"
#include "report/page.h"
#include "report/pictures.h"
#include "report/training.h"

#include "base/banned.h"

/* A run: members of its object, complete except for the pictures. */
typedef struct run_part {
    text members, notes;
} run_part;

/* ---- a run ---- */

static void add_position(text *t, const model *m)
{
    json_add(t, "epoch", "%" PRIu32, m->epoch);
    json_begin(t, "data", '{');
    json_add(t, "samples", "%d", m->data.count);
    json_add(t, "channels", "%d", m->data.channels);
    json_add(t, "height", "%d", m->data.height);
    json_add(t, "width", "%d", m->data.width);
    json_add(t, "crc32", "\"%08" PRIx32 "\"", m->data.fingerprint);
    json_end(t, '}');
}

/* Opens the newest checkpoint. *is_open is false, and a note says why, if that fails; it is to be
 * closed in any case. */
static status open_generator(generator *g, run_part *p, const char *folder, const compute *c,
                             bool *is_there, bool *is_open)
{
    char *path = NULL;
    *g = (generator){ 0 };
    TRY(path_join(&path, folder, "model.bin"));
    const generator_options o = { .ckpt = path };
    *is_there = file_exists(path);
    status s = *is_there ? generator_open(g, &o, false, c) : STATUS_OK;
    if (s == STATUS_OK && *is_there && explorer_needs_judge(g)) {
        generator_close(g);
        s = generator_open(g, &o, true, c);
    }
    if (!*is_there)
        json_add(&p->notes, NULL, "\"model.bin is missing: there is no explorer\"");
    else if (s != STATUS_OK)
        json_add_string(&p->notes, NULL, status_message());
    *is_open = *is_there && s == STATUS_OK;
    free(path);
    return s == STATUS_MEMORY ? s : STATUS_OK;
}

static status add_run(run_part *p, const report_request *r, const char *folder, const compute *c)
{
    generator g;
    bool found = false, is_open = false;
    json_begin(&p->notes, NULL, '[');
    json_begin(&p->members, NULL, '{');
    text shown = { 0 };
    text_add_shown(&shown, folder);
    json_add_string(&p->members, "path", shown.data);
    p->members.failed |= shown.failed;
    text_free(&shown);
    status s = open_generator(&g, p, folder, c, &found, &is_open);
    if (s == STATUS_OK && is_open)
        add_position(&p->members, &g.model);
    if (s == STATUS_OK)
        s = history_add(&p->members, &p->notes, folder, is_open ? &g.model.options : NULL, r->live,
                        &found);
    if (s == STATUS_OK && is_open && !r->no_explorer)
        s = explorer_add(&p->members, &p->notes, &g);
    if (s == STATUS_OK && is_open && !r->no_training && !r->live)
        s = training_add(&p->members, &p->notes, &g, folder, r->watch);
    generator_close(&g);
    if (s == STATUS_OK && !found)
        s = status_fail(STATUS_IO,
                        "%s: expected the folder of a run, found neither model.bin, run.json nor "
                        "metrics.csv in it",
                        folder);
    return s;
}

/* ---- all runs ---- */

static size_t page_size(void)
{
    size_t sum = 0;
    for (const page_file *f = page_files; f->name; f++)
        sum += f->size;
    return sum;
}

/* Pictures take what the rest leaves of the budget, and at least an eighth of it, so that the
 * largest generator leaves some to see. */
static double picture_budget(const report_request *r, const run_part *parts)
{
    double rest = r->budget - (double)page_size();
    for (int i = 0; i < r->count; i++)
        rest -= (double)(parts[i].members.length + parts[i].notes.length);
    return (rest > r->budget / 8 ? rest : r->budget / 8) / r->count;
}

static status add_data(text *t, const report_request *r, run_part *parts)
{
    double budget = picture_budget(r, parts);
    json_begin(t, NULL, '{');
    json_add_string(t, "version", GAN_VERSION);
    json_add(t, "budget", "%.0f", r->budget);
    if (r->live)
        json_add(t, "live", "true");
    json_begin(t, "runs", '[');
    for (int i = 0; i < r->count; i++) {
        run_part *p = &parts[i];
        TRY(pictures_add(&p->members, &p->notes, r->runs[i], (size_t)budget));
        json_end(&p->notes, ']');
        TRY(text_check(&p->notes));
        json_add(&p->members, "notes", "%s", p->notes.data);
        json_end(&p->members, '}');
        TRY(text_check(&p->members));
        json_add(t, NULL, "%s", p->members.data);
    }
    json_end(t, ']');
    json_end(t, '}');
    return text_check(t);
}

/* Appends an embedded file. "{{name}}" in it stands for the file of that name, "{{data}}" for the
 * data. */
static void add_file(text *page, const char *name, const text *data)
{
    static const char opening[] = "{{", closing[] = "}}";
    const page_file *f = page_files;
    while (f->name && strcmp(f->name, name) != 0)
        f++;
    const char *at = (const char *)f->bytes, *end = f->name ? at + f->size : at;
    while (at < end) {
        const char *next = at;
        while (next < end && (end - next < 4 || memcmp(next, opening, 2) != 0))
            next++;
        text_add_bytes(page, at, (size_t)(next - at));
        if (next == end)
            break;
        char inner[32];
        const char *close = next + 2;
        while (close < end - 2 && memcmp(close, closing, 2) != 0)
            close++;
        snprintf(inner, sizeof inner, "%.*s", (int)(close - next - 2), next + 2);
        if (strcmp(inner, "data") == 0)
            encode_for_script(page, data);
        else
            add_file(page, inner, data);
        at = close + 2;
    }
}

status report_write(const report_request *r, const compute *c)
{
    text data = { 0 }, page = { 0 };
    run_part parts[REPORT_MOST_RUNS] = { 0 };
    if (r->count > REPORT_MOST_RUNS)
        return status_fail(STATUS_USAGE, "expected at most %d runs, got %d", REPORT_MOST_RUNS,
                           r->count);
    status s = STATUS_OK;
    for (int i = 0; i < r->count && s == STATUS_OK; i++)
        s = add_run(&parts[i], r, r->runs[i], c);
    if (s == STATUS_OK)
        s = add_data(&data, r, parts);
    if (s == STATUS_OK) {
        add_file(&page, "page.html", &data);
        s = text_check(&page);
    }
    if (s == STATUS_OK)
        s = file_write(r->out, page.data, page.length);
    for (int i = 0; i < REPORT_MOST_RUNS; i++) {
        text_free(&parts[i].members);
        text_free(&parts[i].notes);
    }
    text_free(&data);
    text_free(&page);
    return s;
}
