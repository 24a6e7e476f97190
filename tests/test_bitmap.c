/* tests/test_bitmap.c - reads PNG and JPEG files, good, broken and hostile.
 *
 * tests/golden/make_pictures.py made the files in tests/golden/pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <zlib.h>

#include "base/file.h"
#include "data/fit.h"
#include "format/jpeg.h"
#include "golden/pictures.h"

#define LENGTH(x) (sizeof(x) / sizeof *(x))

static bool has_jpeg(void)
{
    return strcmp(jpeg_library(), "none") != 0;
}

static bool is_jpeg(const char *name)
{
    return strstr(name, ".jpg") != NULL;
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
    return is_jpeg(name) && !strstr(jpeg_library(), "turbo") ? 2 : 0;
}

static void pictures_of_every_kind_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(good_pictures); i++) {
        unsigned char *bytes;
        bitmap_header h;
        bitmap b;
        const char *name = good_pictures[i].file;
        if (is_jpeg(name) && !has_jpeg())
            continue;
        bitmap_file f = load(name, &bytes);
        assert_ok(bitmap_read_header(&h, &f));
        assert_ok(bitmap_read(&b, &f));
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
        bitmap_free(&b);
        free(bytes);
    }
}

static void what_cannot_be_read_is_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(bad_pictures); i++) {
        unsigned char *bytes;
        bitmap b;
        const char *name = bad_pictures[i].file;
        bitmap_file f = load(name, &bytes);
        bool foreign = f.n < 3 || bytes[0] != 0xff;
        if (is_jpeg(name) && !foreign && !has_jpeg())
            continue;
        assert_fails(bitmap_read(&b, &f), STATUS_FORMAT, bad_pictures[i].words);
        assert_ptr_equal(strstr(status_message(), name), status_message());
        assert_null(b.bytes);
        free(bytes);
    }
}

static void without_libjpeg_a_jpeg_is_refused_by_name(void **state)
{
    (void)state;
    unsigned char *bytes;
    bitmap b;
    bitmap_file f = load("rgb.jpg", &bytes);
    if (has_jpeg())
        assert_ok(bitmap_read(&b, &f));
    else
        assert_fails(bitmap_read(&b, &f), STATUS_FORMAT,
                     "rgb.jpg: is a JPEG, and this gan was built without libjpeg");
    bitmap_free(&b);
    free(bytes);
}

static void a_picture_that_breaks_off_anywhere_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "rgb-8.png",       "interlaced.png", "palette-4-alpha.png",
                                         "turned.png",      "grey.jpg",       "rgb.jpg",
                                         "progressive.jpg", "turned-6.jpg" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        unsigned char *bytes;
        if (is_jpeg(names[i]) && !has_jpeg())
            continue;
        bitmap_file whole = load(names[i], &bytes);
        for (size_t n = 0; n < whole.n; n++) {
            unsigned char *cut = malloc(n > 0 ? n : 1);
            bitmap b;
            assert_non_null(cut);
            memcpy(cut, bytes, n);
            bitmap_file f = { names[i], cut, n };
            assert_fails(bitmap_read(&b, &f), STATUS_FORMAT, names[i]);
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
            bitmap b;
            bytes[n] ^= (unsigned char)(1 << n % 8);
            if (bitmap_read(&b, &f) == STATUS_OK)
                bitmap_free(&b);
            bytes[n] ^= (unsigned char)(1 << n % 8);
        }
        free(bytes);
    }
}

static void texts_that_begin_like_a_picture_are_none(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "BM is short for bitmap", "MM. and II*", "PNG", "Hello", "II* stars", "BM", "MM"
    };
    for (size_t i = 0; i < LENGTH(texts); i++) {
        const char *name;
        assert_int_equal(bitmap_format_of((const unsigned char *)texts[i], strlen(texts[i]), &name),
                         BITMAP_NO_PICTURE);
    }
}

static void a_tiff_of_either_byte_order_is_a_picture_that_is_not_read(void **state)
{
    (void)state;
    static const char *const starts[] = { "II*\0rest", "MM\0*rest" };
    for (size_t i = 0; i < LENGTH(starts); i++) {
        const char *name;
        assert_int_equal(bitmap_format_of((const unsigned char *)starts[i], 8, &name),
                         BITMAP_FOREIGN);
        assert_string_equal(name, "TIFF");
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
    assert_fails(bitmap_check_size("x", 65536, 1), STATUS_FORMAT, "its header says 65536 x 1");
    assert_fails(bitmap_check_size("x", 1, 65536), STATUS_FORMAT, "its header says 1 x 65536");
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

static void a_jpeg_in_cmyk_is_refused_in_either_form(void **state)
{
    (void)state;
    unsigned char *bytes;
    bitmap b;
    if (!has_jpeg())
        skip();
    bitmap_file f = load("cmyk.jpg", &bytes);
    unsigned char *adobe = find(&f, "Adobe", 5);
    for (unsigned char transform = 0; transform <= 2; transform += 2) { /* CMYK, YCCK */
        adobe[11] = transform;
        assert_fails(bitmap_read(&b, &f), STATUS_FORMAT, "cmyk.jpg: is a JPEG in CMYK, expected");
    }
    free(bytes);
}

static void a_jpeg_of_two_channels_is_refused(void **state)
{
    (void)state;
    unsigned char *bytes, *one, *two;
    bitmap b;
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
    assert_fails(bitmap_read(&b, &h), STATUS_FORMAT,
                 "rgb.jpg: is a JPEG of 2 channels, expected 1 or 3");
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
        bitmap b;
        bitmap_file g = changed(&f, f.bytes + 2, 0, markers[i], lengths[i], &block);
        assert_ok(bitmap_read(&b, &g));
        bitmap_free(&b);
        free(block);
    }
    free(bytes);
}

