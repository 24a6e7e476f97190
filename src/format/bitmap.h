/* format/bitmap.h - pictures as bytes, from PNG and JPEG files in memory.
 *
 * The readers trust no file. Its first bytes, not its name, determine its format. Its sizes are
 * checked before anything is allocated by them (BITMAP_MOST_SIDE, BITMAP_MOST_PIXELS), so that a
 * small file which unpacks to a huge picture is refused. A file that breaks off is an error, never
 * a picture with a grey end. Animations are refused.
 *
 * Pictures are turned upright by their EXIF orientation. Colours are the numbers in the file: no
 * gamma or profile is applied. 16 bits become the nearest 8. A PNG gives the same bytes on every
 * machine; the pixels of a JPEG depend on the JPEG library.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_BITMAP_H
#define GAN_FORMAT_BITMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum {
    BITMAP_MOST_SIDE = 65535,
    BITMAP_MOST_PIXELS = 1 << 26, /* 8192 x 8192 */
    BITMAP_MAGIC = 16             /* bytes that bitmap_format_of needs */
};

typedef struct bitmap {
    int width, height;
    int channels;         /* 1: grey, 2: grey and alpha, 3: red, green, blue, 4: and alpha */
    unsigned char *bytes; /* (height, width*channels) */
} bitmap;

typedef enum bitmap_format {
    BITMAP_NO_PICTURE,
    BITMAP_PNG,
    BITMAP_JPEG,
    BITMAP_FOREIGN /* a picture in a format that is not supported */
} bitmap_format;

/* A whole file in memory. */
typedef struct bitmap_file {
    const char *path; /* messages name it */
    const unsigned char *bytes;
    size_t n;
} bitmap_file;

/* The format of a file that begins with these bytes; *name is its common name. */
bitmap_format bitmap_format_of(const unsigned char *bytes, size_t n, const char **name);

/* What is known before the pixels; width and height are those of the upright picture. */
typedef struct bitmap_header {
    int width, height;
    bool colour; /* false: grey; a palette of greys is grey */
} bitmap_header;

/* Reads the header. STATUS_FORMAT, with the reason, if the header is broken, the picture is too
 * large or an animation, or its format is not supported. */
status bitmap_read_header(bitmap_header *h, const bitmap_file *f);

/* Reads the picture; bitmap_free releases it. Fails as bitmap_read_header does, and with
 * STATUS_FORMAT for broken pixels or STATUS_MEMORY; after a failure nothing is left to free. */
status bitmap_read(bitmap *b, const bitmap_file *f);

void bitmap_free(bitmap *b);

/* ---- for the readers of the formats, png.c and jpeg.c ---- */

/* STATUS_FORMAT if a picture has no pixels or too many. */
status bitmap_check_size(const char *path, size_t width, size_t height);

/* The orientation, 1 to 8, that an EXIF block states (from its byte order on); 1 if it states none.
 */
int bitmap_orientation(const unsigned char *exif, size_t n);

#endif
