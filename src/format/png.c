/* format/png.c - PNG by libpng's low-level interface, read from memory and written.
 *
 * libpng reports errors by longjmp. So that nothing leaks and no variable is lost, png_read and
 * write_picture own what has to be released, and the functions that longjmp returns to, read_png
 * and draw, use no variable of their own afterwards.
 *
 * SPDX-License-Identifier: MIT */
#include "format/png.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <zlib.h>

#include "base/file.h"

#include "base/banned.h"

/* ---- reading: chunks ---- */

enum { SIGNATURE = 8, AROUND = 12, MOST_COLOURS = 256, MOST_UNPACKED = 1 << 22 };

/* What the chunks before the pixels tell, and the context of libpng's callbacks. A palette is
 * applied here and not by libpng, whose versions differ in what they make of a tRNS that stands
 * before the palette or is longer, and of an index beyond the palette (here opaque black). */
typedef struct png_input {
    const bitmap_file *file;
    const bitmap_sink *sink;
    bitmap_form *form;
    unsigned char colours[MOST_COLOURS][4]; /* red, green, blue, alpha */
    const unsigned char *palette, *alphas;  /* PLTE and tRNS, NULL: none */
    size_t palette_length, alphas_length;
    int colour_type; /* of IHDR, -1: none yet */
    bool is_palette, orientation_known;
    size_t at;             /* how far libpng has read the file */
    size_t ends;           /* where the chunk that it reads ends */
    unsigned char *pixels; /* a row, or all of an interlaced picture */
    status result;         /* of the first failure */
} png_input;

static status broken(const bitmap_file *f, const char *why)
{
    return bitmap_broken(f->path, "PNG", why);
}

static size_t number(const unsigned char *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static bool is_chunk(const unsigned char *p, const char *name)
{
    return memcmp(p + 4, name, 4) == 0;
}

/* Chunks that no pixel depends on: damage in them does not matter. A chunk of any other name may be
 * a tRNS whose name is damaged. */
static bool is_harmless(const unsigned char *p)
{
    static const char names[][5] = { "tEXt", "zTXt", "iTXt", "tIME", "gAMA", "cHRM", "sRGB",
                                     "iCCP", "cICP", "bKGD", "hIST", "pHYs", "sBIT", "sPLT" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_chunk(p, names[i]))
            return true;
    return false;
}

static bool is_damaged(const unsigned char *p, size_t length)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    (void)p, (void)length;
    return false;
#else
    return crc32_z(0, p + 4, length + 4) != number(p + 8 + length) && !is_harmless(p);
#endif
}

/* Takes note of a chunk that the pixels depend on; libpng checks the others. */
static status note_chunk(png_input *in, const unsigned char *p, size_t length, bool pixels)
{
    enum { AT = 9, PALETTE = 3 };
    if (is_chunk(p, "IHDR") && length > AT && in->colour_type < 0) {
        in->colour_type = p[8 + AT];
        in->is_palette = in->colour_type == PALETTE;
    }
    if (is_chunk(p, "eXIf") && !in->orientation_known) {
        in->form->orientation = bitmap_orientation(p + 8, length);
        in->orientation_known = true;
    }
    if (pixels || (!is_chunk(p, "PLTE") && !is_chunk(p, "tRNS")))
        return STATUS_OK;
    bool alpha = is_chunk(p, "tRNS");
    if (alpha ? in->alphas != NULL : in->palette != NULL)
        return broken(in->file, alpha ? "it has two tRNS" : "it has two PLTE");
    *(alpha ? &in->alphas : &in->palette) = p + 8;
    *(alpha ? &in->alphas_length : &in->palette_length) = length;
    return STATUS_OK;
}

/* Checks that every chunk ends within the file, before libpng allocates as much memory as a chunk
 * claims to need, and that none is damaged that a pixel may depend on. A chunk is its length (4
 * bytes, big-endian), its name (4 bytes), its data and a CRC (4 bytes). */
static status check_chunks(png_input *in)
{
    const bitmap_file *f = in->file;
    bool pixels = false;
    for (size_t at = SIGNATURE; f->n - at >= AROUND;) {
        const unsigned char *p = f->bytes + at;
        size_t length = number(p);
        if (length > f->n - at - AROUND)
            break;
        if (is_damaged(p, length)) {
            char why[64];
            snprintf(why, sizeof why, "damaged after %zu bytes (wrong CRC)", at);
            return broken(f, why);
        }
        if (is_chunk(p, "IEND"))
            return STATUS_OK;
        pixels |= is_chunk(p, "IDAT");
        TRY(note_chunk(in, p, length, pixels));
        at += length + AROUND;
    }
    return status_fail(STATUS_FORMAT, "%s: broken PNG: it breaks off after %zu bytes", f->path,
                       f->n);
}

