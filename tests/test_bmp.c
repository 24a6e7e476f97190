/* tests/test_bmp.c - bitmaps of Windows and OS/2, built here from the definition of the format.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "whole_picture.h"

enum { FILE_HEADER = 14, CORE = 12, INFO = 40, OS2 = 64, V4 = 108, V5 = 124 };
enum { SPARE = 1024 }; /* bytes after a picture, which belong to none of its pixels */

/* What a file states. The indices of its pixels are 0, 1, 2, ... from the top left. */
typedef struct indexed {
    int header, bits, width, height;
    int used;   /* the header's number of colours; 0: all */
    int stored; /* colours that are before the pixels */
    bool top_down;
} indexed;

static void put_number(unsigned char *at, uint32_t x, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)(x >> 8 * i);
}

static size_t palette_size(const indexed *b)
{
    return (size_t)b->stored * (b->header == CORE ? 3 : 4);
}

/* Rows end at multiples of 32 bits. */
static size_t row_size(const indexed *b)
{
    size_t bits = (size_t)b->width * (size_t)b->bits;
    while (bits % 32 != 0)
        bits++;
    return bits / 8;
}

static int index_at(const indexed *b, int x, int y)
{
    return (y * b->width + x) % (1 << b->bits);
}

/* Part c of a colour: 0 red, 1 green, 2 blue; none is black. */
static unsigned char part_of(int colour, int c)
{
    return (unsigned char)(20 + (colour * 7 + c * 50) % 230);
}

static void put_header(const indexed *b, unsigned char *bytes)
{
    unsigned char *info = bytes + FILE_HEADER;
    uint32_t height = (uint32_t)(b->top_down ? -b->height : b->height);
    memcpy(bytes, "BM", 2);
    put_number(bytes + 10, (uint32_t)(FILE_HEADER + b->header) + (uint32_t)palette_size(b), 4);
    put_number(info, (uint32_t)b->header, 4);
    if (b->header == CORE) {
        put_number(info + 4, (uint32_t)b->width, 2);
        put_number(info + 6, height, 2);
        put_number(info + 8, 1, 2);
        put_number(info + 10, (uint32_t)b->bits, 2);
        return;
    }
    put_number(info + 4, (uint32_t)b->width, 4);
    put_number(info + 8, height, 4);
    put_number(info + 12, 1, 2);
    put_number(info + 14, (uint32_t)b->bits, 2);
    put_number(info + 32, (uint32_t)b->used, 4);
}

static void put_pixels(const indexed *b, unsigned char *rows)
{
    for (int y = 0; y < b->height; y++)
        for (int x = 0; x < b->width; x++) {
            int row = b->top_down ? y : b->height - 1 - y, first = x * b->bits;
            rows[(size_t)row * row_size(b) + (size_t)first / 8] |=
                (unsigned char)(index_at(b, x, y) << (8 - b->bits - first % 8));
        }
}

/* The file, followed by spare bytes of 0xee; the caller frees its bytes. */
static bitmap_file build(const indexed *b, unsigned char **bytes)
{
    size_t before = (size_t)(FILE_HEADER + b->header),
           size = before + palette_size(b) + (size_t)b->height * row_size(b);
    int each = b->header == CORE ? 3 : 4;
    *bytes = calloc(1, size + SPARE);
    assert_non_null(*bytes);
    memset(*bytes + size, 0xee, SPARE);
    put_header(b, *bytes);
    for (int i = 0; i < b->stored; i++)
        for (int c = 0; c < 3; c++) /* blue, green, red */
            (*bytes)[before + (size_t)(i * each + c)] = part_of(i, 2 - c);
    put_pixels(b, *bytes + before + palette_size(b));
    return (bitmap_file){ "x.bmp", *bytes, size + SPARE };
}

/* A colour that the file does not have is black. */
static void check(const indexed *b)
{
    unsigned char *bytes;
    whole_picture p;
    bitmap_file f = build(b, &bytes);
    int colours = 1 << b->bits;
    colours = b->used > 0 && b->used < colours ? b->used : colours;
    colours = b->stored < colours ? b->stored : colours;
    assert_ok(read_whole(&p, &f));
    assert_true(p.width == b->width && p.height == b->height && p.channels == 3);
    for (int y = 0; y < b->height; y++)
        for (int x = 0; x < b->width; x++)
            for (int c = 0; c < 3; c++) {
                int i = index_at(b, x, y);
                int expected = i < colours ? part_of(i, c) : 0;
                int got = p.bytes[(y * b->width + x) * 3 + c];
                if (got != expected)
                    fail_msg("header of %d, %d bits, %d colours used, %d stored: %d, %d, part %d: "
                             "expected %d, got %d",
                             b->header, b->bits, b->used, b->stored, x, y, c, expected, got);
            }
    free(p.bytes);
    free(bytes);
}

