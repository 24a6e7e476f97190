/* tests/test_webp.c - the first frame of an animation, which may be smaller than its canvas.
 *
 * Whole files of other programs are in test_bitmap.c.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/bytes.h"
#include "base/file.h"
#include "format/webp.h"
#include "whole_picture.h"

enum { MOST = 4096, RIFF = 12 };

typedef struct maker {
    unsigned char bytes[MOST];
    size_t n;
} maker;

static void put(maker *m, unsigned value, int size)
{
    bytes_put(m->bytes + m->n, value, size);
    m->n += (size_t)size;
}

static void put_bytes(maker *m, const void *bytes, size_t n)
{
    assert_true(m->n + n <= MOST);
    memcpy(m->bytes + m->n, bytes, n);
    m->n += n;
}

static void put_chunk(maker *m, const char *name, size_t size)
{
    put_bytes(m, name, 4);
    put(m, (unsigned)size, 4);
}

/* WebP Container Specification: VP8X, ANIM, and an ANMF with the chunk of the file "lossless.webp".
 */
static void make(maker *m, const unsigned char *still, size_t n, const int canvas[2],
                 const int at[2], const int frame[2])
{
    enum { ALPHA = 0x10, ANIMATION = 2 };
    *m = (maker){ .n = 0 };
    put_chunk(m, "RIFF", 4 + 18 + 14 + 8 + 16 + n - RIFF);
    put_bytes(m, "WEBP", 4);
    put_chunk(m, "VP8X", 10);
    put(m, ALPHA | ANIMATION, 4);
    put(m, (unsigned)canvas[0] - 1, 3);
    put(m, (unsigned)canvas[1] - 1, 3);
    put_chunk(m, "ANIM", 6);
    put(m, 0, 6);
    put_chunk(m, "ANMF", 16 + n - RIFF);
    put(m, (unsigned)at[0] / 2, 3);
    put(m, (unsigned)at[1] / 2, 3);
    put(m, (unsigned)frame[0] - 1, 3);
    put(m, (unsigned)frame[1] - 1, 3);
    put(m, 100, 4); /* milliseconds, and flags */
    put_bytes(m, still + RIFF, n - RIFF);
}

static void beside_a_small_frame_all_is_transparent_black(void **state)
{
    (void)state;
    const int canvas[2] = { 13, 11 }, at[2] = { 4, 2 };
    unsigned char *bytes;
    size_t n;
    whole_picture still, p;
    maker m;
    assert_ok(
        file_read(GAN_SOURCE_DIR "/tests/golden/pictures/lossless.webp", MOST / 2, &bytes, &n));
    bitmap_file f = { "still.webp", bytes, n };
    assert_ok(read_whole(&still, &f));
    make(&m, bytes, n, canvas, at, (const int[]){ still.width, still.height });
    bitmap_file g = { "made.webp", m.bytes, m.n };
    assert_ok(read_whole(&p, &g));
    assert_true(p.width == canvas[0] && p.height == canvas[1] && p.channels == 4);
    for (int y = 0; y < canvas[1]; y++)
        for (int x = 0; x < canvas[0]; x++) {
            int column = x - at[0], row = y - at[1];
            bool inside = column >= 0 && column < still.width && row >= 0 && row < still.height;
            const unsigned char *got = p.bytes + 4 * (y * canvas[0] + x);
            assert_int_equal(got[3] > 0, inside);
            assert_memory_equal(got,
                                inside ? still.bytes + still.channels * (row * still.width + column)
                                       : (const unsigned char[4]){ 0 },
                                still.channels < 4 ? 3 : 4);
        }
    free(still.bytes);
    free(p.bytes);
    free(bytes);
}

int main(void)
{
    if (webp_reader.missing)
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_a_small_frame_all_is_transparent_black),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
