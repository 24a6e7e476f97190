/* tests/test_bitmap.c - reads pictures of every format, good, broken and hostile.
 *
 * tests/golden/make_pictures.py made the files in tests/golden/pictures. The pixels expected from
 * them are known, as files were built from them, or are Pillow's.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <zlib.h>

#include "base/file.h"
#include "data/fit.h"
#include "format/gif.h"
#include "format/jpeg.h"
#include "format/tiff.h"
#include "format/webp.h"
#include "golden/pictures.h"
#include "whole_picture.h"

#define LENGTH(x) (sizeof(x) / sizeof *(x))

static bool has_jpeg(void)
{
    return !jpeg_reader.missing;
}

/* Whether this build has the library for a file with this name. */
static bool has_reader(const char *name)
{
    const char *end = strrchr(name, '.');
    return !((strcmp(end, ".jpg") == 0 && jpeg_reader.missing) ||
             (strcmp(end, ".gif") == 0 && gif_reader.missing) ||
             (strcmp(end, ".webp") == 0 && webp_reader.missing) ||
             (strcmp(end, ".tif") == 0 && tiff_reader.missing) ||
             (strcmp(name, "jpeg.tif") == 0 && jpeg_reader.missing));
}

/* The bytes are in a block of exactly their size, so that a sanitizer notices a read past the end.
 */
static bitmap_file load(const char *name, unsigned char **bytes)
{
    char path[512];
    bitmap_file f = { .path = name };
    unsigned char *longer;
    snprintf(path, sizeof path, "%s/tests/golden/pictures/%s", GAN_SOURCE_DIR, name);
    assert_ok(file_read(path, 1 << 20, &longer, &f.n));
    *bytes = malloc(f.n > 0 ? f.n : 1);
    assert_non_null(*bytes);
    memcpy(*bytes, longer, f.n);
    free(longer);
    f.bytes = *bytes;
    return f;
}

/* The golden bytes are libjpeg-turbo's. Other libraries round the transform in their own way,
 * within what the standard allows. */
static int most_difference(const char *name)
{
    bool jpeg = strstr(name, ".jpg") || strcmp(name, "jpeg.tif") == 0;
    return jpeg && has_jpeg() && !strstr(jpeg_reader.package, "turbo") ? 2 : 0;
}

/* These pictures are small: decoding takes at least a row and at most a library's buffers. */
static void check_memory(const char *name, const bitmap_header *h, const bitmap_form *form)
{
    size_t row = (size_t)form->width * (size_t)form->channels;
    if (h->memory < row || h->memory > 3 << 20)
        fail_msg("%s: states that reading it takes %zu bytes", name, h->memory);
}

static void pictures_of_every_kind_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(good_pictures); i++) {
        unsigned char *bytes;
        bitmap_header h;
        whole_picture b;
        const char *name = good_pictures[i].file;
        if (!has_reader(name))
            continue;
        bitmap_file f = load(name, &bytes);
        assert_ok(bitmap_read_header(&h, &f));
        assert_ok(read_whole(&b, &f));
        assert_int_equal(b.rows, b.form.height);
        check_memory(name, &h, &b.form);
        if (b.width != good_pictures[i].width || b.height != good_pictures[i].height ||
            b.channels != good_pictures[i].channels || h.width != b.width || h.height != b.height ||
            h.colour != good_pictures[i].colour)
            fail_msg("%s: got %dx%d of %d channels, %s", name, b.width, b.height, b.channels,
                     h.colour ? "colour" : "grey");
        size_t n = (size_t)b.width * (size_t)b.height * (size_t)b.channels;
        for (size_t k = 0; k < n; k++)
            if (abs(b.bytes[k] - good_pictures[i].bytes[k]) > most_difference(name))
                fail_msg("%s: byte %zu: expected %d, got %d", name, k, good_pictures[i].bytes[k],
                         b.bytes[k]);
        free(b.bytes);
        free(bytes);
    }
}

static void what_cannot_be_read_is_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(bad_pictures); i++) {
        unsigned char *bytes;
        whole_picture b;
        const char *name = bad_pictures[i].file;
        bitmap_file f = load(name, &bytes);
        const char *format = bitmap_format_of(f.bytes, f.n);
        if (format && !has_reader(name))
            continue;
        assert_fails(read_whole(&b, &f), STATUS_FORMAT, bad_pictures[i].words);
        assert_ptr_equal(strstr(status_message(), name), status_message());
        assert_null(b.bytes);
        free(bytes);
    }
}

