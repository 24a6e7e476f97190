/* format/tfrecord.c - TFRecord files, written and gone through.
 *
 * SPDX-License-Identifier: MIT */
#include "format/tfrecord.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/size.h"

#include "base/banned.h"

enum { HEADER = 12, FOOTER = 4 };

/* CRC-32C (Castagnoli) with reflected bits, four bits at a time: row i is what the bits i do to the
 * remainder, i shifted right four times with 0x82f63b78, the polynomial, where a 1 falls out. */
static const uint32_t rows[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

/* Continues from the CRC of the bytes before; 0 before the first. */
static uint32_t crc32c(uint32_t crc, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= at[i];
        crc = crc >> 4 ^ rows[crc & 15];
        crc = crc >> 4 ^ rows[crc & 15];
    }
    return ~crc;
}

static uint32_t masked(uint32_t crc)
{
    return (crc >> 15 | crc << 17) + 0xa282ead8;
}

static void put(unsigned char *to, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)(value >> 8 * i & 255);
}

static uint64_t get(const unsigned char *from, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value |= (uint64_t)from[i] << 8 * i;
    return value;
}

/* ---- writing ---- */

status tfrecord_begin(tfrecord *r, out_file *f, uint64_t n)
{
    unsigned char header[HEADER];
    *r = (tfrecord){ .file = f };
    put(header, n, 8);
    put(header + 8, masked(crc32c(0, header, 8)), 4);
    return out_write(f, header, sizeof header);
}

status tfrecord_add(tfrecord *r, const void *bytes, size_t n)
{
    r->crc = crc32c(r->crc, bytes, n);
    return out_write(r->file, bytes, n);
}

status tfrecord_end(tfrecord *r)
{
    unsigned char footer[FOOTER];
    put(footer, masked(r->crc), sizeof footer);
    return out_write(r->file, footer, sizeof footer);
}

/* ---- going through ---- */

/* Reads n bytes, or what is there of them. */
static status read_most(int fd, const char *path, unsigned char *to, size_t n, size_t *got)
{
    *got = 0;
    for (size_t some = 1; *got < n && some > 0; *got += some)
        TRY(file_read_some(fd, path, to + *got, n - *got, &some));
    return STATUS_OK;
}

/* Reads the data of a record of n bytes; *good if they are all there and undamaged. */
static status read_data(int fd, const char *path, uint64_t n, tfrecord_start *start, bool *good)
{
    unsigned char block[1 << 14];
    uint32_t crc = 0;
    size_t got;
    *start = (tfrecord_start){ .count = n < TFRECORD_START ? (size_t)n : TFRECORD_START };
    *good = false;
    for (uint64_t left = n; left > 0; left -= got) {
        size_t part = left < sizeof block ? (size_t)left : sizeof block;
        TRY(read_most(fd, path, block, part, &got));
        if (got < part)
            return STATUS_OK;
        if (left == n)
            memcpy(start->bytes, block, size_min(start->count, got));
        crc = crc32c(crc, block, got);
    }
    TRY(read_most(fd, path, block, FOOTER, &got));
    *good = got == FOOTER && get(block, FOOTER) == masked(crc);
    return STATUS_OK;
}

static status scan(int fd, const char *path,
                   bool (*take)(void *context, const tfrecord_start *start), void *context,
                   uint64_t *whole)
{
    for (;;) {
        unsigned char header[HEADER];
        tfrecord_start start;
        size_t got;
        bool good;
        TRY(read_most(fd, path, header, sizeof header, &got));
        if (got < sizeof header || get(header + 8, 4) != masked(crc32c(0, header, 8)))
            return STATUS_OK;
        uint64_t n = get(header, 8);
        TRY(read_data(fd, path, n, &start, &good));
        if (!good || !take(context, &start))
            return STATUS_OK;
        *whole += HEADER + n + FOOTER;
    }
}

status tfrecord_scan(const char *path, bool (*take)(void *context, const tfrecord_start *start),
                     void *context, uint64_t *whole)
{
    *whole = 0;
    if (!file_exists(path))
        return STATUS_OK;
    int fd = file_open(path, O_RDONLY);
    if (fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status s = scan(fd, path, take, context, whole);
    close(fd);
    return s;
}
