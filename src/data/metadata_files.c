/* data/metadata_files.c - reads metadata.csv and metadata.jsonl.
 *
 * SPDX-License-Identifier: MIT */
#include "data/metadata_parts.h"

#include <stdlib.h>
#include <string.h>

#include "format/csv.h"
#include "format/jsonl.h"
#include "format/text_lines.h"

#include "base/banned.h"

/* Names of columns in CSV, of members in JSON. */
static const char file_name[] = "file_name", label_name[] = "label";
static const char *const caption_names[] = { "text", "caption" };
enum { CAPTION_NAMES = sizeof caption_names / sizeof *caption_names };

/* ---- CSV ---- */

/* The numbers of the columns; -1: there is none. */
typedef struct columns {
    int file, label, captions[CAPTION_NAMES];
} columns;

static status find_column(const csv_file *f, const char *name, int *number)
{
    *number = -1;
    for (int i = 0; i < f->count; i++) {
        if (strcmp(f->fields[i], name) != 0)
            continue;
        if (*number >= 0)
            return status_fail(STATUS_FORMAT, "%s: has the column %s twice", f->where, name);
        *number = i;
    }
    return STATUS_OK;
}

static status find_columns(const csv_file *f, columns *c)
{
    TRY(find_column(f, file_name, &c->file));
    TRY(find_column(f, label_name, &c->label));
    for (int i = 0; i < CAPTION_NAMES; i++)
        TRY(find_column(f, caption_names[i], &c->captions[i]));
    if (c->file < 0)
        return status_fail(STATUS_FORMAT,
                           "%s: expected a first line with the column %s, and text, caption or "
                           "label",
                           f->where, file_name);
    return STATUS_OK;
}

static status read_record(metadata_reading *r, const csv_file *f, const columns *c,
                          const char *below)
{
    int sample;
    TRY(metadata_find(r, below, f->fields[c->file], f->where, &sample));
    if (sample < 0)
        return STATUS_OK;
    for (int i = 0; i < CAPTION_NAMES; i++)
        if (c->captions[i] >= 0)
            TRY(metadata_add_caption(r, sample, f->fields[c->captions[i]], f->where));
    return c->label >= 0 ? metadata_add_label(r, sample, f->fields[c->label], f->where) : STATUS_OK;
}

static status read_records(metadata_reading *r, csv_file *f, const char *below)
{
    columns c;
    TRY(csv_next(f));
    TRY(find_columns(f, &c));
    TRY(csv_next(f));
    while (f->count > 0) {
        TRY(read_record(r, f, &c, below));
        TRY(csv_next(f));
    }
    return STATUS_OK;
}

static status read_csv(metadata_reading *r, const char *path, const char *below)
{
    csv_file f;
    TRY(csv_open(&f, path));
    status s = read_records(r, &f, below);
    csv_close(&f);
    return s;
}

/* ---- JSON Lines ---- */

static status read_captions(metadata_reading *r, const jsonl_object *o, int sample,
                            const char *where)
{
    for (int i = 0; i < CAPTION_NAMES; i++) {
        const jsonl_member *m = jsonl_find(o, caption_names[i]);
        if (!m)
            continue;
        if (m->kind != JSONL_STRING && m->kind != JSONL_STRINGS)
            return status_fail(STATUS_FORMAT,
                               "%s: expected a string, or an array of strings, as \"%s\"", where,
                               caption_names[i]);
        if (m->count == 0)
            return status_fail(STATUS_FORMAT, "%s: expected a caption, got an empty array", where);
        for (int k = 0; k < m->count; k++)
            TRY(metadata_add_caption(r, sample, o->values[m->first + k], where));
    }
    return STATUS_OK;
}

static status read_members(metadata_reading *r, const jsonl_object *o, const char *below,
                           const char *where)
{
    const jsonl_member *file = jsonl_find(o, file_name), *label = jsonl_find(o, label_name);
    int sample;
    if (!file || file->kind != JSONL_STRING)
        return status_fail(STATUS_FORMAT, "%s: expected a string as \"%s\"", where, file_name);
    TRY(metadata_find(r, below, o->values[file->first], where, &sample));
    if (sample < 0)
        return STATUS_OK;
    TRY(read_captions(r, o, sample, where));
    if (!label)
        return STATUS_OK;
    if (label->kind != JSONL_STRING && label->kind != JSONL_NUMBER)
        return status_fail(STATUS_FORMAT, "%s: expected a string or a number as \"%s\"", where,
                           label_name);
    return metadata_add_label(r, sample, o->values[label->first], where);
}

static status read_object(metadata_reading *r, text_lines *t, const char *below)
{
    jsonl_object o;
    if (t->line[strspn(t->line, " \t")] == 0)
        return STATUS_OK;
    TRY(jsonl_read(&o, t->line, t->where));
    status s = read_members(r, &o, below, t->where);
    jsonl_free(&o);
    return s;
}

static status read_jsonl(metadata_reading *r, const char *path, const char *below)
{
    text_lines t;
    TRY(text_lines_open(&t, path));
    status s = text_lines_next(&t);
    while (s == STATUS_OK && t.line) {
        s = read_object(r, &t, below);
        if (s == STATUS_OK)
            s = text_lines_next(&t);
    }
    text_lines_close(&t);
    return s;
}

/* ---- either ---- */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

bool metadata_is_file(const char *path)
{
    return ends_with(path, ".csv") || ends_with(path, ".jsonl");
}

status metadata_read_file(metadata_reading *r, const char *path, const char *below)
{
    return ends_with(path, ".csv") ? read_csv(r, path, below) : read_jsonl(r, path, below);
}