static void a_format_whose_library_is_missing_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const bitmap_reader *reader;
        const char *file, *words;
    } formats[] = {
        { &jpeg_reader, "rgb.jpg", "rgb.jpg: is a JPEG, and this gan was built without libjpeg" },
        { &gif_reader, "palette.gif",
          "palette.gif: is a GIF, and this gan was built without giflib" },
        { &webp_reader, "lossy.webp",
          "lossy.webp: is a WebP, and this gan was built without libwebp" },
        { &tiff_reader, "rgb.tif",
          "rgb.tif: is a TIFF, and this gan was built without libtiff 4.5" },
    };
    text missing = { 0 }, read = { 0 };
    bitmap_add_missing(&missing);
    bitmap_add_formats(&read);
    assert_non_null(strstr(read.data, "PNG, "));
    for (size_t i = 0; i < LENGTH(formats); i++) {
        unsigned char *bytes;
        whole_picture b;
        bitmap_file f = load(formats[i].file, &bytes);
        const char *name = bitmap_format_of(f.bytes, f.n);
        bool is_missing = formats[i].reader->missing;
        assert_int_equal(missing.data && strstr(missing.data, name), is_missing);
        assert_int_equal(strstr(read.data, name) != NULL, !is_missing);
        if (is_missing)
            assert_fails(read_whole(&b, &f), STATUS_FORMAT, formats[i].words);
        else
            assert_ok(read_whole(&b, &f));
        free(b.bytes);
        free(bytes);
    }
    text_free(&missing);
    text_free(&read);
}

static void a_picture_that_breaks_off_anywhere_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "rgb-8.png",     "interlaced.png",  "palette-4-alpha.png",
                                         "turned.png",    "animated.png",    "grey.jpg",
                                         "rgb.jpg",       "progressive.jpg", "turned-6.jpg",
                                         "scans.jpg",     "lossless.webp",   "lossy-alpha.webp",
                                         "animated.webp", "palette.gif",     "interlaced.gif",
                                         "rgb.bmp",       "4-bit.bmp",       "rle8.bmp",
                                         "raw.ppm",       "low.ppm",         "strips.tif",
                                         "planes.tif",    "tiles.tif",       "lzw.tif",
                                         "jpeg.tif" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        unsigned char *bytes;
        if (!has_reader(names[i]))
            continue;
        bitmap_file whole = load(names[i], &bytes);
        for (size_t n = 0; n < whole.n; n++) {
            unsigned char *cut = malloc(n > 0 ? n : 1);
            whole_picture b;
            assert_non_null(cut);
            memcpy(cut, bytes, n);
            bitmap_file f = { names[i], cut, n };
            if (read_whole(&b, &f) == STATUS_OK)
                fail_msg("%s: %zu of %zu bytes are read", names[i], n, whole.n);
            assert_non_null(strstr(status_message(), names[i]));
            free(cut);
        }
        free(bytes);
    }
}

static void a_picture_with_any_byte_changed_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(good_pictures); i++) {
        unsigned char *bytes;
        bitmap_file f = load(good_pictures[i].file, &bytes);
        for (size_t n = 0; n < f.n; n++) {
            whole_picture b;
            bytes[n] ^= (unsigned char)(1 << n % 8);
            if (read_whole(&b, &f) == STATUS_OK)
                free(b.bytes);
            bytes[n] ^= (unsigned char)(1 << n % 8);
        }
        free(bytes);
    }
}

/* A flipped bit of a PNG is found by a CRC, or it is in a chunk that no pixel depends on. */
static void a_png_with_a_changed_bit_has_the_same_pixels_or_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "palette-4-alpha.png", "turned.png", "rgb-8-key.png",
                                         "odd-chunks.png", "animated.png" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        unsigned char *bytes;
        whole_picture good, b;
        bitmap_file f = load(names[i], &bytes);
        assert_ok(read_whole(&good, &f));
        size_t size = (size_t)good.width * (size_t)good.height * (size_t)good.channels;
        for (size_t n = 0; n < 8 * f.n; n++) {
            bytes[n / 8] ^= (unsigned char)(1 << n % 8);
            if (read_whole(&b, &f) == STATUS_OK) {
                assert_int_equal(b.width, good.width);
                assert_int_equal(b.channels, good.channels);
                assert_memory_equal(b.bytes, good.bytes, size);
                free(b.bytes);
            }
            bytes[n / 8] ^= (unsigned char)(1 << n % 8);
        }
        free(good.bytes);
        free(bytes);
    }
}

