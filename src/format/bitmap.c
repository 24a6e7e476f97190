/* format/bitmap.c - the format of a file of a picture, and the picture turned upright.
 *
 * SPDX-License-Identifier: MIT */
#include "format/bitmap.h"

#include <stdlib.h>
#include <string.h>

#include "format/jpeg.h"
#include "format/png.h"

#include "base/banned.h"

/* ---- formats ---- */

static const struct {
    const char *name;
    bitmap_format format;
    size_t at;
    const char *magic;
} formats[] = {
    { "PNG", BITMAP_PNG, 0, "\x89PNG\r\n\x1a\n" },
    { "JPEG", BITMAP_JPEG, 0, "\xff\xd8\xff" },
    { "GIF", BITMAP_FOREIGN, 0, "GIF8" },
    { "WebP", BITMAP_FOREIGN, 8, "WEBPVP8" },
    { "AVIF", BITMAP_FOREIGN, 4, "ftypavif" },
    { "HEIF", BITMAP_FOREIGN, 4, "ftyphei" },
    { "HEIF", BITMAP_FOREIGN, 4, "ftypmif1" },
    { "JPEG XL", BITMAP_FOREIGN, 4, "JXL \r\n" },
    { "JPEG 2000", BITMAP_FOREIGN, 4, "jP  \r\n" },
    { "TIFF", BITMAP_FOREIGN, 0, "II*" },
    { "TIFF", BITMAP_FOREIGN, 0, "MM" },
    { "BMP", BITMAP_FOREIGN, 0, "BM" },
    { "PSD", BITMAP_FOREIGN, 0, "8BPS" },
};

/* A text may begin with the two letters of these formats, but not with what has to follow them. */
static bool is_text_instead(const char *name, const unsigned char *bytes, size_t n)
{
    if (strcmp(name, "BMP") == 0) /* four reserved bytes */
        return n < 10 || memcmp(bytes + 6, "\0\0\0\0", 4) != 0;
    if (strcmp(name, "TIFF") == 0)
        return n < 4 || (memcmp(bytes, "II*\0", 4) != 0 && memcmp(bytes, "MM\0*", 4) != 0);
    return false;
}

bitmap_format bitmap_format_of(const unsigned char *bytes, size_t n, const char **name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        size_t length = strlen(formats[i].magic);
        if (n >= formats[i].at + length &&
            memcmp(bytes + formats[i].at, formats[i].magic, length) == 0 &&
            !is_text_instead(formats[i].name, bytes, n)) {
            *name = formats[i].name;
            return formats[i].format;
        }
    }
    *name = "not a picture";
    return BITMAP_NO_PICTURE;
}

status bitmap_check_size(const char *path, size_t width, size_t height)
{
    if (width < 1 || height < 1)
        return status_fail(STATUS_FORMAT, "%s: has no pixels: %zu x %zu", path, width, height);
    if (width > BITMAP_MOST_SIDE || height > BITMAP_MOST_SIDE ||
        width * height > BITMAP_MOST_PIXELS)
        return status_fail(STATUS_FORMAT,
                           "%s: expected at most %d pixels, and %d a side, its header says "
                           "%zu x %zu",
                           path, BITMAP_MOST_PIXELS, BITMAP_MOST_SIDE, width, height);
    return STATUS_OK;
}

/* ---- EXIF ---- */

static unsigned long exif_number(const unsigned char *at, int bytes, bool little)
{
    unsigned long x = 0;
    for (int i = 0; i < bytes; i++)
        x = x << 8 | at[little ? bytes - 1 - i : i];
    return x;
}

/* TIFF 6.0: byte order, 42, the offset of a directory. A directory is a count in 2 bytes, then
 * entries of 12 bytes each: tag, type, count, value. */