static const int headers[] = { CORE, INFO, OS2, V4, V5 }, depths[] = { 1, 2, 4, 8 };

static void a_colour_that_is_not_in_the_palette_is_black(void **state)
{
    (void)state;
    for (size_t h = 0; h < sizeof headers / sizeof *headers; h++)
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
            const int all = 1 << depths[d], numbers[] = { 0, 1, all - 1, all, all + 1 };
            for (int used = 0; used < (headers[h] == CORE ? 1 : 5); used++)
                for (int stored = 0; stored < 5; stored++)
                    check(&(indexed){ headers[h], depths[d], 16, 17, numbers[used], numbers[stored],
                                      false });
        }
}

static void rows_of_indices_are_whole_words(void **state)
{
    (void)state;
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
        for (int width = 1; width <= 65; width++)
            for (int down = 0; down < 2; down++)
                check(&(indexed){ INFO, depths[d], width, 3, 0, 1 << depths[d], down != 0 });
}

/* ---- masks ---- */

/* One pixel, with three masks after a header of 40 bytes. */
static status read_masked(whole_picture *p, int bits, const uint32_t masks[3], uint32_t pixel)
{
    unsigned char bytes[FILE_HEADER + INFO + 16 + 4] = { 0 };
    const indexed b = { .header = INFO, .bits = bits, .width = 1, .height = 1 };
    put_header(&b, bytes);
    put_number(bytes + 10, FILE_HEADER + INFO + 16, 4);
    put_number(bytes + FILE_HEADER + 16, 3, 4);
    for (int i = 0; i < 3; i++)
        put_number(bytes + FILE_HEADER + INFO + 4 * i, masks[i], 4);
    put_number(bytes + FILE_HEADER + INFO + 16, pixel, 4);
    bitmap_file f = { "x.bmp", bytes, sizeof bytes };
    return read_whole(p, &f);
}

static uint32_t mask_of(int first, int count)
{
    return (uint32_t)(((UINT64_C(1) << count) - 1) << first);
}

/* Parts of each width at each place; 255 of the largest value, rounded down, as in Pillow. */
static void parts_of_a_pixel_are_where_their_masks_are(void **state)
{
    (void)state;
    for (int bits = 16; bits <= 32; bits += 16)
        for (int first = 0; first < bits; first++)
            for (int count = 1; first + count <= bits; count++) {
                const uint32_t pixel = 0x9ce53a71, mask = mask_of(first, count),
                               masks[3] = { mask, 1, mask_of(8, 8) };
                whole_picture p;
                assert_ok(read_masked(&p, bits, masks, pixel));
                assert_int_equal(p.bytes[0],
                                 (uint64_t)((pixel & mask) >> first) * 255 / (mask >> first));
                assert_int_equal(p.bytes[1], (pixel & 1) * 255);
                assert_int_equal(p.bytes[2], pixel >> 8 & 255);
                free(p.bytes);
            }
}

static void masks_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const uint32_t wrong[] = { 0, 5, 0x101, 0x80000001, 0xa000 },
                          beyond[] = { 0x10000, 0x1f000 };
    whole_picture p;
    for (int part = 0; part < 3; part++) {
        uint32_t masks[3] = { 1, 2, 4 };
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
            masks[part] = wrong[i];
            assert_fails(read_masked(&p, 32, masks, 0), STATUS_FORMAT, "its masks are wrong");
        }
        for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
            masks[part] = beyond[i];
            assert_fails(read_masked(&p, 16, masks, 0), STATUS_FORMAT, "its masks are wrong");
            assert_ok(read_masked(&p, 32, masks, 0));
            free(p.bytes);
        }
    }
}

/* ---- packed pixels ---- */

/* A packed picture in the making, and what it shows: the indices in the order of its rows, which
 * begin at the bottom. */
typedef struct packing {
    indexed header;
    unsigned char bytes[4096], shown[16 * 16];
    size_t n;
    int x, y;
    uint32_t seed;
} packing;

static int chance(packing *p, int below)
{
    p->seed = p->seed * 1664525 + 1013904223;
    return (int)(p->seed >> 16) % below;
}

static void pack(packing *p, int byte)
{
    assert_true(p->n < sizeof p->bytes);
    p->bytes[p->n++] = (unsigned char)byte;
}

static void show(packing *p, int index)
{
    if (p->x < p->header.width && p->y < p->header.height)
        p->shown[p->y * p->header.width + p->x] = (unsigned char)index;
    p->x++;
}

