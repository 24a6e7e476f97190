/* format/bitmap.h - pictures as bytes, from PNG and JPEG files.
 *
 * A file is hostile until it was read: what it is decides its first bytes, not its name; its sizes
 * are checked before anything is allocated by them (BITMAP_MOST_SIDE, BITMAP_MOST_PIXELS), so that
 * a small file that unpacks to a huge picture is refused; one that breaks off is an error, never a
 * picture with a grey end. Of several in one file (animations) none is taken.
 *
 * Pictures come upright, as their EXIF orientation says. Colours are the numbers of the file: no
 * gamma or profile is applied. 16 bits become the nearest 8. What a PNG holds is the same bytes on
 * every machine; of a JPEG they are what the JPEG library makes of it.
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
    BITMAP_MAGIC = 16             /* bytes from which bitmap_format_of knows what a file is */
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
    BITMAP_FOREIGN /* a picture in a format that is not read */
} bitmap_format;

/* A file as it lies in memory. */
typedef struct bitmap_file {
    const char *path; /* messages name it */
    const unsigned char *bytes;
    size_t n;
} bitmap_file;

/* What a file is that begins with these bytes; *name: what people call the format. */
bitmap_format bitmap_format_of(const unsigned char *bytes, size_t n, const char **name);

/* What a file says before its pixels; width and height are those of the upright picture. */
typedef struct bitmap_header {
    int width, height;
    bool colour; /* or else all grey; a palette of greys is grey */
} bitmap_header;

/* Reads the header. STATUS_FORMAT, with the reason, for a file that is broken there, too large, an
 * animation or in a format that is not read. */
status bitmap_read_header(bitmap_header *h, const bitmap_file *f);

/* Reads the picture; bytes is malloc'ed. Failures as above, and where the pixels are broken; after
 * one nothing is left to free. */
status bitmap_read(bitmap *b, const bitmap_file *f);

void bitmap_free(bitmap *b);

/* ---- for the readers of the formats, bitmap_png.c and bitmap_jpeg.c ---- */

/* As above, for what begins as that format; the picture is as it lies in the file, and *orientation
 * what EXIF says of it: 1 to 8. Where b is NULL, the header only. */
status bitmap_read_png(bitmap_header *h, bitmap *b, int *orientation, const bitmap_file *f);
status bitmap_read_jpeg(bitmap_header *h, bitmap *b, int *orientation, const bitmap_file *f);

/* The JPEG library and its version: what the pixels of a JPEG depend on. */
const char *bitmap_jpeg_library(void);

/* STATUS_FORMAT where a picture is too large. */
status bitmap_check_size(const char *path, size_t width, size_t height);

/* The orientation that an EXIF block (from its byte order on) says; 1 where it says none. */
int bitmap_orientation(const unsigned char *exif, size_t n);

/* ---- what is made of a picture ---- */

typedef struct rgb {
    unsigned char r, g, b;
} rgb;

/* Puts the picture on a background and turns it into 1 or 3 channels: grey is
 * (19595 R + 38470 G + 7471 B + 32768) / 65536, ITU-R BT.601's. STATUS_MEMORY. */
status bitmap_flatten(bitmap *b, int channels, rgb background);

/* Turns it upright from that orientation. STATUS_MEMORY. */
status bitmap_turn(bitmap *b, int orientation);

typedef enum bitmap_fitting {
    FIT_CROP, /* the largest part of that form, from the middle */
    FIT_PAD   /* all of it, with background beside it */
} bitmap_fitting;

/* Writes a picture of 1 or 3 channels in another size to out, (channels, height, width): each
 * pixel is the mean of the area that it covers, in whole numbers, half-way up. STATUS_MEMORY. */
status bitmap_fit(const bitmap *b, bitmap_fitting fitting, rgb background, int width, int height,
                  unsigned char *out);

#endif
