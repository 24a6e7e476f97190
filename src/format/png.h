/* format/png.h - PNG: pictures read from memory, and 8-bit pictures written line by line.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_PNG_H
#define GAN_FORMAT_PNG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/text.h"
#include "format/bitmap.h"

extern const bitmap_reader png_reader;

/* A picture to be written. The same lines give the same bytes (with the same zlib): compression and
 * filter are fixed, and no time, text or gamma is written. Memory is one line and what the
 * compressor needs. */
typedef struct png_picture {
    int width, height; /* each at least 1 */
    int channels;      /* 1: grey, 2: grey and alpha, 3: red, green, blue, 4: and alpha */
    /* Fills line y, width * channels bytes; called once for each y, from the top. */
    void (*line)(const void *from, int y, unsigned char *bytes);
    const void *from;
    bool is_photograph; /* neighbours resemble each other, so differences are stored: smaller */
} png_picture;

/* Writes the picture to a file, which appears whole or not at all; "-" is standard output. */
status png_write(const char *path, const png_picture *p);

/* Appends the bytes of the same file to a text. STATUS_MEMORY; the text is then of no use. */
status png_append(text *t, const png_picture *p);

/* Hands the bytes of the same file, in parts, to a function. STATUS_MEMORY, or the first failure of
 * `take`, after which it is not called again. */
typedef struct png_taker {
    status (*take)(void *context, const unsigned char *bytes, size_t n);
    void *context;
} png_taker;
status png_give(const png_picture *p, png_taker to);

#endif
