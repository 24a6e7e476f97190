/* format/cache.c - tensors in the user's cache folder.
 *
 * SPDX-License-Identifier: MIT */
#include "format/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"
#include "format/safetensors.h"
#include "format/sink.h"

#include "base/banned.h"

/* *folder and *path are malloc'ed. */
static status path_of(const char *file, char **folder, char **path)
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
    TRY(text_check(&t));
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

/* The header with zeros for the checksum. */
static status make_header(const cache_entry *e, text *t)
{
    size_t offset = 0;
    safetensors_begin(t);
    text_add(t, "%s}", e->metadata);
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

typedef struct input {
    char *folder, *path;
    int fd;
    uint32_t crc; /* of what was read so far */
} input;

static status input_open(input *in, const char *file)
{
    *in = (input){ .fd = -1 };
    TRY(path_of(file, &in->folder, &in->path));
    in->fd = file_open(in->path, O_RDONLY);
    if (in->fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", in->path);
    return STATUS_OK;
}

static void input_close(input *in)
{
    if (in->fd >= 0)
        close(in->fd);
    free(in->folder);
    free(in->path);
}

static status read_bytes(input *in, void *to, size_t n)
{
    return file_read_exactly(in->fd, in->path, to, n);
}

static void add_to_crc(input *in, const void *bytes, size_t n)
{
    in->crc = (uint32_t)crc32_z(in->crc, bytes, n);
}

/* *header is malloc'ed, *n bytes and a NUL; its checksum is moved to found. */
static status read_header(input *in, char **header, size_t *n,
                          char found[SAFETENSORS_CRC_DIGITS + 1])
{
    unsigned char length[SAFETENSORS_LENGTH];
    TRY(read_bytes(in, length, sizeof length));
    uint64_t size = bytes_get(length, sizeof length);
    if (size < sizeof SAFETENSORS_START || size > SAFETENSORS_LONGEST)
        return status_fail(STATUS_FORMAT, "%s: its first 8 bytes are no length of a header",
                           in->path);
    *n = (size_t)size;
    *header = calloc(*n + 1, 1);
    if (!*header)
        return status_fail(STATUS_MEMORY, "%s: out of memory", in->path);
    TRY(read_bytes(in, *header, *n));
    memcpy(found, *header + SAFETENSORS_CRC_AT, SAFETENSORS_CRC_DIGITS);
    found[SAFETENSORS_CRC_DIGITS] = 0;
    safetensors_put_crc(*header, 0);
    add_to_crc(in, length, sizeof length);
    add_to_crc(in, *header, *n);
    return STATUS_OK;
}

static status read_tensor(input *in, const cache_tensor *t)
{
    TRY(read_bytes(in, t->data, bytes_of(t)));
    add_to_crc(in, t->data, bytes_of(t));
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

static status read_tensors(input *in, const cache_entry *e, const char *found)
{
    char crc[SAFETENSORS_CRC_DIGITS + 1], beyond;
    for (size_t i = 0; i < e->count; i++)
        TRY(read_tensor(in, &e->tensors[i]));
    snprintf(crc, sizeof crc, "%08" PRIx32, in->crc);
    if (strcmp(crc, found) != 0)
        return status_fail(STATUS_FORMAT, "%s: is damaged: expected the CRC-32 %s, found %s",
                           in->path, found, crc);
    size_t got = 0;
    TRY(file_read_some(in->fd, in->path, &beyond, 1, &got));
    if (got != 0)
        return status_fail(STATUS_FORMAT, "%s: goes on behind its last tensor", in->path);
    return STATUS_OK;
}

status cache_read(const cache_entry *e)
{
    input in;
    text expected = { 0 };
    char *header = NULL, found[SAFETENSORS_CRC_DIGITS + 1];
    size_t n = 0;
    status s = input_open(&in, e->file);
    if (s == STATUS_OK)
        s = make_header(e, &expected);
    if (s == STATUS_OK)
        s = read_header(&in, &header, &n, found);
    if (s == STATUS_OK && (n != expected.length || memcmp(header, expected.data, n) != 0))
        s = status_fail(STATUS_FORMAT, "%s: its header is not the one expected", in.path);
    if (s == STATUS_OK)
        s = read_tensors(&in, e, found);
    input_close(&in);
    text_free(&expected);
    free(header);
    return s;
}

status cache_metadata(const char *file, json_object *o)
{
    const size_t start = sizeof "{\"__metadata__\":" - 1;
    input in;
    char *header = NULL, found[SAFETENSORS_CRC_DIGITS + 1];
    size_t n = 0, used = 0;
    *o = (json_object){ 0 };
    status s = input_open(&in, file);
    if (s == STATUS_OK)
        s = read_header(&in, &header, &n, found);
    if (s == STATUS_OK &&
        json_read(o, (const unsigned char *)header + start, n - start, &used) != STATUS_OK)
        s = status_within(STATUS_FORMAT, "%s", in.path);
    input_close(&in);
    free(header);
    return s;
}

/* ---- writing ---- */

static void put_tensor(sink *k, const cache_tensor *t)
{
    if (t->type == CACHE_U8)
        sink_bytes(k, t->data, bytes_of(t));
    else
        sink_floats(k, t->data, values_of(t));
}

static void put_entry(sink *k, const cache_entry *e, const text *header)
{
    unsigned char length[SAFETENSORS_LENGTH];
    bytes_put(length, header->length, sizeof length);
    sink_bytes(k, length, sizeof length);
    sink_bytes(k, header->data, header->length);
    for (size_t i = 0; i < e->count; i++)
        put_tensor(k, &e->tensors[i]);
}

static status write_file(const cache_entry *e, const char *path, text *header)
{
    sink k = { 0 };
    put_entry(&k, e, header);
    safetensors_put_crc(header->data, k.crc);
    TRY(out_open(&k.f, path));
    put_entry(&k, e, header);
    return out_commit(k.f, k.result);
}

status cache_write(const cache_entry *e)
{
    char *folder = NULL, *path = NULL;
    text header = { 0 };
    status s = path_of(e->file, &folder, &path);
    if (s == STATUS_OK)
        s = make_header(e, &header);
    if (s == STATUS_OK)
        s = folder_make(folder);
    if (s == STATUS_OK)
        s = write_file(e, path, &header);
    free(folder);
    free(path);
    text_free(&header);
    return s;
}
