/* format/cache.c - reads and writes the entries in the user's cache folder.
 *
 * SPDX-License-Identifier: MIT */
#include "format/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/size.h"
#include "base/text.h"
#include "format/safetensors.h"

#include "base/banned.h"

enum { PART = 1 << 14 }; /* bytes of what is not held in memory */

status cache_folder(char **folder)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    text t = { 0 };
    if (base && base[0] == '/')
        text_add(&t, "%s/gan", base);
    else if (home && home[0] == '/')
        text_add(&t, "%s/.cache/gan", home);
    else
        return status_fail(STATUS_IO, "no cache folder: neither $XDG_CACHE_HOME nor $HOME names "
                                      "one");
    *folder = t.data;
    return text_check(&t);
}

/* *folder and *path are malloc'ed. */
static status path_of(const char *file, char **folder, char **path)
{
    TRY(cache_folder(folder));
    return path_join(path, *folder, file);
}

static size_t values_of(const cache_tensor *t)
{
    return (size_t)(t->rows > 0 ? t->rows : 1) * (size_t)t->cols;
}

static size_t bytes_of(const cache_tensor *t)
{
    return values_of(t) * (t->type == CACHE_F32 ? sizeof(float) : 1);
}

/* Composes the header, with zeros for the checksum. */
static status make_header(const cache_entry *e, text *t)
{
    size_t offset = 0;
    safetensors_begin(t);
    json_add(t, NULL, "%s", e->metadata);
    json_end(t, '}');
    for (size_t i = 0; i < e->count; i++) {
        const cache_tensor *one = &e->tensors[i];
        char shape[32];
        if (one->rows > 0)
            snprintf(shape, sizeof shape, "%d,%d", one->rows, one->cols);
        else
            snprintf(shape, sizeof shape, "%d", one->cols);
        safetensors_add(t, one->name, one->type == CACHE_F32 ? "F32" : "U8", shape, &offset,
                        bytes_of(one));
    }
    return safetensors_end(t);
}

/* ---- reading ---- */

/* Opens the file of the entry; *path is malloc'ed, also after a failure, and owned by the caller.
 */
