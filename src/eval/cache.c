/* eval/cache.c - tensors in the user's cache folder.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/cache.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"

#include "base/banned.h"

/* The checksum has a fixed place and counts as zeros in the sum, as in a checkpoint. */
static const char header_start[] = "{\"__metadata__\":{\"crc32\":\"00000000\",";
enum {
    LENGTH_SIZE = 8,
    CRC_DIGITS = 8,
    CRC_AT = LENGTH_SIZE + sizeof "{\"__metadata__\":{\"crc32\":\"" - 1,
    ALIGNMENT = 64
};

/* *path is malloc'ed. */
static status path_of(const cache_entry *e, char **folder, char **path)
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
    return path_join(path, *folder, e->file);
}

static size_t values_of(const cache_tensor *t)
{
    return (size_t)(t->rows > 0 ? t->rows : 1) * (size_t)t->cols;
}

/* The file's bytes up to the first tensor, with zeros for the checksum; *data: the bytes behind. */
static status make_header(const cache_entry *e, text *t, size_t *data)
{
    unsigned char length[LENGTH_SIZE] = { 0 };
    *data = 0;
    text_add_bytes(t, (const char *)length, sizeof length);
    text_add(t, "%s%s}", header_start, e->metadata);
    for (size_t i = 0; i < e->count; i++) {
        const cache_tensor *one = &e->tensors[i];
        size_t end = *data + values_of(one) * sizeof *one->data;
        text_add(t, ",\"%s\":{\"dtype\":\"F32\",\"shape\":[", one->name);
        if (one->rows > 0)
            text_add(t, "%d,", one->rows);
        text_add(t, "%d],\"data_offsets\":[%zu,%zu]}", one->cols, *data, end);
        *data = end;
    }
    text_add(t, "}");
    while (!t->failed && t->length % ALIGNMENT != 0)
        text_add(t, " ");
    TRY(text_check(t));
    bytes_put((unsigned char *)t->data, t->length - LENGTH_SIZE, LENGTH_SIZE);
    return STATUS_OK;
}

static void put_crc(unsigned char *file, uint32_t crc)
{
    char digits[CRC_DIGITS + 1];
    snprintf(digits, sizeof digits, "%08" PRIx32, crc);
    memcpy(file + CRC_AT, digits, CRC_DIGITS);
}

static status compare(const cache_entry *e, const char *path, unsigned char *file, size_t n,
                      const text *header, size_t data)
{
    char found[CRC_DIGITS + 1] = { 0 };
    if (n != header->length + data)
        return status_fail(STATUS_FORMAT, "%s: expected %zu bytes, got %zu", path,
                           header->length + data, n);
    memcpy(found, file + CRC_AT, CRC_DIGITS);
    put_crc(file, 0);
    if (memcmp(file, header->data, header->length) != 0)
        return status_fail(STATUS_FORMAT, "%s: its header is not the one expected", path);
    uint32_t crc = (uint32_t)crc32_z(0, file, n);
    put_crc(file, crc);
    if (memcmp(file + CRC_AT, found, CRC_DIGITS) != 0)
        return status_fail(STATUS_FORMAT,
                           "%s: is damaged: expected the CRC-32 %s, found %08" PRIx32, path, found,
                           crc);
    const unsigned char *next = file + header->length;
    for (size_t i = 0; i < e->count; i++)
        for (size_t k = 0; k < values_of(&e->tensors[i]); k++, next += sizeof(float)) {
            e->tensors[i].data[k] = bytes_get_float(next);
            if (!isfinite(e->tensors[i].data[k]))
                return status_fail(STATUS_FORMAT, "%s: a number in %s is not finite", path,
                                   e->tensors[i].name);
        }
    return STATUS_OK;
}

status cache_read(const cache_entry *e)
{
    char *folder = NULL, *path = NULL;
    unsigned char *file = NULL;
    text header = { 0 };
    size_t n = 0, data = 0;
    status s = path_of(e, &folder, &path);
    if (s == STATUS_OK)
        s = make_header(e, &header, &data);
    if (s == STATUS_OK)
        s = file_read(path, header.length + data, &file, &n);
    if (s == STATUS_OK)
        s = compare(e, path, file, n, &header, data);
    free(folder);
    free(path);
    free(file);
    text_free(&header);
    return s;
}

static status write_file(const cache_entry *e, const char *path, const text *header, size_t data)
{
    size_t n = header->length + data;
    unsigned char *file = malloc(n);
    if (!file)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    memcpy(file, header->data, header->length);
    unsigned char *next = file + header->length;
    for (size_t i = 0; i < e->count; i++) {
        bytes_put_floats(next, e->tensors[i].data, values_of(&e->tensors[i]));
        next += values_of(&e->tensors[i]) * sizeof(float);
    }
    put_crc(file, (uint32_t)crc32_z(0, file, n));
    status s = file_write(path, file, n);
    free(file);
    return s;
}

status cache_write(const cache_entry *e)
{
    char *folder = NULL, *path = NULL;
    text header = { 0 };
    size_t data = 0;
    status s = path_of(e, &folder, &path);
    if (s == STATUS_OK)
        s = make_header(e, &header, &data);
    if (s == STATUS_OK)
        s = folder_make(folder);
    if (s == STATUS_OK)
        s = write_file(e, path, &header, data);
    free(folder);
    free(path);
    text_free(&header);
    return s;
}