static void texts_that_begin_like_a_picture_are_none(void **state)
{
    (void)state;
    static const char *const texts[] = { "BM is short for bitmap, a format of pictures",
                                         "MM. and II*",
                                         "PNG",
                                         "Hello",
                                         "II* stars",
                                         "BM",
                                         "MM",
                                         "P1 is a processor",
                                         "P6",
                                         "P5: five",
                                         "\nan empty line first" };
    for (size_t i = 0; i < LENGTH(texts); i++)
        assert_null(bitmap_format_of((const unsigned char *)texts[i], strlen(texts[i])));
}

static void a_name_tells_the_format_in_any_letter_case(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        { "x.png", "PNG" },     { "a/b.JPeG", "JPEG" }, { "a.b.TGA", "TGA" }, { "x.heic", "HEIC" },
        { "x.tiff", "TIFF" },   { "x.txt", NULL },      { "png", NULL },      { ".png", NULL },
        { "a/.png", NULL },     { "x.pn", NULL },       { "x.pngs", NULL },   { "a.png/x", NULL },
        { "x.jpg jpeg", NULL }, { "x.", NULL },
    };
    for (size_t i = 0; i < LENGTH(names); i++) {
        const char *format = bitmap_format_by_name(names[i][0]);
        if (names[i][1])
            assert_string_equal(format, names[i][1]);
        else
            assert_null(format);
    }
}

static void an_exif_block_of_any_kind_has_an_orientation(void **state)
{
    (void)state;
    const unsigned char good[] = "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0";
    assert_int_equal(bitmap_orientation(good, sizeof good), 6);
    for (size_t n = 0; n < 22; n++) {
        unsigned char *cut = malloc(n > 0 ? n : 1);
        assert_non_null(cut);
        memcpy(cut, good, n);
        assert_int_equal(bitmap_orientation(cut, n), 1);
        free(cut);
    }
    for (size_t n = 0; n < sizeof good; n++)
        for (int bit = 0; bit < 8; bit++) {
            unsigned char changed[sizeof good];
            memcpy(changed, good, sizeof good);
            changed[n] ^= (unsigned char)(1 << bit);
            int o = bitmap_orientation(changed, sizeof good);
            assert_true(o >= 1 && o <= 8);
        }
    for (unsigned value = 0; value < 10; value++) {
        unsigned char other[sizeof good];
        memcpy(other, good, sizeof good);
        other[19] = (unsigned char)value;
        assert_int_equal(bitmap_orientation(other, sizeof good),
                         value >= 1 && value <= 8 ? value : 1);
    }
}

/* ---- files built here ---- */

static unsigned char *find(const bitmap_file *f, const char *bytes, size_t n)
{
    unsigned char *found = memmem(f->bytes, f->n, bytes, n);
    assert_non_null(found);
    return found;
}

/* Replaces the n bytes at `at` by `bytes`, in a block that the caller frees. */
static bitmap_file changed(const bitmap_file *f, const unsigned char *at, size_t n,
                           const void *bytes, size_t length, unsigned char **block)
{
    size_t start = (size_t)(at - f->bytes);
    *block = malloc(f->n - n + length);
    assert_non_null(*block);
    memcpy(*block, f->bytes, start);
    memcpy(*block + start, bytes, length);
    memcpy(*block + start + length, at + n, f->n - start - n);
    return (bitmap_file){ f->path, *block, f->n - n + length };
}

static void sizes_have_limits(void **state)
{
    (void)state;
    assert_ok(bitmap_check_size("x", 1, BITMAP_MOST_SIDE));
    assert_fails(bitmap_check_size("x", 0, 1), STATUS_FORMAT, "x: has no pixels: 0 x 1");
    assert_fails(bitmap_check_size("x", 1, 0), STATUS_FORMAT, "x: has no pixels: 1 x 0");
    assert_fails(bitmap_check_size("x", 65501, 1), STATUS_FORMAT, "its header says 65501 x 1");
    assert_fails(bitmap_check_size("x", 1, 65501), STATUS_FORMAT, "its header says 1 x 65501");
    assert_fails(bitmap_check_size("x", 8193, 8192), STATUS_FORMAT, "its header says 8193 x 8192");
}

static void a_palette_with_a_little_blue_is_colour(void **state)
{
    (void)state;
    unsigned char *bytes;
    bitmap_header h;
    bitmap_file f = load("palette-of-greys.png", &bytes);
    assert_ok(bitmap_read_header(&h, &f));
    assert_false(h.colour);
    unsigned char *chunk = find(&f, "PLTE", 4);
    size_t n = (size_t)chunk[-2] << 8 | chunk[-1];
    chunk[4 + 2] ^= 1; /* the blue of the first entry */
    uint32_t crc = (uint32_t)crc32_z(0, chunk, 4 + n);
    for (size_t i = 0; i < 4; i++)
        chunk[4 + n + i] = (unsigned char)(crc >> (24 - 8 * i));
    assert_ok(bitmap_read_header(&h, &f));
    assert_true(h.colour);
    free(bytes);
}