static status open_file(safetensors_input *in, const char *file, char **path)
{
    char *folder = NULL;
    status s = path_of(file, &folder, path);
    free(folder);
    TRY(s);
    *in = (safetensors_input){ .path = *path, .what = "gan cache entry" };
    in->fd = file_open(*path, O_RDONLY);
    if (in->fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", *path);
    return STATUS_OK;
}

static void close_file(safetensors_input *in, char *path)
{
    if (in->fd >= 0)
        close(in->fd);
    free(path);
}

/* Reads the bytes for the sake of the checksum. */
static status pass_by(safetensors_input *in, size_t n)
{
    unsigned char part[PART];
    for (size_t k; n > 0; n -= k) {
        k = size_min(n, sizeof part);
        TRY(safetensors_read(in, part, k));
    }
    return STATUS_OK;
}

static status read_tensor(safetensors_input *in, const cache_tensor *t)
{
    if (!t->data)
        return pass_by(in, bytes_of(t));
    TRY(safetensors_read(in, t->data, bytes_of(t)));
    if (t->type != CACHE_F32)
        return STATUS_OK;
    float *x = t->data;
    bytes_become_floats(x, values_of(t));
    for (size_t i = 0; i < values_of(t); i++)
        if (!isfinite(x[i]))
            return status_fail(STATUS_FORMAT, "%s: a number in %s is not finite", in->path,
                               t->name);
    return STATUS_OK;
}

static status read_entry(safetensors_input *in, const cache_entry *e, const text *expected)
{
    char *header;
    size_t n;
    TRY(safetensors_read_header(in, &header, &n));
    bool same = n == expected->length && memcmp(header, expected->data, n) == 0;
    free(header);
    if (!same)
        return status_fail(
            STATUS_FORMAT,
            "%s: is damaged, or of another version of gan: its header is not the one expected",
            in->path);
    for (size_t i = 0; i < e->count; i++)
        TRY(read_tensor(in, &e->tensors[i]));
    return safetensors_read_end(in);
}

/* f: where the file stays open; NULL: it is closed. */
static status read_file(const cache_entry *e, cache_file *f)
{
    safetensors_input in = { .fd = -1 };
    text expected = { 0 };
    char *path = NULL;
    status s = open_file(&in, e->file, &path);
    if (s == STATUS_OK)
        s = make_header(e, &expected);
    if (s == STATUS_OK)
        s = read_entry(&in, e, &expected);
    if (s == STATUS_OK && f) {
        *f = (cache_file){ in.fd, path, SAFETENSORS_LENGTH + expected.length };
        for (size_t i = 0; i + 1 < e->count; i++)
            f->at += bytes_of(&e->tensors[i]);
    } else {
        close_file(&in, path);
    }
    text_free(&expected);
    return s;
}

status cache_read(const cache_entry *e)
{
    return read_file(e, NULL);
}

status cache_open(const cache_entry *e, cache_file *f)
{
    return read_file(e, f);
}

status cache_metadata(const char *file, json_object *o)
{
    safetensors_input in = { .fd = -1 };
    char *header = NULL, *path = NULL;
    size_t n = 0;
    *o = (json_object){ 0 };
    status s = open_file(&in, file, &path);
    if (s == STATUS_OK)
        s = safetensors_read_header(&in, &header, &n);
    if (s == STATUS_OK && safetensors_read_metadata(o, header, n) != STATUS_OK)
        s = status_within(STATUS_FORMAT, "%s", in.path);
    close_file(&in, path);
    free(header);
    return s;
}

/* ---- writing ---- */

/* After a failure of the source nothing more is written, as after one of the file. */
static void put_source(sink *k, const cache_tensor *t, const byte_source *from)
{
    unsigned char part[PART];
    size_t n = bytes_of(t);
    for (size_t at = 0, m; at < n && k->result == STATUS_OK; at += m) {
        m = size_min(n - at, sizeof part);
        k->result = from->get(from->context, at, part, m);
        if (k->result == STATUS_OK)
            sink_bytes(k, part, m);
    }
}

static void put_tensor(sink *k, const cache_tensor *t, const byte_source *from)
{
    if (!t->data)
        put_source(k, t, from);
    else if (t->type == CACHE_U8)
        sink_bytes(k, t->data, bytes_of(t));
    else
        sink_floats(k, t->data, values_of(t));
}

static void put_entry(sink *k, const cache_entry *e, const byte_source *last, const text *header)
{
    unsigned char length[SAFETENSORS_LENGTH];
    bytes_put(length, header->length, sizeof length);
    sink_bytes(k, length, sizeof length);
    sink_bytes(k, header->data, header->length);
    for (size_t i = 0; i < e->count; i++)
        put_tensor(k, &e->tensors[i], last);
}

static status write_file(const cache_entry *e, const byte_source *last, const char *path,
                         text *header)
{
    sink k = { 0 };
    put_entry(&k, e, last, header);
    TRY(k.result);
    safetensors_put_crc(header->data, k.crc);
    TRY(out_open(&k.f, path));
    put_entry(&k, e, last, header);
    return out_commit(k.f, k.result);
}

/* last: where the last tensor comes from; NULL: from memory, as the others do. */
static status write_entry(const cache_entry *e, const byte_source *last)
{
    char *folder = NULL, *path = NULL;
    text header = { 0 };
    status s = path_of(e->file, &folder, &path);
    if (s == STATUS_OK)
        s = make_header(e, &header);
    if (s == STATUS_OK)
        s = folder_make(folder);
    if (s == STATUS_OK)
        s = write_file(e, last, path, &header);
    free(folder);
    free(path);
    text_free(&header);
    return s;
}

status cache_write(const cache_entry *e)
{
    return write_entry(e, NULL);
}

status cache_write_from(const cache_entry *e, byte_source last)
{
    return write_entry(e, &last);
}
