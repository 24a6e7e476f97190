/* tests/test_magic.c - a picture is known by its first bytes, and by no fewer than its format says.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "format/bitmap.h"

/* The first bytes as the formats' own documents and the magic numbers of file(1) have them, and how
 * many of them it takes. */
static const struct {
    const char *name, *bytes;
    size_t least;
} formats[] = {
    { "PNG", "\x89PNG\r\n\x1a\n", 8 },
    { "JPEG", "\xff\xd8\xff", 3 },
    { "WebP", "RIFF\x10\0\0\0WEBPVP8", 15 },
    { "GIF", "GIF89a", 4 },
    /* Size, two reserved fields, where the pixels begin; the size of the header that follows. */
    { "BMP", "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", 18 },
    { "PNM", "P1 2", 4 },
    { "PNM", "P6\n#", 4 },
    { "PNM", "P3\t\r\n 7", 7 },
    { "TIFF", "II*\0", 4 },
    { "TIFF", "MM\0*", 4 },
    { "TIFF", "II+\0", 4 },
    { "TIFF", "MM\0+", 4 },
    { "AVIF",
      "\0\0\0\x1c"
      "ftypavif",
      11 },
    { "HEIC",
      "\0\0\0\x1c"
      "ftypheic",
      10 },
    { "JPEG XL", "\0\0\0\x0cJXL \r\n", 10 },
    { "JPEG XL", "\xff\x0a", 2 },
    { "JPEG 2000", "\0\0\0\x0cjP  \r\n", 10 },
    { "PAM", "P7\n", 3 },
    { "PFM", "PF\n", 3 },
    { "QOI", "qoif", 4 },
    { "farbfeld", "farbfeld", 8 },
    { "OpenEXR", "\x76\x2f\x31\x01", 4 },
    { "Radiance HDR", "#?RADIANCE", 10 },
    { "DDS", "DDS ", 4 },
    { "PSD", "8BPS", 4 },
    { "XCF", "gimp xcf", 8 },
    { "SGI", "\x01\xda", 2 },
    { "Sun raster", "\x59\xa6\x6a\x95", 4 },
    { "PCX", "\x0a\5\1\x08", 4 },
    { "PCX", "\x0a\0\1\1", 4 },
    /* One picture of 16 x 16: its size, colours, a reserved byte, planes, bits, bytes, place. */
    { "ICO", "\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0", 22 },
    { "ICNS", "icns", 4 },
    { "MNG", "\x8aMNG\r\n\x1a\n", 8 },
    { "JNG", "\x8bJNG\r\n\x1a\n", 8 },
    { "JPEG XR", "II\xbc\1", 4 },
    { "BPG", "BPG\xfb", 4 },
    { "FLIF", "FLIF", 4 },
    { "XPM", "/* XPM */", 9 },
    { "FITS", "SIMPLE  =", 9 },
};
enum { FORMATS = sizeof formats / sizeof *formats };

static const char *format_of(const void *bytes, size_t n)
{
    unsigned char *exact = malloc(n > 0 ? n : 1); /* a sanitizer notices a read beyond it */
    assert_non_null(exact);
    memcpy(exact, bytes, n);
    const char *name = bitmap_format_of(exact, n);
    free(exact);
    return name;
}

static void a_format_is_known_once_its_magic_is_whole(void **state)
{
    (void)state;
    for (int i = 0; i < FORMATS; i++)
        for (size_t n = 0; n <= formats[i].least; n++) {
            const char *name = format_of(formats[i].bytes, n);
            if (n < formats[i].least && name)
                fail_msg("%zu bytes of %s are taken for %s", n, formats[i].name, name);
            if (n == formats[i].least && (!name || strcmp(name, formats[i].name) != 0))
                fail_msg("%s is taken for %s", formats[i].name, name ? name : "nothing");
        }
}

/* Each byte of a magic counts; the fields that a writer may fill as it likes do not. */
static void a_byte_of_another_value_is_another_format(void **state)
{
    (void)state;
    static const char *const exact[] = { "PNG", "GIF", "TIFF", "QOI", "farbfeld",  "DDS",
                                         "PSD", "XCF", "FITS", "SGI", "Sun raster" };
    for (int i = 0; i < FORMATS; i++)
        for (size_t e = 0; e < sizeof exact / sizeof *exact; e++)
            for (size_t k = 0; strcmp(exact[e], formats[i].name) == 0 && k < formats[i].least;
                 k++) {
                char other[32];
                memcpy(other, formats[i].bytes, formats[i].least);
                other[k] ^= 0x40;
                const char *name = format_of(other, formats[i].least);
                assert_true(!name || strcmp(name, formats[i].name) != 0);
            }
}

/* Texts, and what comes near to BMP, PNM, PCX and ICO. */
static void what_only_begins_like_a_picture_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
    } others[] = {
        { "BM\x46\0\0\0\1\0\0\0\x36\0\0\0\x28\0\0\0", 18 }, /* a reserved field is set */
        { "BM\x46\0\0\0\0\0\0\1\x36\0\0\0\x28\0\0\0", 18 },
        { "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\1\0\0", 18 }, /* a header of 296 bytes */
        { "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\1", 18 },
        { "P0 2", 4 },
        { "P7 2", 4 },
        { "P1x2", 4 },
        { "P1 x", 4 },
        { "P1  ", 4 },
        { "\x0a\6\1\x08", 4 }, /* PCX has versions up to 5, */
        { "\x0a\5\2\x08", 4 }, /* one encoding, */
        { "\x0a\5\1\x04", 4 }, /* and 1 or 8 bits */
        { "\0\0\1\0\0\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0", 22 }, /* no picture */
        { "\0\0\1\0\1\1\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0", 22 }, /* 257 */
        { "\0\0\1\0\1\0\x10\x10\0\1\1\0\x20\0\x68\4\0\0\x16\0\0\0", 22 }, /* reserved */
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(format_of(others[i].bytes, others[i].n));
}

/* Whether the build has their libraries or not. */
static void each_format_that_is_read_is_named_once(void **state)
{
    (void)state;
    static const char *const names[] = { "PNG", "JPEG", "WebP", "GIF", "BMP", "PNM", "TIFF" };
    enum { NAMES = sizeof names / sizeof *names };
    text t = { 0 };
    int count = 0;
    bitmap_add_formats(&t);
    text_add(&t, ", ");
    bitmap_add_missing(&t);
    assert_ok(text_check(&t));
    for (const char *at = t.data; at && *at; at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL) {
        bool known = false;
        for (int i = 0; i < NAMES; i++)
            known |= strncmp(at, names[i], strlen(names[i])) == 0;
        assert_true(known);
        count++;
    }
    assert_int_equal(count, NAMES);
    text_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_format_is_known_once_its_magic_is_whole),
        cmocka_unit_test(a_byte_of_another_value_is_another_format),
        cmocka_unit_test(what_only_begins_like_a_picture_is_none),
        cmocka_unit_test(each_format_that_is_read_is_named_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