int bitmap_orientation(const unsigned char *exif, size_t n)
{
    enum { HEADER = 8, ENTRY = 12, ORIENTATION = 0x0112, SHORT = 3 };
    if (n < HEADER || (memcmp(exif, "II*\0", 4) != 0 && memcmp(exif, "MM\0*", 4) != 0))
        return 1;
    bool little = exif[0] == 'I';
    size_t at = exif_number(exif + 4, 4, little);
    if (at > n - 2)
        return 1;
    size_t entries = exif_number(exif + at, 2, little);
    at += 2;
    for (size_t i = 0; i < entries && n - at >= ENTRY; i++, at += ENTRY)
        if (exif_number(exif + at, 2, little) == ORIENTATION &&
            exif_number(exif + at + 2, 2, little) == SHORT) {
            unsigned long value = exif_number(exif + at + 8, 2, little);
            return value >= 1 && value <= 8 ? (int)value : 1;
        }
    return 1;
}

/* The index, in a picture of w x h with that orientation, of the pixel that is at (x, y) upright.
 */
static size_t turned_from(int orientation, int w, int h, int x, int y)
{
    int sx = x, sy = y;
    switch (orientation) {
    case 2:
        sx = w - 1 - x;
        break;
    case 3:
        sx = w - 1 - x, sy = h - 1 - y;
        break;
    case 4:
        sy = h - 1 - y;
        break;
    case 5:
        sx = y, sy = x;
        break;
    case 6:
        sx = y, sy = h - 1 - x;
        break;
    case 7:
        sx = w - 1 - y, sy = h - 1 - x;
        break;
    default: /* 8 */
        sx = w - 1 - y, sy = x;
    }
    return (size_t)sy * (size_t)w + (size_t)sx;
}

/* From 5 on, width and height are exchanged. */
static bool is_on_its_side(int orientation)
{
    return orientation >= 5;
}

static status turn(bitmap *b, int orientation)
{
    if (orientation <= 1)
        return STATUS_OK;
    size_t size = (size_t)b->channels, pixels = (size_t)b->width * (size_t)b->height;
    bitmap turned = *b;
    if (is_on_its_side(orientation)) {
        turned.width = b->height;
        turned.height = b->width;
    }
    unsigned char *to = turned.bytes = malloc(pixels * size);
    if (!to)
        return status_fail(STATUS_MEMORY, "out of memory for %zu pixels", pixels);
    for (int y = 0; y < turned.height; y++)
        for (int x = 0; x < turned.width; x++, to += size)
            memcpy(to, b->bytes + turned_from(orientation, b->width, b->height, x, y) * size, size);
    free(b->bytes);
    *b = turned;
    return STATUS_OK;
}

/* ---- reading ---- */

static status read_any(bitmap_header *h, bitmap *b, const bitmap_file *f)
{
    const char *name;
    int orientation = 1;
    bitmap_format format = bitmap_format_of(f->bytes, f->n, &name);
    if (format == BITMAP_FOREIGN)
        return status_fail(STATUS_FORMAT, "%s: is %s, which is not supported: expected PNG or JPEG",
                           f->path, name);
    if (format == BITMAP_NO_PICTURE)
        return status_fail(STATUS_FORMAT, "%s: is %s", f->path,
                           f->n == 0 ? "empty, expected a PNG or JPEG image"
                                     : "not a PNG or JPEG image");
    TRY((format == BITMAP_PNG ? png_read : jpeg_read)(h, b, &orientation, f));
    if (is_on_its_side(orientation)) {
        int width = h->width;
        h->width = h->height;
        h->height = width;
    }
    return b ? turn(b, orientation) : STATUS_OK;
}

status bitmap_read_header(bitmap_header *h, const bitmap_file *f)
{
    *h = (bitmap_header){ 0 };
    return read_any(h, NULL, f);
}

status bitmap_read(bitmap *b, const bitmap_file *f)
{
    bitmap_header h = { 0 };
    *b = (bitmap){ 0 };
    status s = read_any(&h, b, f);
    if (s != STATUS_OK)
        bitmap_free(b);
    return s;
}

void bitmap_free(bitmap *b)
{
    free(b->bytes);
    *b = (bitmap){ 0 };
}
