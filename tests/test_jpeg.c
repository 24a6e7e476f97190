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

int main(void)
{
    if (jpeg_reader.missing)
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_that_its_block_cuts_off_turns_nothing),
        cmocka_unit_test(a_frame_is_looked_at_when_its_header_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
