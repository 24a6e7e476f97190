/* format/safetensors.h - a canonical safetensors file, as docs/checkpoint.md defines it: the
 * header, written and read, and the checksum over the whole file.
 *
 *     n as 8 bytes   {"__metadata__":{"crc32":"00000000", members },"name":{ a tensor }, ... }
 * spaces the tensors, one after another
 *
 * The checksum is the first member of the metadata, so that its eight digits have a fixed place;
 * they count as zeros in the sum. Checkpoints and the entries of the cache are such files.
 *
 * Writing a header:
 *
 *     safetensors_begin(&t);                      then the members of the metadata (base/json.h)
 *     json_end(&t, '}');
 *     safetensors_add(&t, ...);                   for each tensor
 *     TRY(safetensors_end(&t));
 *
 * Reading:
 *
 *     safetensors_input in = { .path = path, .what = "gan checkpoint", .fd = fd };
 *     TRY(safetensors_read_header(&in, &header, &n));
 *     TRY(safetensors_read(&in, ...));            for each tensor, in order
 *     TRY(safetensors_read_end(&in));
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_SAFETENSORS_H
#define GAN_FORMAT_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/json.h"
#include "base/status.h"
#include "base/text.h"

#define SAFETENSORS_BEFORE_CRC "{\"__metadata__\":{\"crc32\":\""
#define SAFETENSORS_START      SAFETENSORS_BEFORE_CRC "00000000\","

enum {
    SAFETENSORS_LENGTH = 8,
    SAFETENSORS_CRC_DIGITS = 8,
    SAFETENSORS_CRC_AT = sizeof SAFETENSORS_BEFORE_CRC - 1, /* in the header */
    SAFETENSORS_ALIGNMENT = 64,                             /* of the first tensor in the file */
    SAFETENSORS_LONGEST = 1 << 18                           /* header that is read */
};

/* ---- writing ---- */

void safetensors_begin(text *t);

/* Adds a tensor of that type ("F32") and shape ("2,3") at *offset, and moves *offset past its
 * bytes.
 */
void safetensors_add(text *t, const char *name, const char *type, const char *shape, size_t *offset,
                     size_t bytes);

/* Ends the header and pads it. STATUS_MEMORY where any addition failed. */
status safetensors_end(text *t);

/* Puts the checksum, or 0, in its place. */
void safetensors_put_crc(char *header, uint32_t crc);

/* The bytes of such a file. The checksum near its start covers all of it, so the same code makes
 * the bytes twice: first into the checksum, then, with the checksum in its place, into the file. */
typedef struct sink {
    out_file *f;   /* NULL: into the checksum only */
    uint32_t crc;  /* CRC-32 of what came while f was NULL */
    status result; /* of the first failure, after which nothing more is written */
} sink;

/* The bytes must not be NULL, even where n is 0: zlib would restart its checksum. */
void sink_bytes(sink *k, const void *bytes, size_t n);

/* n floats, little-endian on every machine. */
void sink_floats(sink *k, const float *x, size_t n);

/* ---- reading ---- */

typedef struct safetensors_input {
    const char *path;  /* lent by the caller; messages name it */
    const char *what;  /* the file should be: "gan checkpoint" */
    int fd;            /* the caller opens and closes it */
    uint32_t crc;      /* of all bytes read so far */
    uint32_t expected; /* the checksum that the header states */
} safetensors_input;

/* Reads the length and the header. *header is malloc'ed and the caller's: *n bytes, with zeros for
 * the checksum, and a NUL after them. STATUS_FORMAT where the file does not begin as a safetensors
 * file of ours; STATUS_IO, STATUS_MEMORY. After a failure *header is NULL. */
status safetensors_read_header(safetensors_input *in, char **header, size_t *n);

/* Parses the metadata of a header; json_free releases it. STATUS_FORMAT, with the offset within the
 * metadata but without the path. */
status safetensors_read_metadata(json_object *o, const char *header, size_t n);

/* Reads exactly n bytes of tensors. STATUS_FORMAT where the file ends before them. */
status safetensors_read(safetensors_input *in, void *to, size_t n);

/* After the last tensor: STATUS_FORMAT where the checksum differs or the file continues. */
status safetensors_read_end(safetensors_input *in);

#endif
