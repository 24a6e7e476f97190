/* tests/fuzz/fuzz_log.c - the logs of a run, metrics.jsonl and events.out.tfevents, as a resumed
 * run finds them.
 *
 * What stays of a file is its beginning, to which the same call then has nothing to add; a file
 * that is refused stays whole. The first byte chooses the form, the second is the last epoch, and
 * the rest is the file; or records, each after a byte with its length, which are given the lengths
 * and sums of a TFRecord, as chance does not find these.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "base/file.h"
#include "train/log.h"

enum { FRAME = 16, MOST = 1 << 16 };

/* Nothing is allocated but messages. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 12, 4 };
}

/* ---- TFRecord, from its description ---- */

static void put(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> 8 * i);
}

/* The sum of n bytes: a CRC with Castagnoli's polynomial, turned and shifted. */
static void put_sum(uint8_t *to, const uint8_t *bytes, size_t n)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < 8 * n; i++)
        crc = crc >> 1 ^ ((crc ^ bytes[i / 8] >> i % 8) & 1 ? 0x82f63b78 : 0);
    crc = ~crc;
    put(to, (crc >> 15 | crc << 17) + 0xa282ead8);
}

/* Makes records of the bytes; returns how many bytes these have. */
static size_t frame(uint8_t to[MOST], const uint8_t *bytes, size_t n)
{
    size_t size = 0;
    while (n > 0 && size + FRAME + UINT8_MAX < MOST) {
        size_t length = bytes[0] < n ? bytes[0] : n - 1;
        uint8_t *record = to + size;
        put(record, (uint32_t)length);
        put(record + 4, 0);
        put_sum(record + 8, record, 8);
        memcpy(record + 12, bytes + 1, length);
        put_sum(record + 12 + length, record + 12, length);
        size += FRAME + length;
        bytes += 1 + length;
        n -= 1 + length;
    }
    return size;
}

/* ---- the check ---- */

/* The bytes of the file are the first ones of these; returns how many there are. */
static size_t check_beginning(const char *path, const uint8_t *bytes, size_t n)
{
    unsigned char *found;
    size_t size;
    CHECK(file_read(path, MOST, &found, &size) == STATUS_OK);
    CHECK(size <= n && memcmp(found, bytes, size) == 0);
    free(found);
    return size;
}

static void check(const log_kind *kind, uint32_t epoch, const uint8_t *bytes, size_t n)
{
    const char *path = fuzz_system_file(bytes, n);
    uint32_t next, again;
    fuzz_count_memory(1);
    status s = kind->rewind(path, epoch, &next);
    fuzz_count_memory(0);
    size_t kept = check_beginning(path, bytes, n);
    if (s != STATUS_OK) {
        CHECK(s == STATUS_FORMAT && kept == n);
        return;
    }
    CHECK(next <= epoch + 1 && (kind->has_start || next > 0));
    CHECK((kept > 0) == (next > !kind->has_start));
    CHECK(kind->rewind(path, epoch, &again) == STATUS_OK && again == next);
    CHECK(check_beginning(path, bytes, n) == kept);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    static uint8_t framed[MOST];
    if (n < 2 || n > MOST)
        return;
    fuzz_count_memory(0);
    switch (bytes[0] % 3) {
    case 0:
        check(&log_jsonl, bytes[1], bytes + 2, n - 2);
        break;
    case 1:
        check(&log_tensorboard, bytes[1], bytes + 2, n - 2);
        break;
    default:
        check(&log_tensorboard, bytes[1], framed, frame(framed, bytes + 2, n - 2));
    }
}
