/* tests/test_jpeg.c - the lengths in a JPEG: what ends early is not read beyond its end.
 *
 * Pixels and refusals of whole files are in test_bitmap.c.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "format/jpeg.h"
#include "whole_picture.h"

static const unsigned char exif[] = "Exif\0\0"
                                    "MM\0*\0\0\0\10" /* big-endian, the directory is at 8 */
                                    "\0\1"           /* one entry: */
                                    "\1\22\0\3\0\0\0\1\0\6\0"; /* orientation, short, 1, is 6 */
enum { WHOLE = sizeof exif };

/* The picture with the first n bytes of that block before all else, and then bytes that would
 * belong to it. */
static bitmap_file with_exif(size_t n, unsigned char **block)
{
    unsigned char *bytes;
    size_t size;
    assert_ok(file_read(GAN_SOURCE_DIR "/tests/golden/pictures/rgb.jpg", 1 << 20, &bytes, &size));
    *block = malloc(size + 4 + n);
    assert_non_null(*block);
    memcpy(*block, bytes, 2);
    memcpy(*block + 2, "\xff\xe1", 2);
    (*block)[4] = 0;
    (*block)[5] = (unsigned char)(n + 2);
    memcpy(*block + 6, exif, n);
    memcpy(*block + 6 + n, bytes + 2, size - 2);
    free(bytes);
    return (bitmap_file){ "made.jpg", *block, size + 4 + n };
}

/* TIFF 6.0: an entry of a directory has 12 bytes, the last of which say nothing in a short. */
static void an_entry_that_its_block_cuts_off_turns_nothing(void **state)
{
    (void)state;
    for (size_t n = 6; n <= WHOLE; n++) {
        whole_picture p;
        unsigned char *block;
        bitmap_file f = with_exif(n, &block);
        assert_ok(read_whole(&p, &f));
        assert_int_equal(p.form.orientation, n == WHOLE ? 6 : 1);
        free(p.bytes);
        free(block);
    }
}

/* The start of the image and a frame of 12 bits, of which the first n bytes are there. */
static void assert_refused(size_t n, const char *words)
{
    static const unsigned char frame[] = "\xff\xd8"
                                         "\xff\xc0\0\x0b\x0c\0\1\0\1\1\1\x11";
    whole_picture p;
    unsigned char *block = malloc(n);
    assert_non_null(block);
    memcpy(block, frame, n);
    bitmap_file f = { "made.jpg", block, n };
    assert_fails(read_whole(&p, &f), STATUS_FORMAT, words);
    free(block);
}

static void a_frame_is_looked_at_when_its_header_is_there(void **state)
{
    (void)state;
    for (size_t n = 4; n <= 14; n++)
        assert_refused(n, n < 12 ? "it breaks off" : "12 bits per value");
}

/* ITU-T T.81, table B.1, and T.87. */
static void a_frame_of_another_kind_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        int marker;
        const char *kind;
    } kinds[] = { { 0xc3, "lossless" },     { 0xc5, "hierarchical" }, { 0xc6, "hierarchical" },
                  { 0xc7, "hierarchical" }, { 0xcb, "lossless" },     { 0xcd, "hierarchical" },
                  { 0xce, "hierarchical" }, { 0xcf, "hierarchical" }, { 0xf7, "JPEG-LS" } };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        unsigned char frame[] = "\xff\xd8"
                                "\xff\xc0\0\x0b\x08\0\1\0\1\1\1\x11";
        whole_picture p;
        char words[64];
        frame[3] = (unsigned char)kinds[i].marker;
        snprintf(words, sizeof words, "of a kind that is not supported: %s", kinds[i].kind);
        bitmap_file f = { "made.jpg", frame, sizeof frame - 1 };
        assert_fails(read_whole(&p, &f), STATUS_FORMAT, words);
    }
}

