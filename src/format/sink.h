/* format/sink.h - bytes of a file that has a checksum of all of them near its start.
 *
 * They are made twice by the same code: into the checksum, then, with it in its place, into the
 * file.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_SINK_H
#define GAN_FORMAT_SINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

typedef struct sink {
    out_file *f;   /* NULL: into the checksum only */
    uint32_t crc;  /* CRC-32 of what came while f was NULL */
    status result; /* of the first failure, after which nothing more is written */
} sink;

/* bytes is no NULL, also where n is 0: zlib would start its checksum anew. */
void sink_bytes(sink *k, const void *bytes, size_t n);

/* n floats, little-endian on every machine. */
void sink_floats(sink *k, const float *x, size_t n);

#endif
