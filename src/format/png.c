/* format/png.c - PNG by libpng's low-level interface, into a file that appears whole.
 *
 * libpng reports errors by longjmp. So that nothing leaks and no variable is lost, what has to be
 * released is owned by png_write, and the one function that longjmp returns to (draw) changes no
 * variable of its own.
 *
 * SPDX-License-Identifier: MIT */
#include "format/png.h"

#include <setjmp.h>
#include <stdlib.h>

#include <png.h>
#include <zlib.h>

#include "base/file.h"

#include "base/banned.h"

/* What libpng's callbacks are given. */
typedef struct target {
    const char *path;
    out_file *file;
    status result; /* of the first failure */
} target;

static void remember(png_structp png, png_const_charp message)
{
    target *t = png_get_error_ptr(png);
    if (t->result == STATUS_OK)
        t->result = status_fail(STATUS_IO, "%s: cannot make the PNG: %s", t->path, message);
}

static void on_error(png_structp png, png_const_charp message)
{
    remember(png, message);
    png_longjmp(png, 1);
}

/* A failure as well: with our own lines and settings there is nothing that libpng could rightly
 * warn of, and a picture that it mended on its own would not be the one that was meant. But no
 * jump: zlib may be in between (a warning says that it got no memory) and has to clean up. */
static void on_warning(png_structp png, png_const_charp message)
{
    remember(png, message);
}

static void on_write(png_structp png, png_bytep bytes, size_t n)
{
    target *t = png_get_io_ptr(png);
    t->result = out_write(t->file, bytes, n);
    if (t->result != STATUS_OK)
        png_error(png, "cannot write");
}

/* Nothing to do, but without it libpng would take our pointer for a FILE. */
static void on_flush(png_structp png)
{
    (void)png;
}

static void draw(png_structp png, png_infop info, const png_picture *p, unsigned char *line)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return;
    /* Samples side by side are one large picture: no limit but the format's own. */
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 p->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_compression_level(png, 6);
    png_set_compression_mem_level(png, 8);
    /* Runs only: the noise of a young generator and the fine grain of an old one repeat in no other
     * way. The files are smaller than by a search for matches, and made in a fifth of the time. */
    png_set_compression_strategy(png, Z_RLE);
    png_write_info(png, info);
    for (int y = 0; y < p->height; y++) {
        p->line(p->from, y, line);
        png_write_row(png, line);
    }
    png_write_end(png, NULL);
}

static status write_to(target *t, const png_picture *p, unsigned char *line)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, t, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info) {
        png_set_write_fn(png, t, on_write, on_flush);
        draw(png, info, p, line);
    } else if (t->result == STATUS_OK) {
        t->result = status_fail(STATUS_MEMORY, "%s: out of memory", t->path);
    }
    png_destroy_write_struct(&png, &info);
    return t->result;
}

status png_write(const char *path, const png_picture *p)
{
    unsigned char *line = calloc((size_t)p->width, (size_t)p->channels);
    target t = { .path = path };
    status s =
        line ? out_open(&t.file, path) : status_fail(STATUS_MEMORY, "%s: out of memory", path);
    if (s == STATUS_OK)
        s = out_commit(t.file, write_to(&t, p, line));
    free(line);
    return s;
}
