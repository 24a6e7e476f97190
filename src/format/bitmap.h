/* format/bitmap.h - pictures as rows of bytes, from files in memory.
 *
 * The readers trust no file. Its first bytes, not its name, determine its format. Its sizes are
 * checked before anything is allocated by them (BITMAP_MOST_SIDE, BITMAP_MOST_PIXELS), so that a
 * small file which unpacks to a huge picture is refused. A file that breaks off or is damaged where
 * its pixels depend on it is an error, never a picture with a grey end. An animation is its first
 * frame, a file of several pictures the first of these.
 *
 * A picture is handed out row by row as it is decoded, so most formats never need all of it in
 * memory. Rows come as they are stored; the form states the orientation, which the receiver
 * applies (data/fit.h). Colours are the numbers in the file: no gamma or profile is applied. 16
 * bits become the nearest 8. The pixels of JPEG, WebP and JPEG in TIFF are their libraries'.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_BITMAP_H
#define GAN_FORMAT_BITMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/text.h"

enum {
    BITMAP_MOST_SIDE = 65500,     /* libjpeg's limit */
    BITMAP_MOST_PIXELS = 1 << 26, /* 8192 x 8192 */
    BITMAP_MAGIC = 32             /* bytes that bitmap_format_of needs */
};

/* A whole file in memory. */
typedef struct bitmap_file {
    const char *path; /* messages name it */
    const unsigned char *bytes;
    size_t n;
} bitmap_file;

/* What the header of a file tells. */
typedef struct bitmap_form {
    int width, height; /* as stored, not turned */
    int channels;      /* 1: grey, 2: grey and alpha, 3: red, green, blue, 4: and alpha */
    int orientation;   /* EXIF's, 1 to 8 */
    bool colour;       /* false: grey; a palette of greys is grey */
    size_t memory;     /* at most, that decoding takes besides the file */
} bitmap_form;

/* Receives a picture. After begin has succeeded, row is called `height` times, from the top, each
 * time with width*channels bytes; fewer times if the file turns out to be broken. */
typedef struct bitmap_sink {
    void *context;
    status (*begin)(void *context, const bitmap_form *form);
    void (*row)(void *context, const unsigned char *bytes);
} bitmap_sink;

/* The name of the format of a file that begins with these bytes, NULL if it is not a picture. */
const char *bitmap_format_of(const unsigned char *bytes, size_t n);

/* The name of the format of pictures with names that end like this one (.tga), or NULL. */
const char *bitmap_format_by_name(const char *path);

/* Hands the picture to the sink. STATUS_FORMAT, with the reason, if the file is broken, the picture
 * too large or its format not supported; STATUS_MEMORY; or what the sink's begin returned. */
status bitmap_read(const bitmap_sink *sink, const bitmap_file *f);

/* What is known before the pixels. */
typedef struct bitmap_header {
    int width, height; /* of the upright picture */
    bool colour;
    size_t memory;
} bitmap_header;

/* Reads the header. Fails as bitmap_read does. */
status bitmap_read_header(bitmap_header *h, const bitmap_file *f);

/* How a picture of an orientation is stored: whether its rows are the columns of the upright
 * picture, and whether its columns and rows, as they are stored, are counted from the other end. */
typedef struct bitmap_position {
    bool on_its_side, mirrored_x, mirrored_y;
} bitmap_position;
bitmap_position bitmap_position_of(int orientation);

/* The orientations that exchange width and height. */
bool bitmap_is_on_its_side(int orientation);

/* Adds the formats that this build reads, with the versions of their libraries if the pixels depend
 * on these: "PNG, JPEG (libjpeg-turbo 2.1.5), BMP". */
void bitmap_add_formats(text *t);

/* Adds the formats whose libraries were missing at build time: "WebP, TIFF"; nothing if none is. */
void bitmap_add_missing(text *t);

/* ---- for the readers of the formats ---- */

/* What reads a format: the column of the table in bitmap.c. */
typedef struct bitmap_reader {
    /* Sets *form, whose orientation is 1 until then, and hands the picture to the sink, unless that
     * is NULL. */
    status (*read)(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f);
    const char *package; /* and its version; NULL: our own */
    bool missing;        /* the library; read then says so */
} bitmap_reader;

/* STATUS_FORMAT if a picture has no pixels or too many. */
status bitmap_check_size(const char *path, size_t width, size_t height);

/* STATUS_FORMAT: "x.gif: broken GIF: it breaks off". */
status bitmap_broken(const char *path, const char *format, const char *why);

/* The answer of a build without a library: "x.gif: is a GIF, and this gan was built without giflib:
 * install ...". */
status bitmap_lacks_library(const char *path, const char *format, const char *library);

/* The orientation, 1 to 8, that an EXIF block states (from its byte order on); 1 if it states none.
 */
int bitmap_orientation(const unsigned char *exif, size_t n);

#endif
