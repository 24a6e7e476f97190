/* format/sink.c - bytes of a file that has a checksum of all of them near its start.
 *
 * SPDX-License-Identifier: MIT */
#include "format/sink.h"

#include <zlib.h>

#include "base/bytes.h"
#include "base/size.h"

#include "base/banned.h"

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