static void a_jpeg_of_more_scans_than_a_picture_needs_is_refused(void **state)
{
    (void)state;
    unsigned char *bytes, *block;
    bitmap b;
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
    assert_ok(bitmap_read(&b, &g));
    bitmap_free(&b);
    free(block);
    g = changed(&f, end, 0, more, 100 * n, &block);
    assert_fails(bitmap_read(&b, &g), STATUS_FORMAT, "it has more scans than a picture needs");
    free(block);
    free(more);
    free(bytes);
}

static void areas_are_averaged_as_by_whole_matrices(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_fits); i++) {
        unsigned char out[3 * 64];
        size_t n = (size_t)golden_fits[i].to_width * (size_t)golden_fits[i].to_height *
                   (size_t)golden_fits[i].channels;
        bitmap b = { golden_fits[i].width, golden_fits[i].height, golden_fits[i].channels,
                     (unsigned char *)(uintptr_t)golden_fits[i].from };
        rgb background = golden_fits[i].channels == 3 ? (rgb){ 10, 20, 30 } : (rgb){ 10, 10, 10 };
        assert_ok(fit_size(&b, golden_fits[i].fitting, background, golden_fits[i].to_width,
                           golden_fits[i].to_height, out));
        assert_memory_equal(out, golden_fits[i].to, n);
    }
}

/* The largest possible sums. */
static void the_mean_of_white_is_white_at_any_size(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 65535, 2 }, { 2, 65535 }, { 8192, 8192 }, { 3, 1 } };
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        size_t n = (size_t)sizes[i][0] * (size_t)sizes[i][1];
        bitmap b = { sizes[i][0], sizes[i][1], 1, malloc(n) };
        unsigned char out[9];
        assert_non_null(b.bytes);
        memset(b.bytes, 255, n);
        for (int fit = FIT_CROP; fit <= FIT_PAD; fit++) {
            assert_ok(fit_size(&b, (fit_mode)fit, (rgb){ 255, 255, 255 }, 3, 3, out));
            for (int k = 0; k < 9; k++)
                assert_int_equal(out[k], 255);
        }
        bitmap_free(&b);
    }
}

static bitmap of_pixels(int channels, const unsigned char *pixels, int n)
{
    bitmap b = { n, 1, channels, malloc((size_t)(n * channels)) };
    assert_non_null(b.bytes);
    memcpy(b.bytes, pixels, (size_t)(n * channels));
    return b;
}

static void a_picture_is_laid_on_its_background(void **state)
{
    (void)state;
    const rgb background = { 200, 100, 50 };
    const unsigned char rgba[] = { 10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128 };
    const unsigned char on_it[] = { 10, 20, 30, 200, 100, 50, 105, 60, 40 };
    const unsigned char grey_alpha[] = { 10, 255, 10, 0, 10, 128 };
    const unsigned char colour[] = { 10, 10, 10, 200, 100, 50, 105, 55, 30 };
    bitmap b = of_pixels(4, rgba, 3);
    assert_ok(fit_channels(&b, 3, background));
    assert_memory_equal(b.bytes, on_it, 9);
    assert_ok(fit_channels(&b, 1, background));
    for (int i = 0; i < 3; i++)
        assert_int_equal(b.bytes[i], (int)(0.299 * on_it[3 * i] + 0.587 * on_it[3 * i + 1] +
                                           0.114 * on_it[3 * i + 2] + 0.5));
    bitmap_free(&b);
    b = of_pixels(2, grey_alpha, 3);
    assert_ok(fit_channels(&b, 3, background));
    assert_memory_equal(b.bytes, colour, 9);
    bitmap_free(&b);
}

static void grey_stays_the_same_grey(void **state)
{
    (void)state;
    for (int v = 0; v < 256; v++) {
        const unsigned char x[] = { (unsigned char)v, (unsigned char)v, (unsigned char)v };
        bitmap b = of_pixels(3, x, 1);
        assert_ok(fit_channels(&b, 1, (rgb){ 0, 0, 0 }));
        assert_int_equal(b.bytes[0], v);
        assert_ok(fit_channels(&b, 3, (rgb){ 0, 0, 0 }));
        assert_memory_equal(b.bytes, x, 3);
        bitmap_free(&b);
    }
}

int main(void)
{
    if (!has_jpeg())
        puts("skipped: JPEG files (built without libjpeg)");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_of_every_kind_are_read),
        cmocka_unit_test(what_cannot_be_read_is_refused_by_name),
        cmocka_unit_test(without_libjpeg_a_jpeg_is_refused_by_name),
        cmocka_unit_test(a_picture_that_breaks_off_anywhere_is_refused),
        cmocka_unit_test(a_picture_with_any_byte_changed_is_read_or_refused),
        cmocka_unit_test(texts_that_begin_like_a_picture_are_none),
        cmocka_unit_test(a_tiff_of_either_byte_order_is_a_picture_that_is_not_read),
        cmocka_unit_test(an_exif_block_of_any_kind_has_an_orientation),
        cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(a_palette_with_a_little_blue_is_colour),
        cmocka_unit_test(a_jpeg_in_cmyk_is_refused_in_either_form),
        cmocka_unit_test(a_jpeg_of_two_channels_is_refused),
        cmocka_unit_test(what_else_a_jpeg_says_beside_its_pixels_is_passed_over),
        cmocka_unit_test(a_jpeg_of_more_scans_than_a_picture_needs_is_refused),
        cmocka_unit_test(areas_are_averaged_as_by_whole_matrices),
        cmocka_unit_test(the_mean_of_white_is_white_at_any_size),
        cmocka_unit_test(a_picture_is_laid_on_its_background),
        cmocka_unit_test(grey_stays_the_same_grey),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