static void a_jpeg_of_two_channels_is_refused(void **state)
{
    (void)state;
    unsigned char *bytes, *one, *two;
    whole_picture b;
    if (!has_jpeg())
        skip();
    bitmap_file f = load("rgb.jpg", &bytes);
    unsigned char *frame = find(&f, "\xff\xc0\0\x11", 4); /* without its third component */
    bitmap_file g = changed(&f, frame + 16, 3, "", 0, &one);
    frame = find(&g, "\xff\xc0\0\x11", 4);
    frame[3] = 14;
    frame[9] = 2;
    unsigned char *scan = find(&g, "\xff\xda\0\x0c", 4);
    scan[3] = 10;
    scan[4] = 2;
    bitmap_file h = changed(&g, scan + 9, 2, "", 0, &two);
    assert_fails(read_whole(&b, &h), STATUS_FORMAT,
                 "rgb.jpg: is a JPEG of 2 channels, expected 1, 3 or 4");
    free(two);
    free(one);
    free(bytes);
}

static void what_else_a_jpeg_says_beside_its_pixels_is_passed_over(void **state)
{
    (void)state;
    static const char *const markers[] = { "\xff\xe1\0\x04xx", "\xff\xe1\0\x0chttp://xyz" };
    static const size_t lengths[] = { 6, 14 };
    unsigned char *bytes, *block;
    if (!has_jpeg())
        skip();
    bitmap_file f = load("turned-6.jpg", &bytes);
    for (size_t i = 0; i < LENGTH(markers); i++) {
        whole_picture b;
        bitmap_file g = changed(&f, f.bytes + 2, 0, markers[i], lengths[i], &block);
        assert_ok(read_whole(&b, &g));
        free(b.bytes);
        free(block);
    }
    free(bytes);
}

static void a_jpeg_of_more_scans_than_a_picture_needs_is_refused(void **state)
{
    (void)state;
    unsigned char *bytes, *block;
    whole_picture b;
    if (!has_jpeg())
        skip();
    bitmap_file f = load("progressive.jpg", &bytes);
    /* The scan that refines the mean of each block: repeating it changes nothing. */
    const unsigned char *scan = find(&f, "\xff\xda\0\x0c\3\1\0\2\0\3\0\0\0\x10", 14);
    const unsigned char *end = scan + 14;
    while (end[0] != 0xff || end[1] == 0)
        end++;
    size_t n = (size_t)(end - scan);
    unsigned char *more = malloc(100 * n);
    assert_non_null(more);
    for (size_t i = 0; i < 100; i++)
        memcpy(more + i * n, scan, n);
    bitmap_file g = changed(&f, end, 0, more, 50 * n, &block);
    assert_ok(read_whole(&b, &g));
    free(b.bytes);
    free(block);
    g = changed(&f, end, 0, more, 100 * n, &block);
    assert_fails(read_whole(&b, &g), STATUS_FORMAT, "it has more scans than a picture needs");
    free(block);
    free(more);
    free(bytes);
}

int main(void)
{
    text missing = { 0 };
    bitmap_add_missing(&missing);
    if (missing.length > 0)
        printf("skipped: %s (built without their libraries)\n", missing.data);
    text_free(&missing);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_of_every_kind_are_read),
        cmocka_unit_test(what_cannot_be_read_is_refused_by_name),
        cmocka_unit_test(a_format_whose_library_is_missing_is_refused_by_name),
        cmocka_unit_test(a_picture_that_breaks_off_anywhere_is_refused),
        cmocka_unit_test(a_picture_with_any_byte_changed_is_read_or_refused),
        cmocka_unit_test(a_png_with_a_changed_bit_has_the_same_pixels_or_is_refused),
        cmocka_unit_test(texts_that_begin_like_a_picture_are_none),
        cmocka_unit_test(a_name_tells_the_format_in_any_letter_case),
        cmocka_unit_test(an_exif_block_of_any_kind_has_an_orientation),
        cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(a_palette_with_a_little_blue_is_colour),
        cmocka_unit_test(a_jpeg_of_two_channels_is_refused),
        cmocka_unit_test(what_else_a_jpeg_says_beside_its_pixels_is_passed_over),
        cmocka_unit_test(a_jpeg_of_more_scans_than_a_picture_needs_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
