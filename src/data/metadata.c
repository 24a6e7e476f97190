/* data/metadata.c - collects what is written about the pictures of a folder.
 *
 * SPDX-License-Identifier: MIT */
#include "data/metadata_parts.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/caption.h"
#include "base/file.h"
#include "base/text.h"
#include "format/text_lines.h"

#include "base/banned.h"

static status out_of_memory(const metadata_reading *r)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for what is written about its pictures",
                       r->request->folder);
}

/* ---- the pictures ---- */

static int compare_names(const void *a, const void *b)
{
    const name_entry *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* A name without "./" at its start. */
static const char *plain(const char *name)
{
    while (name[0] == '.' && name[1] == '/')
        name += 2 + strspn(name + 2, "/");
    return name;
}

/* A file that is there may be a picture that was left out. */
static status not_found(const metadata_reading *r, const char *name, const char *where)
{
    char *path = NULL;
    TRY(path_join(&path, r->request->folder, name));
    bool there = file_exists(path);
    status s = !there ? status_fail(STATUS_FORMAT, "%s: names %s, which is not there", where, name)
               : r->request->incomplete
                   ? STATUS_OK
                   : status_fail(STATUS_FORMAT, "%s: names %s, which is not one of the pictures",
                                 where, name);
    free(path);
    return s;
}

status metadata_find(metadata_reading *r, const char *below, const char *name, const char *where,
                     int *sample)
{
    text t = { 0 };
    *sample = -1;
    if (name[0] == 0)
        return status_fail(STATUS_FORMAT, "%s: expected the name of a file, got an empty one",
                           where);
    text_add(&t, "%s%s", below, plain(name));
    if (t.failed) {
        text_free(&t);
        return out_of_memory(r);
    }
    const name_entry key = { .name = t.data };
    const name_entry *found =
        bsearch(&key, r->sorted, (size_t)r->request->count, sizeof *r->sorted, compare_names);
    status s = found ? STATUS_OK : not_found(r, t.data, where);
    if (found && r->seen[found->sample]) {
        s = status_fail(STATUS_FORMAT, "%s: names %s again, after %s", where, t.data,
                        r->seen[found->sample]);
    } else if (found) {
        r->seen[found->sample] = strdup(where);
        *sample = found->sample;
        s = r->seen[found->sample] ? STATUS_OK : out_of_memory(r);
    }
    text_free(&t);
    return s;
}

/* ---- what is written ---- */

static status check_caption(const char *caption, const char *where)
{
    char *normal;
    TRY(caption_normalise(&normal, caption, where));
    bool is_empty = normal[0] == 0;
    free(normal);
    return is_empty ? status_fail(STATUS_FORMAT, "%s: expected a caption, got an empty one", where)
                    : STATUS_OK;
}

status metadata_add_caption(metadata_reading *r, int sample, const char *caption, const char *where)
{
    metadata *m = r->out;
    TRY(check_caption(caption, where));
    if (m->caption_count == r->room) {
        int room = r->room == 0 ? 64 : r->room < INT_MAX / 2 ? 2 * r->room : 0;
        metadata_caption *more =
            room > 0 ? realloc(m->captions, (size_t)room * sizeof *more) : NULL;
        if (!more)
            return out_of_memory(r);
        m->captions = more;
        r->room = room;
    }
    char *copy = strdup(caption);
    if (!copy)
        return out_of_memory(r);
    m->captions[m->caption_count] = (metadata_caption){ sample, m->caption_count, copy };
    m->caption_count++;
    return STATUS_OK;
}

status metadata_add_label(metadata_reading *r, int sample, const char *label, const char *where)
{
    metadata *m = r->out;
    if (label[0] == 0)
        return status_fail(STATUS_FORMAT, "%s: expected a label, got an empty one", where);
    if (!m->labels)
        m->labels = calloc((size_t)m->count, sizeof *m->labels);
    if (m->labels)
        m->labels[sample] = strdup(label);
    return m->labels && m->labels[sample] ? STATUS_OK : out_of_memory(r);
}

/* ---- which files ---- */

static status read_if_there(metadata_reading *r, const char *below, const char *name,
                            bool *is_there)
{
    text t = { 0 };
    text_add(&t, "%s/%s%s", r->request->folder, below, name);
    status s = text_check(&t);
    if (s == STATUS_OK)
        s = file_find(t.data, is_there);
    if (s == STATUS_OK && *is_there) {
        s = metadata_read_file(r, t.data, below);
        if (!r->out->source)
            r->out->source = strdup(t.data);
        if (s == STATUS_OK && !r->out->source)
            s = out_of_memory(r);
    }
    text_free(&t);
    return s;
}

/* Reads the files of a folder, which has one at most. */
static status read_folder(metadata_reading *r, const char *below)
{
    bool csv = false, jsonl = false;
    TRY(read_if_there(r, below, "metadata.csv", &csv));
    return read_if_there(r, below, "metadata.jsonl", &jsonl);
}

/* Reads the files of all folders that the sorted names are in or below; a folder's name with its
 * slash begins the names in it, so each is new where it is not that of the name before. */
static status read_folders(metadata_reading *r)
{
    TRY(read_folder(r, ""));
    for (int i = 0; i < r->request->count; i++) {
        const char *name = r->sorted[i].name, *before = i > 0 ? r->sorted[i - 1].name : "";
        for (const char *slash = name; (slash = strchr(slash, '/')); slash++) {
            size_t n = (size_t)(slash - name) + 1;
            if (strncmp(name, before, n) == 0)
                continue;
            char *below = strndup(name, n);
            status s = below ? read_folder(r, below) : out_of_memory(r);
            free(below);
            if (s != STATUS_OK)
                return s;
        }
    }
    return STATUS_OK;
}

static status read_named(metadata_reading *r)
{
    r->out->source = strdup(r->request->file);
    return r->out->source ? metadata_read_file(r, r->request->file, "") : out_of_memory(r);
}

/* ---- NAME.txt ---- */

/* The name of the text beside a picture. */
static char *text_name(const metadata_request *q, int sample)
{
    const char *name = q->names[sample], *slash = strrchr(name, '/');
    const char *dot = strrchr(slash ? slash : name, '.');
    size_t n = dot && dot > (slash ? slash + 1 : name) ? (size_t)(dot - name) : strlen(name);
    text t = { 0 };
    text_add(&t, "%s/", q->folder);
    text_add_bytes(&t, name, n);
    text_add(&t, ".txt");
    return t.data;
}

static status read_text(metadata_reading *r, const char *path, int sample)
{
    text_lines t;
    int before = r->out->caption_count;
    TRY(text_lines_open(&t, path));
    status s = text_lines_next(&t);
    while (s == STATUS_OK && t.line) {
        if (t.line[strspn(t.line, " \t")] != 0)
            s = metadata_add_caption(r, sample, t.line, t.where);
        if (s == STATUS_OK)
            s = text_lines_next(&t);
    }
    text_lines_close(&t);
    if (s == STATUS_OK && r->out->caption_count == before)
        s = status_fail(STATUS_FORMAT, "%s: expected a caption in each line, got none", path);
    return s;
}

static status read_texts(metadata_reading *r)
{
    status s = STATUS_OK;
    for (int i = 0; i < r->request->count && s == STATUS_OK; i++) {
        char *path = text_name(r->request, i);
        bool is_there = false;
        s = path ? file_find(path, &is_there) : out_of_memory(r);
        if (s == STATUS_OK && is_there)
            s = read_text(r, path, i);
        if (s == STATUS_OK && is_there && !r->out->source) {
            r->out->source = path;
            path = NULL;
        }
        free(path);
    }
    return s;
}

/* ---- reading ---- */

static int compare_captions(const void *a, const void *b)
{
    const metadata_caption *x = a, *y = b;
    return x->sample != y->sample ? (x->sample > y->sample) - (x->sample < y->sample)
                                  : (x->number > y->number) - (x->number < y->number);
}

static status read_with(metadata *m, const metadata_request *q, status (*read)(metadata_reading *r))
{
    size_t n = (size_t)q->count;
    *m = (metadata){ .count = q->count };
    metadata_reading r = { .request = q,
                           .out = m,
                           .sorted = malloc(n * sizeof *r.sorted),
                           .seen = calloc(n, sizeof *r.seen) };
    status s = r.sorted && r.seen ? STATUS_OK : out_of_memory(&r);
    if (s == STATUS_OK) {
        for (int i = 0; i < q->count; i++)
            r.sorted[i] = (name_entry){ q->names[i], i };
        qsort(r.sorted, n, sizeof *r.sorted, compare_names);
        s = read(&r);
    }
    if (s == STATUS_OK && m->caption_count > 0)
        qsort(m->captions, (size_t)m->caption_count, sizeof *m->captions, compare_captions);
    for (int i = 0; r.seen && i < q->count; i++)
        free(r.seen[i]);
    free(r.seen);
    free(r.sorted);
    if (s != STATUS_OK)
        metadata_free(m);
    return s;
}

status metadata_read(metadata *m, const metadata_request *q)
{
    return read_with(m, q, q->file ? read_named : read_folders);
}

status metadata_read_texts(metadata *m, const metadata_request *q)
{
    return read_with(m, q, read_texts);
}

void metadata_free(metadata *m)
{
    for (int i = 0; i < m->caption_count; i++)
        free(m->captions[i].text);
    free(m->captions);
    for (int i = 0; m->labels && i < m->count; i++)
        free(m->labels[i]);
    free(m->labels);
    free(m->source);
    *m = (metadata){ 0 };
}
