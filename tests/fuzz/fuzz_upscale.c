/* tests/fuzz/fuzz_upscale.c - pictures of all formats, read as a whole and enlarged.
 *
 * Every picture that has a header is either refused or enlarged to its last line, in the memory
 * that its size states.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "image/smooth.h"

enum { MOST_PIXELS = 1 << 16, SCALE = 2 }; /* larger ones only take time */

static bool read_header(bitmap_header *h, const uint8_t *bytes, size_t n)
{
    const bitmap_file f = { "input", bytes, n };
    return bitmap_read_header(h, &f) == STATUS_OK && (int64_t)h->width * h->height <= MOST_PIXELS;
}

/* A pixel has at most four channels, each a byte; a line of the result, five rows of floats and
 * three tables for each direction. The rest is for what is refused, as in fuzz_picture.c. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    bitmap_header h;
    size_t base = 24 << 20;
    if (read_header(&h, bytes, n))
        base += h.memory + (size_t)h.width * (size_t)h.height * 8 +
                (size_t)(h.width + h.height) * SCALE * 256;
    return (fuzz_bound){ base, 4 };
}

static void enlarge_picture(picture *p)
{
    arena a = { 0 };
    smooth s;
    unsigned sum = 0;
    unsigned char *line = malloc((size_t)p->width * (size_t)p->channels * SCALE);
    CHECK(line && picture_cover(p) == STATUS_OK);
    smooth_plan(&s, &a, p, SCALE);
    CHECK(arena_open(&a) == STATUS_OK);
    smooth_plan(&s, &a, p, SCALE);
    png_picture png = smooth_png(&s);
    for (int y = 0; y < png.height; y++) {
        png.line(png.from, y, line);
        for (int x = 0; x < png.width * png.channels; x++)
            sum += line[x] > 127; /* a memory sanitizer notices uninitialised bytes */
    }
    CHECK(sum <= (unsigned)(png.width * png.height * png.channels));
    arena_close(&a);
    free(line);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    bitmap_header h;
    picture p;
    if (!read_header(&h, bytes, n))
        return;
    const picture_file f = { .file = { "input", bytes, n }, .header = h };
    if (picture_decode(&p, &f) == STATUS_OK) {
        CHECK(p.width == h.width && p.height == h.height);
        enlarge_picture(&p);
    }
    picture_free(&p);
}
