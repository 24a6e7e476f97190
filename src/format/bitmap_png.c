/* format/bitmap_png.c - PNG by libpng's low-level interface, from memory.
 *
 * libpng reports errors by longjmp. So that nothing leaks and no variable is lost, what has to be
 * released is owned by bitmap_read_png, and the one function that longjmp returns to (read_png)
 * changes no variable of its own.
 *
 * SPDX-License-Identifier: MIT */
#include "format/bitmap.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "base/banned.h"

enum { MOST_UNPACKED = 1 << 22 };

/* What libpng's callbacks are given. */
typedef struct input {
    const bitmap_file *file;
    size_t at;
    status result; /* of the first failure */
} input;

static void on_error(png_structp png, png_const_charp message)
{
    input *in = png_get_error_ptr(png);
    if (in->result == STATUS_OK)
        in->result = status_fail(STATUS_FORMAT, "%s: broken PNG: %s", in->file->path, message);
    png_longjmp(png, 1);
}

/* Of wrong colour profiles, dates and the like: the pixels do not depend on them. */
static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    input *in = png_get_io_ptr(png);
    if (n > in->file->n - in->at)
        png_error(png, "it breaks off");
    memcpy(to, in->file->bytes + in->at, n);
    in->at += n;
}

/* Walks the chunks of a file before libpng does, which takes memory for as long a chunk as the file
 * claims to have: each has to end within the file. A chunk: its length in 4 bytes, big-endian, its
 * name in 4, so many bytes, a CRC in 4. An animation has a chunk acTL before its pixels, which
 * libpng does not know; what eXIf says is *orientation. */
static status check_chunks(const bitmap_file *f, int *orientation)
{
    enum { SIGNATURE = 8, AROUND = 12 };
    bool pixels = false;
    for (size_t at = SIGNATURE; f->n - at >= AROUND;) {
        const unsigned char *p = f->bytes + at;
        size_t length = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
        if (length > f->n - at - AROUND)
            break;
        if (memcmp(p + 4, "IEND", 4) == 0)
            return STATUS_OK;
        pixels |= memcmp(p + 4, "IDAT", 4) == 0;
        if (!pixels && memcmp(p + 4, "acTL", 4) == 0)
            return status_fail(STATUS_FORMAT, "%s: is an animated PNG, expected one picture",
                               f->path);
        if (memcmp(p + 4, "eXIf", 4) == 0)
            *orientation = bitmap_orientation(p + 8, length);
        at += length + AROUND;
    }
    return status_fail(STATUS_FORMAT, "%s: broken PNG: it breaks off after %zu bytes", f->path,
                       f->n);
}

static bool has_colour(png_structp png, png_infop info)
{
    png_colorp palette;
    int entries = 0;
    if (png_get_color_type(png, info) != PNG_COLOR_TYPE_PALETTE)
        return png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR;
    png_get_PLTE(png, info, &palette, &entries);
    for (int i = 0; i < entries; i++)
        if (palette[i].red != palette[i].green || palette[i].red != palette[i].blue)
            return true;
    return false;
}

/* To 8 bits for each of grey or red, green and blue, and alpha where there is transparency. */
static void read_pixels(png_structp png, png_infop info, input *in, bitmap *b)
{
    png_set_expand(png);
    png_set_scale_16(png);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    size_t stride = png_get_rowbytes(png, info);
    b->width = (int)png_get_image_width(png, info);
    b->height = (int)png_get_image_height(png, info);
    b->channels = png_get_channels(png, info);
    b->bytes = malloc(stride * (size_t)b->height);
    if (!b->bytes) {
        in->result = status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels",
                                 in->file->path, b->width, b->height);
        png_error(png, "out of memory");
    }
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < b->height; y++)
            png_read_row(png, b->bytes + (size_t)y * stride, NULL);
    png_read_end(png, NULL);
}

static void read_png(png_structp png, png_infop info, input *in, bitmap_header *h, bitmap *b)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return;
    /* The sizes are checked below, with a message of our own. */
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    /* What chunks beside the pixels unpack to: a colour profile, and nothing that is needed here.
     */
    png_set_chunk_malloc_max(png, MOST_UNPACKED);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
#endif
    png_read_info(png, info);
    png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    in->result = bitmap_check_size(in->file->path, width, height);
    if (in->result != STATUS_OK)
        return;
    *h = (bitmap_header){ (int)width, (int)height, has_colour(png, info) };
    if (b)
        read_pixels(png, info, in, b);
}

status bitmap_read_png(bitmap_header *h, bitmap *b, int *orientation, const bitmap_file *f)
{
    TRY(check_chunks(f, orientation));
    input in = { .file = f };
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &in, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info) {
        png_set_read_fn(png, &in, on_read);
        read_png(png, info, &in, h, b);
    } else {
        in.result = status_fail(STATUS_MEMORY, "%s: out of memory", f->path);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return in.result;
}
