/* format/zip.c - zip archives with stored entries, as PKWARE's APPNOTE 6.3.10 describes them:
 * local headers with data, then the central directory and its end record.
 *
 * SPDX-License-Identifier: MIT */
#include "format/zip.h"

#include <string.h>
#include <zlib.h>

#include "base/bytes.h"

#include "base/banned.h"

enum {
    LOCAL_SIGNATURE = 0x04034b50,
    CENTRAL_SIGNATURE = 0x02014b50,
    END_SIGNATURE = 0x06054b50,
    LOCAL_SIZE = 30,
    CENTRAL_SIZE = 46,
    END_SIZE = 22,
    VERSION = 20,
    MOST_ENTRIES = 65535,
    FIRST_DAY = 1 << 5 | 1 /* 1980-01-01: year - 1980 from bit 9, month from bit 5, day */
};

/* The fields from "version needed" to "extra field length", which both headers of an entry have. */
enum { COMMON_SIZE = 26 };
static void put_common(unsigned char *to, uint32_t crc, size_t n, size_t name)
{
    memset(to, 0, COMMON_SIZE); /* no flags, method 0 (stored), time 0:00, no extra field */
    bytes_put(to, VERSION, 2);
    bytes_put(to + 8, FIRST_DAY, 2);
    bytes_put(to + 10, crc, 4);
    bytes_put(to + 14, n, 4);
    bytes_put(to + 18, n, 4);
    bytes_put(to + 22, name, 2);
}

/* zlib takes lengths of 32 bits; an entry is shorter, as zip_add checks. */
static uint32_t crc_of(const unsigned char *bytes, size_t n)
{
    return (uint32_t)crc32(crc32(0, NULL, 0), bytes, (uInt)n);
}

static status put(zip_writer *z, const void *bytes, size_t n)
{
    z->used += n;
    return out_write(z->file, bytes, n);
}

status zip_add(zip_writer *z, const char *name, const unsigned char *bytes, size_t n)
{
    unsigned char local[LOCAL_SIZE], central[CENTRAL_SIZE] = { 0 };
    size_t length = strlen(name);
    uint64_t after = z->used + LOCAL_SIZE + length + n;
    uint64_t directory = z->directory.length + CENTRAL_SIZE + length + END_SIZE;
    if (after + directory > UINT32_MAX || z->count == MOST_ENTRIES)
        return status_fail(STATUS_USAGE,
                           "a zip archive holds at most 4 GB and %d entries: %s is too much",
                           MOST_ENTRIES, name);
    uint32_t crc = crc_of(bytes, n);
    bytes_put(local, LOCAL_SIGNATURE, 4);
    put_common(local + 4, crc, n, length);
    bytes_put(central, CENTRAL_SIGNATURE, 4);
    bytes_put(central + 4, VERSION, 2);
    put_common(central + 6, crc, n, length);
    bytes_put(central + 42, z->used, 4);
    text_add_bytes(&z->directory, (const char *)central, sizeof central);
    text_add_bytes(&z->directory, name, length);
    z->count++;
    TRY(put(z, local, sizeof local));
    TRY(put(z, name, length));
    return put(z, bytes, n);
}

static status write_directory(zip_writer *z)
{
    unsigned char end[END_SIZE] = { 0 };
    TRY(text_check(&z->directory));
    bytes_put(end, END_SIGNATURE, 4);
    bytes_put(end + 8, (uint64_t)z->count, 2);
    bytes_put(end + 10, (uint64_t)z->count, 2);
    bytes_put(end + 12, z->directory.length, 4);
    bytes_put(end + 16, z->used, 4);
    if (z->count > 0)
        TRY(put(z, z->directory.data, z->directory.length));
    return put(z, end, sizeof end);
}

status zip_end(zip_writer *z, status so_far)
{
    status s = so_far == STATUS_OK ? write_directory(z) : so_far;
    text_free(&z->directory);
    return s;
}