/* Where the marker segment at `at` ends; that of a scan (0xda) includes its packed bytes. */
static size_t segment_end(const unsigned char *bytes, size_t at)
{
    size_t end = at + 2 + ((size_t)bytes[at + 2] << 8 | bytes[at + 3]);
    while (bytes[at + 1] == 0xda && (bytes[end] != 0xff || bytes[end + 1] == 0))
        end++;
    return end;
}

enum { SCANS = 10 }; /* libjpeg's usual script for three components */

/* A progressive picture, and the places of its scans with what is before each. */
typedef struct progressive {
    unsigned char *bytes;
    size_t n, first, ends[SCANS]; /* the first scan begins at `first` */
} progressive;

static progressive load_progressive(void)
{
    progressive p;
    int scans = 0;
    assert_ok(file_read(GAN_SOURCE_DIR "/tests/golden/pictures/progressive.jpg", 1 << 20, &p.bytes,
                        &p.n));
    for (size_t at = 2, end; p.bytes[at + 1] != 0xd9; at = end) {
        end = segment_end(p.bytes, at);
        if (p.bytes[at + 1] != 0xda) {
            p.first = scans == 0 ? end : p.first;
            continue;
        }
        assert_true(scans < SCANS);
        p.ends[scans++] = end;
    }
    assert_int_equal(scans, SCANS);
    return p;
}

/* Reads the picture with these scans only, in this order. */
static status read_scans(const progressive *p, const int *scans, int count, whole_picture *out)
{
    unsigned char *made = malloc(2 * p->n);
    size_t n = p->first;
    assert_non_null(made);
    memcpy(made, p->bytes, n);
    for (int i = 0; i < count; i++) {
        size_t from = scans[i] > 0 ? p->ends[scans[i] - 1] : p->first, to = p->ends[scans[i]];
        memcpy(made + n, p->bytes + from, to - from);
        n += to - from;
    }
    memcpy(made + n, "\xff\xd9", 2);
    bitmap_file f = { "made.jpg", made, n + 2 };
    status s = read_whole(out, &f);
    free(made);
    return s;
}

/* ITU-T T.81, annex G: each scan adds coefficients, or bits of them. */
static void a_progressive_picture_needs_each_of_its_scans(void **state)
{
    (void)state;
    progressive p = load_progressive();
    for (int missing = 0; missing < SCANS; missing++) {
        int scans[SCANS], count = 0;
        whole_picture out;
        for (int i = 0; i < SCANS; i++)
            if (i != missing)
                scans[count++] = i;
        assert_fails(read_scans(&p, scans, count, &out), STATUS_FORMAT,
                     "made.jpg: broken JPEG: it lacks scans: the picture is incomplete");
    }
    free(p.bytes);
}

/* The standard begins with the means, which are scan 0, and has no scan twice. Scans 0 to 4 bring
 * the higher bits, the others one more each. */
static void the_means_may_come_late_and_higher_bits_twice(void **state)
{
    (void)state;
    const int usual[SCANS] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 },
              others[2][2 * SCANS] = { { 1, 2, 3, 4, 5, 0, 6, 7, 8, 9 },
                                       { 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 9 } },
              counts[] = { 10, 15 };
    progressive p = load_progressive();
    whole_picture a, b;
    assert_ok(read_scans(&p, usual, SCANS, &a));
    for (int i = 0; i < 2; i++) {
        assert_ok(read_scans(&p, others[i], counts[i], &b));
        assert_memory_equal(a.bytes, b.bytes,
                            (size_t)a.width * (size_t)a.height * (size_t)a.channels);
        free(b.bytes);
    }
    free(a.bytes);
    free(p.bytes);
}

int main(void)
{
    if (jpeg_reader.missing)
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_that_its_block_cuts_off_turns_nothing),
        cmocka_unit_test(a_frame_is_looked_at_when_its_header_is_there),
        cmocka_unit_test(a_frame_of_another_kind_is_refused_by_name),
        cmocka_unit_test(a_progressive_picture_needs_each_of_its_scans),
        cmocka_unit_test(the_means_may_come_late_and_higher_bits_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
