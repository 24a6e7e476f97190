/* format/safetensors.c - the header of a canonical safetensors file, and its checksum.
 *
 * SPDX-License-Identifier: MIT */
#include "format/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/bytes.h"
#include "base/size.h"

#include "base/banned.h"

/* ---- writing ---- */

void safetensors_begin(text *t)
{
    json_begin(t, NULL, '{');
    json_begin(t, "__metadata__", '{');
    json_add_string(t, "crc32", "00000000");
}

void safetensors_add(text *t, const char *name, const char *type, const char *shape, size_t *offset,
                     size_t bytes)
{
    json_begin(t, name, '{');
    json_add_string(t, "dtype", type);
    json_add(t, "shape", "[%s]", shape);
    json_add(t, "data_offsets", "[%zu,%zu]", *offset, *offset + bytes);
    json_end(t, '}');
    *offset += bytes;
}

status safetensors_end(text *t)
{
    json_end(t, '}');
    while (!t->failed && (SAFETENSORS_LENGTH + t->length) % SAFETENSORS_ALIGNMENT != 0)
        text_add(t, " ");
    return text_check(t);
}

void safetensors_put_crc(char *header, uint32_t crc)
{
    char digits[SAFETENSORS_CRC_DIGITS + 1];
    snprintf(digits, sizeof digits, "%08" PRIx32, crc);
    memcpy(header + SAFETENSORS_CRC_AT, digits, SAFETENSORS_CRC_DIGITS);
}

void sink_bytes(sink *k, const void *bytes, size_t n)
{
    if (!k->f)
        k->crc = (uint32_t)crc32_z(k->crc, bytes, n);
    else if (k->result == STATUS_OK)
        k->result = out_write(k->f, bytes, n);
}

void sink_floats(sink *k, const float *x, size_t n)
{
    enum { PART = 4096 };
    unsigned char bytes[PART * sizeof(float)];
    if (BYTES_ARE_NUMBERS) {
        sink_bytes(k, x, n * sizeof *x);
        return;
    }
    for (size_t i = 0; i < n; i += PART) {
        size_t part = size_min(n - i, PART);
        bytes_put_floats(bytes, x + i, part);
        sink_bytes(k, bytes, part * sizeof(float));
    }
}

/* ---- reading ---- */

static status not_that(const safetensors_input *in, const char *why)
{
    return status_fail(STATUS_FORMAT, "%s: is not a %s: %s", in->path, in->what, why);
}

status safetensors_read(safetensors_input *in, void *to, size_t n)
{
    TRY(file_read_exactly(in->fd, in->path, to, n));
    in->crc = (uint32_t)crc32_z(in->crc, to, n);
    return STATUS_OK;
}

static status read_length(safetensors_input *in, size_t *n)
{
    unsigned char length[SAFETENSORS_LENGTH];
    status s = safetensors_read(in, length, sizeof length);
    if (s != STATUS_OK)
        return s == STATUS_FORMAT ? not_that(in, "it is shorter than 8 bytes") : s;
    uint64_t size = bytes_get(length, sizeof length);
    if (size < sizeof SAFETENSORS_START || size > SAFETENSORS_LONGEST)
        return not_that(in, "it does not begin with the length of a header");
    *n = (size_t)size;
    return STATUS_OK;
}

static status read_text(safetensors_input *in, char *header, size_t n)
{
    char digits[SAFETENSORS_CRC_DIGITS + 1] = { 0 };
    TRY(file_read_exactly(in->fd, in->path, header, n));
    memcpy(digits, header + SAFETENSORS_CRC_AT, SAFETENSORS_CRC_DIGITS);
    if (strspn(digits, "0123456789abcdef") != SAFETENSORS_CRC_DIGITS)
        return not_that(in, "its header has no checksum");
    in->expected = (uint32_t)strtoul(digits, NULL, 16);
    safetensors_put_crc(header, 0);
    if (memcmp(header, SAFETENSORS_START, sizeof SAFETENSORS_START - 1) != 0)
        return not_that(in, "its header has another beginning");
    in->crc = (uint32_t)crc32_z(in->crc, (unsigned char *)header, n);
    return STATUS_OK;
}

status safetensors_read_header(safetensors_input *in, char **header, size_t *n)
{
    *header = NULL;
    TRY(read_length(in, n));
    *header = calloc(*n + 1, 1);
    if (!*header)
        return status_fail(STATUS_MEMORY, "%s: out of memory", in->path);
    status s = read_text(in, *header, *n);
    if (s != STATUS_OK) {
        free(*header);
        *header = NULL;
    }
    return s;
}

status safetensors_read_metadata(json_object *o, const char *header, size_t n)
{
    const size_t start = sizeof "{\"__metadata__\":" - 1;
    size_t used = 0;
    return json_read(o, (const unsigned char *)header + start, n - start, &used);
}

status safetensors_read_end(safetensors_input *in)
{
    char beyond;
    size_t got = 0;
    if (in->crc != in->expected)
        return status_fail(STATUS_FORMAT,
                           "%s: is damaged: expected the CRC-32 %08" PRIx32 ", found %08" PRIx32,
                           in->path, in->expected, in->crc);
    TRY(file_read_some(in->fd, in->path, &beyond, 1, &got));
    if (got != 0)
        return status_fail(STATUS_FORMAT, "%s: continues after its last tensor", in->path);
    return STATUS_OK;
}
