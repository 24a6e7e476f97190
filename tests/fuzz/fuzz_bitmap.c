/* tests/fuzz/fuzz_bitmap.c - pictures: PNG, JPEG, and files that only begin like one.
 *
 * A picture that is read has the size in its header and can be resized; the target reads all of its
 * bytes, so that a memory sanitizer notices uninitialised ones.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "data/fit.h"

enum { MOST_PIXELS = 1 << 20 }; /* larger ones only take time */

/* A picture takes memory for the pixels in its header, at most MOST_PIXELS: a row of the file, the
 * picture, its turned copy, and the coefficients of a progressive JPEG, 12 bytes per pixel. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 16 * MOST_PIXELS + (16 << 20), 4 };
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    const bitmap_file f = { "input", bytes, n };
    const rgb background = { 1, 2, 3 };
    bitmap_header h;
    bitmap b;
    if (bitmap_read_header(&h, &f) != STATUS_OK || (int64_t)h.width * h.height > MOST_PIXELS)
        return;
    CHECK(h.width >= 1 && h.height >= 1);
    if (bitmap_read(&b, &f) != STATUS_OK)
        return;
    CHECK(b.width == h.width && b.height == h.height && b.channels >= 1 && b.channels <= 4);
    unsigned char *out = malloc(3 * 5 * 4);
    CHECK(out);
    int channels = h.colour ? 3 : 1;
    CHECK(fit_channels(&b, channels, background) == STATUS_OK);
    CHECK(fit_size(&b, n % 2 ? FIT_CROP : FIT_PAD, background, 5, 4, out) == STATUS_OK);
    free(out);
    bitmap_free(&b);
}