/* libpng gets no chunks that the pixels do not depend on (the name of such a chunk begins with a
 * small letter): profiles, texts, and the later frames of an animation. */
static bool is_for_libpng(const png_input *in, const unsigned char *p)
{
    return p[4] < 'a' || (is_chunk(p, "tRNS") && !in->is_palette);
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    png_input *in = png_get_io_ptr(png);
    const bitmap_file *f = in->file;
    while (in->at == in->ends && f->n - in->at >= AROUND) {
        in->ends += AROUND + number(f->bytes + in->at);
        if (!is_for_libpng(in, f->bytes + in->at))
            in->at = in->ends;
    }
    if (n > f->n - in->at)
        png_error(png, "it breaks off");
    memcpy(to, f->bytes + in->at, n);
    in->at += n;
}

/* ---- reading: pixels ---- */

static void on_read_error(png_structp png, png_const_charp message)
{
    png_input *in = png_get_error_ptr(png);
    if (in->result == STATUS_OK)
        in->result = broken(in->file, message);
    png_longjmp(png, 1);
}

/* Warnings are about details that the pixels do not depend on. */
static void ignore_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* Sets the colours of a palette, and the form by them. */
static void use_palette(png_input *in)
{
    size_t n = in->palette_length / 3;
    for (size_t i = 0; i < MOST_COLOURS; i++) {
        static const unsigned char black[3] = { 0, 0, 0 };
        const unsigned char *c = i < n ? in->palette + 3 * i : black;
        memcpy(in->colours[i], c, 3);
        in->colours[i][3] = i < in->alphas_length ? in->alphas[i] : 255;
        in->form->colour |= c[0] != c[1] || c[0] != c[2];
    }
    in->form->channels = in->alphas ? 4 : 3;
}

/* Replaces indices by colours, from the end, so that none is overwritten before it is read. */
static void apply_palette(const png_input *in, unsigned char *row)
{
    size_t channels = (size_t)in->form->channels;
    for (size_t x = (size_t)in->form->width; x-- > 0;)
        memcpy(row + x * channels, in->colours[row[x]], channels);
}

static void hand_out(const png_input *in, unsigned char *row)
{
    if (in->is_palette)
        apply_palette(in, row);
    in->sink->row(in->sink->context, row);
}

/* Sets what libpng turns pixels into: 8 bits each of grey or of red, green and blue, and of alpha
 * if there is transparency; or an index of the palette in a byte. */
static void set_form(png_structp png, png_infop info, png_input *in)
{
    bitmap_form *form = in->form;
    form->colour = png_get_color_type(png, info) == PNG_COLOR_TYPE_RGB ||
                   png_get_color_type(png, info) == PNG_COLOR_TYPE_RGB_ALPHA;
    if (in->is_palette)
        png_set_packing(png);
    else
        png_set_expand(png);
    png_set_scale_16(png);
    png_read_update_info(png, info);
    form->channels = png_get_channels(png, info);
    if (in->is_palette)
        use_palette(in);
}

/* A row for the sink; all rows of an interlaced picture, each of them as wide. libpng needs two
 * rows of 16 bits besides, and zlib its window. */
static size_t pixels_size(const bitmap_form *form, int passes)
{
    size_t row = (size_t)form->width * (size_t)form->channels;
    return passes > 1 ? row * (size_t)form->height : row;
}

static size_t memory_for(const bitmap_form *form, int passes)
{
    return pixels_size(form, passes) + 24 * (size_t)form->width + (256 << 10);
}

static void read_pixels(png_structp png, png_input *in, int passes)
{
    const bitmap_form *form = in->form;
    size_t stride = (size_t)form->width * (size_t)form->channels;
    for (int pass = 0; passes > 1 && pass < passes; pass++)
        for (int y = 0; y < form->height; y++)
            png_read_row(png, in->pixels + (size_t)y * stride, NULL);
    for (int y = 0; y < form->height; y++) {
        unsigned char *row = in->pixels + (passes > 1 ? (size_t)y * stride : 0);
        if (passes == 1)
            png_read_row(png, row, NULL);
        hand_out(in, row);
    }
    png_read_end(png, NULL);
}

