/* tests/fuzz/fuzz_gzip.c - format/gzip.h: gzip with any number of members, or raw bytes.
 *
 * Reading in parts of any size gives the same bytes. Without an error they are those of zlib's own
 * reader, or those of the file if it is not gzip.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include <zlib.h>

#include "format/gzip.h"

enum { MOST = 1 << 14 }; /* unpacked bytes that are compared */

/* Memory for a window and two buffers, regardless of the unpacked size. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 17, 0 };
}

typedef struct unpacked {
    status result;
    size_t n;
    unsigned char bytes[MOST];
} unpacked;

static void unpack(unpacked *u, const char *path, size_t part)
{
    static gzip_file s;
    size_t got = 1;
    u->n = 0;
    u->result = gzip_open(&s, path);
    if (u->result != STATUS_OK)
        return;
    while (u->result == STATUS_OK && got > 0 && u->n < MOST) {
        size_t room = part < MOST - u->n ? part : MOST - u->n;
        u->result = gzip_read(&s, u->bytes + u->n, room, &got);
        CHECK(got <= room);
        u->n += got;
    }
    CHECK(s.given == u->n);
    gzip_close(&s);
}

static void check_against_zlib(const unpacked *u, const uint8_t *bytes, size_t n)
{
    static unsigned char other[MOST];
    fuzz_count_memory(0);
    gzFile f = gzopen(fuzz_system_file(bytes, n), "rb");
    CHECK(f && gzread(f, other, MOST) == (int)u->n && memcmp(other, u->bytes, u->n) == 0);
    gzclose(f);
    fuzz_count_memory(1);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    static unpacked whole, parts;
    const char *path = fuzz_file(bytes, n);
    unpack(&whole, path, MOST);
    unpack(&parts, path, 1 + n % 199);
    CHECK(whole.result == parts.result);
    if (whole.result != STATUS_OK)
        return;
    CHECK(whole.n == parts.n && memcmp(whole.bytes, parts.bytes, whole.n) == 0);
    if (!fuzz_is_gzip(bytes, n))
        CHECK(whole.n == (n < MOST ? n : MOST) && memcmp(whole.bytes, bytes, whole.n) == 0);
    else if (whole.n < MOST) /* otherwise zlib, which reads ahead, may find a later error */
        check_against_zlib(&whole, bytes, n);
}

#ifdef FUZZ_CHANGES

/* Unpacks the member at bytes without checking its checksum, and corrects the checksum; returns the
 * member's length, or 0 if it is not one. */
static size_t repair_member(uint8_t *bytes, size_t n)
{
    static unsigned char out[MOST];
    enum { TRAILER = 8 };
    z_stream z = { .next_in = bytes, .avail_in = (uInt)n };
    uLong crc = crc32(0, NULL, 0);
    int result;
    if (inflateInit2(&z, 15 + 16) != Z_OK)
        return 0;
    inflateValidate(&z, 0);
    do {
        z.next_out = out;
        z.avail_out = MOST;
        result = inflate(&z, Z_NO_FLUSH);
        crc = crc32(crc, out, MOST - z.avail_out);
    } while (result == Z_OK && z.total_out < 16 * MOST);
    size_t length = result == Z_STREAM_END ? z.total_in : 0;
    uLong total = z.total_out;
    inflateEnd(&z);
    if (length < TRAILER)
        return 0;
    for (int i = 0; i < 4; i++) {
        bytes[length - 8 + (size_t)i] = (uint8_t)(crc >> 8 * i);
        bytes[length - 4 + (size_t)i] = (uint8_t)(total >> 8 * i);
    }
    return length;
}

/* Half of the changed files get correct checksums. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t most, unsigned seed)
{
    n = LLVMFuzzerMutate(bytes, n, most);
    for (size_t at = 0, length = 1; seed % 2 == 0 && length > 0; at += length)
        length = fuzz_is_gzip(bytes + at, n - at) ? repair_member(bytes + at, n - at) : 0;
    return n;
}

#endif
