/* format/png.c - PNG by libpng's low-level interface, read from memory and written.
 *
 * libpng reports errors by longjmp. So that nothing leaks and no variable is lost, png_read and
 * write_picture own what has to be released, and the functions that longjmp returns to, read_png
 * and draw, change no variable of their own.
 *
 * SPDX-License-Identifier: MIT */
#include "format/png.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

#include "base/file.h"

#include "base/banned.h"

/* ---- reading ---- */

enum { MOST_UNPACKED = 1 << 22 };

/* The context of libpng's callbacks. */
typedef struct png_input {
    const bitmap_file *file;
    size_t at;
    status result; /* of the first failure */
} png_input;

static void on_read_error(png_structp png, png_const_charp message)
{
    png_input *in = png_get_error_ptr(png);
    if (in->result == STATUS_OK)
        in->result = status_fail(STATUS_FORMAT, "%s: broken PNG: %s", in->file->path, message);
    png_longjmp(png, 1);
}

/* Warnings are about colour profiles, dates and the like, which the pixels do not depend on. */
static void ignore_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    png_input *in = png_get_io_ptr(png);
    if (n > in->file->n - in->at)
        png_error(png, "it breaks off");
    memcpy(to, in->file->bytes + in->at, n);
    in->at += n;
}

/* Checks that every chunk ends within the file, before libpng allocates as much memory as a chunk
 * claims to need. A chunk is its length (4 bytes, big-endian), its name (4 bytes), its data and a
 * CRC (4 bytes). An animation has a chunk acTL before its pixels, which libpng does not know; eXIf
 * states the *orientation. */
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

/* Reads 8 bits each of grey or of red, green and blue, and of alpha if there is transparency. */
static void read_pixels(png_structp png, png_infop info, png_input *in, bitmap *b)
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

static void read_png(png_structp png, png_infop info, png_input *in, bitmap_header *h, bitmap *b)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return;
    /* The sizes are checked below, with a message of our own. */
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    /* A limit for unpacked chunks besides the pixels: colour profiles, which are not used. */
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

status png_read(bitmap_header *h, bitmap *b, int *orientation, const bitmap_file *f)
{
    TRY(check_chunks(f, orientation));
    png_input in = { .file = f };
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, &in, on_read_error, ignore_warning);
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

/* ---- writing ---- */

/* Where the bytes go, and the context of libpng's callbacks. */
typedef struct png_output {
    const char *path; /* messages name it */
    out_file *file;   /* NULL: to the text */
    text *text;
    status result; /* of the first failure */
} png_output;

static void remember(png_structp png, png_const_charp message)
{
    png_output *o = png_get_error_ptr(png);
    if (o->result == STATUS_OK)
        o->result = status_fail(STATUS_IO, "%s: cannot make the PNG: %s", o->path, message);
}

static void on_write_error(png_structp png, png_const_charp message)
{
    remember(png, message);
    png_longjmp(png, 1);
}

/* A warning is a failure too: our own lines and settings give libpng no reason for one, and a
 * picture that it corrected would not be the one that was meant. It must not jump, however: zlib
 * may be active (a warning reports that it got no memory) and has to clean up. */
static void remember_warning(png_structp png, png_const_charp message)
{
    remember(png, message);
}

static void on_write(png_structp png, png_bytep bytes, size_t n)
{
    png_output *o = png_get_io_ptr(png);
    if (o->file)
        o->result = out_write(o->file, bytes, n);
    else
        text_add_bytes(o->text, (const char *)bytes, n);
    if (o->result != STATUS_OK)
        png_error(png, "cannot write");
}

/* Nothing to do, but without it libpng would treat our pointer as a FILE. */
static void on_flush(png_structp png)
{
    (void)png;
}

static void draw(png_structp png, png_infop info, const png_picture *p, unsigned char *line)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return;
    /* A grid of samples is one large picture: only the format's own limits apply. */
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 p->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_compression_level(png, 6);
    png_set_compression_mem_level(png, 8);
    /* Runs only: neither the noise of an early generator nor the fine grain of a trained one
     * repeats in any other way. The files are smaller than with a search for matches, and take a
     * fifth of the time. */
    png_set_compression_strategy(png, Z_RLE);
    png_write_info(png, info);
    for (int y = 0; y < p->height; y++) {
        p->line(p->from, y, line);
        png_write_row(png, line);
    }
    png_write_end(png, NULL);
}

static status write_picture(png_output *o, const png_picture *p)
{
    unsigned char *line = calloc((size_t)p->width, (size_t)p->channels);
    if (!line)
        return status_fail(STATUS_MEMORY, "%s: out of memory", o->path);
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, o, on_write_error, remember_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info) {
        png_set_write_fn(png, o, on_write, on_flush);
        draw(png, info, p, line);
    } else if (o->result == STATUS_OK) {
        o->result = status_fail(STATUS_MEMORY, "%s: out of memory", o->path);
    }
    png_destroy_write_struct(&png, &info);
    free(line);
    return o->result;
}

status png_write(const char *path, const png_picture *p)
{
    png_output o = { .path = path };
    TRY(out_open(&o.file, path));
    return out_commit(o.file, write_picture(&o, p));
}

status png_append(text *t, const png_picture *p)
{
    png_output o = { .path = "a picture in memory", .text = t };
    TRY(write_picture(&o, p));
    return text_check(t);
}