/* n pixels of one byte: of one index, or of two in turns. */
static void pack_run(packing *p, int n)
{
    int byte = chance(p, 256);
    pack(p, n);
    pack(p, byte);
    for (int i = 0; i < n; i++)
        show(p, p->header.bits == 8 ? byte : i % 2 ? byte & 15 : byte >> 4);
}

/* n pixels one by one, padded to an even number of bytes. */
static void pack_singly(packing *p, int n)
{
    int each = 8 / p->header.bits, bytes = (n + each - 1) / each;
    pack(p, 0);
    pack(p, n);
    for (int i = 0; i < bytes + bytes % 2; i++) {
        int byte = chance(p, 256);
        pack(p, byte);
        for (int k = 0; k < each && i * each + k < n; k++)
            show(p, p->header.bits == 8 ? byte : k ? byte & 15 : byte >> 4);
    }
}

static void pack_step(packing *p, int right, int up)
{
    pack(p, 0);
    pack(p, 2);
    pack(p, right);
    pack(p, up);
    p->x += right;
    p->y += up;
}

/* Rows of runs, single pixels and steps, some of which go over the right edge. */
static void pack_picture(packing *p)
{
    while (p->y < p->header.height) {
        while (p->x < p->header.width && chance(p, 8) > 0) {
            int kind = chance(p, 8), n = 1 + chance(p, 6);
            if (kind < 4)
                pack_run(p, n);
            else if (kind < 7)
                pack_singly(p, n + 2);
            else
                pack_step(p, n, p->y + 1 < p->header.height ? chance(p, 2) : 0);
        }
        pack(p, 0);
        pack(p, 0);
        p->x = 0;
        p->y++;
    }
    pack(p, 0);
    pack(p, 1);
}

static void check_packed(packing *p)
{
    const indexed *b = &p->header;
    size_t before = (size_t)(FILE_HEADER + b->header) + palette_size(b);
    unsigned char *bytes = calloc(1, before + p->n);
    whole_picture out;
    assert_non_null(bytes);
    put_header(b, bytes);
    put_number(bytes + FILE_HEADER + 16, b->bits == 8 ? 1 : 2, 4);
    for (int i = 0; i < b->stored; i++)
        for (int c = 0; c < 3; c++)
            bytes[FILE_HEADER + b->header + 4 * i + c] = part_of(i, 2 - c);
    memcpy(bytes + before, p->bytes, p->n);
    bitmap_file f = { "x.bmp", bytes, before + p->n };
    assert_ok(read_whole(&out, &f));
    for (int y = 0; y < b->height; y++)
        for (int k = 0; k < 3 * b->width; k++)
            assert_int_equal(out.bytes[(b->height - 1 - y) * 3 * b->width + k],
                             part_of(p->shown[y * b->width + k / 3], k % 3));
    free(out.bytes);
    free(bytes);
}

static void packed_pixels_are_what_was_packed(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 400; i++) {
        packing p = { .seed = i, .header = { .header = INFO, .bits = i % 2 ? 8 : 4 } };
        p.header.stored = 1 << p.header.bits;
        p.header.width = 1 + chance(&p, 16);
        p.header.height = 1 + chance(&p, 16);
        pack_picture(&p);
        check_packed(&p);
    }
}

/* Decoding takes a row, and an index a pixel if the pixels are packed. */
static void the_stated_memory_is_a_row_and_the_indices_of_packed_pixels(void **state)
{
    (void)state;
    enum { WIDTH = 3000, HEIGHT = 2000, ROW = 3 * WIDTH, LITTLE = 16384 };
    const indexed b = { INFO, 8, WIDTH, HEIGHT, 0, 256, false };
    unsigned char *bytes;
    bitmap_header h;
    bitmap_file f = build(&b, &bytes);
    assert_ok(bitmap_read_header(&h, &f));
    assert_true(h.memory >= ROW && h.memory <= ROW + LITTLE);
    put_number(bytes + FILE_HEADER + 16, 1, 4); /* packed bytes */
    assert_ok(bitmap_read_header(&h, &f));
    assert_true(h.memory >= ROW + WIDTH * HEIGHT);
    assert_true(h.memory <= ROW + WIDTH * HEIGHT + LITTLE);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_colour_that_is_not_in_the_palette_is_black),
        cmocka_unit_test(rows_of_indices_are_whole_words),
        cmocka_unit_test(parts_of_a_pixel_are_where_their_masks_are),
        cmocka_unit_test(masks_that_cannot_be_are_refused),
        cmocka_unit_test(packed_pixels_are_what_was_packed),
        cmocka_unit_test(the_stated_memory_is_a_row_and_the_indices_of_packed_pixels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
