/* format/raw.c - npy and IDX, written in parts, the same bytes on every host.
 *
 * SPDX-License-Identifier: MIT */
#include "format/raw.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/size.h"
#include "math/pixel.h"

#include "base/banned.h"

/* numpy.lib.format, version 1.0: "\x93NUMPY", the version in 2 bytes, the length of the rest in 2,
 * then a Python dictionary, spaces and a line's end, so that the data starts at a multiple of 64.
 * With four sizes of 1 to 10 digits the dictionary ends between bytes 75 and 112: always at 128. */
static status begin_npy(out_file *f, const raw_shape *s)
{
    enum { PREFIX = 10, HEADER = 128 };
    char header[HEADER + 1] = "\x93NUMPY\x01";
    header[8] = HEADER - PREFIX;
    int n = snprintf(header + PREFIX, sizeof header - PREFIX,
                     "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d, %d), }",
                     s->count, s->channels, s->height, s->width);
    memset(header + PREFIX + n, ' ', (size_t)(HEADER - PREFIX - n));
    header[HEADER - 1] = '\n';
    return out_write(f, header, HEADER);
}

/* Two zeros, the type (08: unsigned bytes), the number of dimensions, then each size, big-endian.
 */
static status begin_idx(out_file *f, const raw_shape *s)
{
    const int sizes[4] = { s->count, s->channels, s->height, s->width };
    unsigned char header[20] = { 0, 0, 8, s->channels == 1 ? 3 : 4 };
    size_t n = 4;
    for (size_t i = 0; i < 4; i++) {
        if (i == 1 && s->channels == 1)
            continue;
        for (int shift = 24; shift >= 0; shift -= 8)
            header[n++] = (unsigned char)((uint32_t)sizes[i] >> shift);
    }
    return out_write(f, header, n);
}

status raw_begin(out_file *f, raw_format format, const raw_shape *shape)
{
    return format == RAW_NPY ? begin_npy(f, shape) : begin_idx(f, shape);
}

enum { PART = 4096 }; /* values that are turned into bytes at a time */

static size_t npy_bytes(unsigned char *bytes, const float *samples, size_t n)
{
    bytes_put_floats(bytes, samples, n);
    return 4 * n;
}

static size_t idx_bytes(unsigned char *bytes, const float *samples, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = pixel_byte(samples[i]);
    return n;
}

status raw_add(out_file *f, raw_format format, const float *samples, size_t n)
{
    unsigned char bytes[4 * PART];
    while (n > 0) {
        size_t part = size_min(n, PART);
        size_t length =
            format == RAW_NPY ? npy_bytes(bytes, samples, part) : idx_bytes(bytes, samples, part);
        TRY(out_write(f, bytes, length));
        samples += part;
        n -= part;
    }
    return STATUS_OK;
}
