/* tests/test_tiff.c - TIFF pictures of every number of bits and both meanings of zero, made here.
 *
 * Whole files of other programs are in test_bitmap.c.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/bytes.h"
#include "format/tiff.h"
#include "whole_picture.h"

enum { WIDTH = 5, MOST = 1024, WHITE_IS_ZERO = 0, BLACK_IS_ZERO = 1, PALETTE = 3 };

/* A TIFF in the making: bytes in the order of little-endian machines. */
typedef struct maker {
    unsigned char bytes[MOST];
    size_t n;
    int entries;
} maker;

static void put(maker *m, unsigned value, int size)
{
    bytes_put(m->bytes + m->n, value, size);
    m->n += (size_t)size;
}

/* TIFF 6.0: tag, type (3 short, 4 long), count, value or its place. */
static void put_entry(maker *m, unsigned tag, unsigned type, unsigned count, unsigned value)
{
    put(m, tag, 2);
    put(m, type, 2);
    put(m, count, 4);
    put(m, value, 4);
    m->entries++;
}

/* One row of pixels with these values. Palette entry i is (257 i, 514 i, 65535 - 257 i). */
static void make(maker *m, unsigned meaning, unsigned bits, const unsigned *values)
{
    enum { HEADER = 8, ENTRY = 12, ENTRIES = 9 };
    unsigned colours = meaning == PALETTE ? 1U << bits : 0, row = (WIDTH * bits + 7) / 8;
    unsigned pixels = HEADER + 2 + ENTRY * (ENTRIES + (colours > 0)) + 4, map = pixels + row;
    *m = (maker){ .n = 0 };
    put(m, 'I' | 'I' << 8 | 42 << 16, 4);
    put(m, HEADER, 4);
    put(m, ENTRIES + (colours > 0), 2);
    put_entry(m, 256, 3, 1, WIDTH);
    put_entry(m, 257, 3, 1, 1);
    put_entry(m, 258, 3, 1, bits);
    put_entry(m, 259, 3, 1, 1); /* not compressed */
    put_entry(m, 262, 3, 1, meaning);
    put_entry(m, 273, 4, 1, pixels);
    put_entry(m, 277, 3, 1, 1);
    put_entry(m, 278, 3, 1, 1);
    put_entry(m, 279, 4, 1, row);
    if (colours > 0)
        put_entry(m, 320, 3, 3 * colours, map);
    put(m, 0, 4);
    assert_int_equal(m->n, pixels);
    for (unsigned i = 0; i < WIDTH; i++) /* the first pixel in the highest bits */
        for (unsigned b = 0; b < bits; b++) {
            unsigned at = i * bits + b, bit = values[i] >> (bits - 1 - b) & 1;
            m->bytes[pixels + (bits < 16 ? at / 8 : (at / 8) ^ 1)] |=
                (unsigned char)(bit << (7 - at % 8));
        }
    m->n += row;
    for (unsigned part = 0; part < 3; part++)
        for (unsigned i = 0; i < colours; i++)
            put(m, part == 0 ? 257 * i : part == 1 ? 514 * i % 65536 : 65535 - 257 * i, 2);
}

static void read_made(whole_picture *p, const maker *m)
{
    unsigned char *exact = malloc(m->n);
    assert_non_null(exact);
    memcpy(exact, m->bytes, m->n);
    bitmap_file f = { "made.tif", exact, m->n };
    assert_ok(read_whole(p, &f));
    assert_true(p->width == WIDTH && p->height == 1);
    free(exact);
}

/* TIFF 6.0, section 4: the largest value is white, or black. The nearest byte of v / (2^bits - 1);
 * Pillow 13 reads the files of 1 to 8 bits with the same values. */
static void grey_of_every_depth_goes_from_black_to_white(void **state)
{
    (void)state;
    static const unsigned depths[] = { 1, 2, 4, 8, 16 };
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
        for (unsigned meaning = WHITE_IS_ZERO; meaning <= BLACK_IS_ZERO; meaning++) {
            unsigned most = (1U << depths[d]) - 1;
            const unsigned values[WIDTH] = { 0, most, most / 3, most / 2, most - most / 5 };
            maker m;
            whole_picture p;
            make(&m, meaning, depths[d], values);
            read_made(&p, &m);
            assert_int_equal(p.channels, 1);
            for (int i = 0; i < WIDTH; i++) {
                unsigned grey = (2 * 255 * values[i] + most) / (2 * most);
                assert_int_equal(p.bytes[i], meaning == WHITE_IS_ZERO ? 255 - grey : grey);
            }
            free(p.bytes);
        }
}

/* TIFF 6.0, section 5: all reds, all greens, all blues, of 16 bits. */
static void palettes_of_every_depth_give_their_colours(void **state)
{
    (void)state;
    static const unsigned depths[] = { 1, 2, 4 };
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
        unsigned most = (1U << depths[d]) - 1;
        const unsigned values[WIDTH] = { 0, most, most / 3, most / 2, 1 };
        maker m;
        whole_picture p;
        make(&m, PALETTE, depths[d], values);
        read_made(&p, &m);
        assert_int_equal(p.channels, 3);
        for (unsigned i = 0; i < WIDTH; i++) {
            assert_int_equal(p.bytes[3 * i], values[i]);
            assert_int_equal(p.bytes[3 * i + 1], 2 * values[i]);
            assert_int_equal(p.bytes[3 * i + 2], 255 - values[i]);
        }
        free(p.bytes);
    }
}

static void other_depths_are_refused_by_number(void **state)
{
    (void)state;
    for (unsigned bits = 3; bits < 16; bits++) {
        const unsigned values[WIDTH] = { 0 };
        maker m;
        whole_picture p;
        char words[64];
        if (bits == 4 || bits == 8)
            continue;
        make(&m, BLACK_IS_ZERO, bits, values);
        bitmap_file f = { "made.tif", m.bytes, m.n };
        snprintf(words, sizeof words, "not supported: bits per sample %u", bits);
        assert_fails(read_whole(&p, &f), STATUS_FORMAT, words);
    }
}

/* Reading takes a row of the picture, and a library's buffers. */
static void the_stated_memory_grows_with_the_width(void **state)
{
    (void)state;
    enum { LONG = 65500, LITTLE = 1 << 20 };
    const unsigned values[WIDTH] = { 0 };
    maker *m = calloc(1, sizeof *m + LONG);
    assert_non_null(m);
    make(m, BLACK_IS_ZERO, 8, values);
    bytes_put(m->bytes + 18, LONG, 4);              /* the value of the first entry, the width */
    bytes_put(m->bytes + 10 + 12 * 8 + 8, LONG, 4); /* of the last entry, the bytes of the strip */
    bitmap_file f = { "made.tif", m->bytes, MOST + LONG };
    bitmap_header h;
    assert_ok(bitmap_read_header(&h, &f));
    assert_int_equal(h.width, LONG);
    assert_true(h.memory >= LONG && h.memory <= 100 * LONG + LITTLE + MOST);
    free(m);
}

int main(void)
{
    if (tiff_reader.missing)
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grey_of_every_depth_goes_from_black_to_white),
        cmocka_unit_test(palettes_of_every_depth_give_their_colours),
        cmocka_unit_test(other_depths_are_refused_by_number),
        cmocka_unit_test(the_stated_memory_grows_with_the_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