static void read_png(png_structp png, png_infop info, png_input *in)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return;
    /* The sizes are checked below, with a message of our own. */
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_chunk_malloc_max(png, MOST_UNPACKED);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
#endif
    png_read_info(png, info);
    png_uint_32 width = png_get_image_width(png, info), height = png_get_image_height(png, info);
    in->result = bitmap_check_size(in->file->path, width, height);
    if (in->result != STATUS_OK)
        return;
    in->form->width = (int)width;
    in->form->height = (int)height;
    int passes = png_set_interlace_handling(png);
    set_form(png, info, in);
    in->form->memory = memory_for(in->form, passes);
    if (!in->sink)
        return;
    in->result = in->sink->begin(in->sink->context, in->form);
    if (in->result != STATUS_OK)
        return;
    in->pixels = malloc(pixels_size(in->form, passes));
    if (in->pixels)
        read_pixels(png, in, passes);
    else
        in->result = status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels",
                                 in->file->path, in->form->width, in->form->height);
}

/* Checks a tRNS that libpng gets: it would ignore a wrong one. */
static status check_transparency(const png_input *in)
{
    enum { GREY = 0, RGB = 2 };
    bool wrong = (in->colour_type == GREY && in->alphas_length != 2) ||
                 (in->colour_type == RGB && in->alphas_length != 6);
    return in->alphas && wrong ? broken(in->file, "its tRNS has the wrong length") : STATUS_OK;
}

static status png_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    png_input in = { .file = f, .sink = sink, .form = form, .colour_type = -1, .ends = SIGNATURE };
    TRY(check_chunks(&in));
    TRY(check_transparency(&in));
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, &in, on_read_error, ignore_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info) {
        png_set_read_fn(png, &in, on_read);
        read_png(png, info, &in);
    } else {
        in.result = status_fail(STATUS_MEMORY, "%s: out of memory", f->path);
    }
    png_destroy_read_struct(&png, &info, NULL);
    free(in.pixels);
    return in.result;
}

const bitmap_reader png_reader = { .read = png_read };

/* ---- writing ---- */

/* Where the bytes go, and the context of libpng's callbacks. */
typedef struct png_output {
    const char *path; /* messages name it */
    png_taker to;
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
    o->result = o->to.take(o->to.context, bytes, n);
    if (o->result != STATUS_OK)
        png_error(png, "cannot write");
}

/* Nothing to do, but without it libpng would treat our pointer as a FILE. */
static void on_flush(png_structp png)
{
    (void)png;
}

static void set_form_to_write(png_structp png, png_infop info, const png_picture *p)
{
    static const int types[5] = { 0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                  PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA };
    /* A grid of samples is one large picture: only the format's own limits apply. */
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8, types[p->channels],
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(png, PNG_FILTER_TYPE_BASE,
                   p->is_photograph ? PNG_FILTER_SUB | PNG_FILTER_UP | PNG_FILTER_PAETH
                                    : PNG_FILTER_NONE);
    png_set_compression_level(png, 6);
    png_set_compression_mem_level(png, 8);
    /* Runs only: neither the noise of an early generator nor the fine grain of a trained one
     * repeats in any other way. The files are smaller than with a search for matches, and take a
     * fifth of the time. */
    png_set_compression_strategy(png, Z_RLE);
}

static void draw(png_structp png, png_infop info, const png_picture *p, unsigned char *line)
{
    if (setjmp(png_jmpbuf(png)) != 0)
        return;
    set_form_to_write(png, info, p);
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

static status take_to_file(void *context, const unsigned char *bytes, size_t n)
{
    return out_write(context, bytes, n);
}

status png_write(const char *path, const png_picture *p)
{
    out_file *file;
    TRY(out_open(&file, path));
    png_output o = { .path = path, .to = { take_to_file, file } };
    return out_commit(file, write_picture(&o, p));
}

status png_give(const png_picture *p, png_taker to)
{
    png_output o = { .path = "a picture in memory", .to = to };
    return write_picture(&o, p);
}

static status take_to_text(void *context, const unsigned char *bytes, size_t n)
{
    text_add_bytes(context, (const char *)bytes, n);
    return STATUS_OK;
}

status png_append(text *t, const png_picture *p)
{
    status s = png_give(p, (png_taker){ take_to_text, t });
    /* In memory nothing else can fail, although libpng only says that something did. */
    return s == STATUS_OK ? text_check(t) : status_within(STATUS_MEMORY, "out of memory");
}
