/* format/tiff.c - the first picture of a TIFF, by libtiff, read from memory.
 *
 * libtiff decompresses; what its values mean is decided here: its own conversion to colours blends
 * transparency away. Read are grey, RGB, palettes and CMYK in 1, 2, 4, 8 or 16 bits, in strips or
 * tiles, interleaved or in planes, and YCbCr in JPEG. libtiff's handlers of errors are per file
 * only since version 4.5, which is therefore required: this may be part of a program that has its
 * own.
 *
 * SPDX-License-Identifier: MIT */
#include "format/tiff.h"

#ifdef GAN_HAS_TIFF

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/tiff_library.h"

#include "base/banned.h"

enum { MOST_PARTS = 5, MOST_COLOURS = 256 };

typedef struct tiff_input {
    const bitmap_file *file;
    size_t at; /* of libtiff in the file */
    tiff_library libtiff;
    TIFF *tiff;
    char problem[160]; /* libtiff's first error, or warning while it reads pixels */
    bool reads_pixels;
    /* The tags. */
    uint32_t width, height;
    uint16_t bits, samples, format, planes, meaning, packing, orientation, reduced;
    uint16_t alpha; /* EXTRASAMPLE_..., of the sample after the colours */
    int parts;      /* samples of a pixel that are used */
    bool separate;  /* each part in a plane of its own */
    unsigned char colours[MOST_COLOURS][3];
    /* A band of rows: one row of interleaved strips, the rows of a strip or of a row of tiles. */
    unsigned char *band, *tile;
    uint32_t band_rows;
    size_t row_size, plane_size; /* of the band */
} tiff_input;

/* ---- the file in memory ---- */

static tmsize_t on_read(thandle_t handle, void *to, tmsize_t n)
{
    tiff_input *in = handle;
    size_t rest = in->at < in->file->n ? in->file->n - in->at : 0;
    size_t taken = (size_t)n < rest ? (size_t)n : rest;
    memcpy(to, in->file->bytes + (taken > 0 ? in->at : 0), taken);
    in->at += taken;
    return (tmsize_t)taken;
}

static tmsize_t on_write(thandle_t handle, void *from, tmsize_t n)
{
    (void)handle, (void)from, (void)n;
    return 0;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int from)
{
    tiff_input *in = handle;
    toff_t base = from == SEEK_CUR ? in->at : from == SEEK_END ? in->file->n : 0;
    in->at = (size_t)(base + offset);
    return in->at;
}

static int on_close(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t on_size(thandle_t handle)
{
    return ((tiff_input *)handle)->file->n;
}

static int on_error(TIFF *tiff, void *context, const char *module, const char *format, va_list list)
    __attribute__((format(printf, 4, 0)));

static int on_error(TIFF *tiff, void *context, const char *module, const char *format, va_list list)
{
    tiff_input *in = context;
    (void)tiff, (void)module;
    if (in->problem[0] == 0)
        vsnprintf(in->problem, sizeof in->problem, format, list);
    return 1;
}

static int on_warning(TIFF *tiff, void *context, const char *module, const char *format,
                      va_list list) __attribute__((format(printf, 4, 0)));

/* Warnings about tags do not concern the pixels; those about pixels mean that some are missing. */
static int on_warning(TIFF *tiff, void *context, const char *module, const char *format,
                      va_list list)
{
    return ((tiff_input *)context)->reads_pixels ? on_error(tiff, context, module, format, list)
                                                 : 1;
}

static status broken(const tiff_input *in, const char *why)
{
    return bitmap_broken(in->file->path, "TIFF", in->problem[0] ? in->problem : why);
}

static status unsupported(const tiff_input *in, const char *kind, int value)
{
    return status_fail(STATUS_FORMAT, "%s: is a TIFF of a kind that is not supported: %s %d",
                       in->file->path, kind, value);
}

/* ---- tags ---- */

/* The samples that make up the colour of a pixel; 0 if the meaning is not supported. */
static int colours_of(tiff_input *in)
{
    switch (in->meaning) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
        return 1;
    case PHOTOMETRIC_PALETTE:
        return in->bits <= 8 ? 1 : 0;
    case PHOTOMETRIC_RGB:
        return 3;
    case PHOTOMETRIC_SEPARATED:
        return 4;
    case PHOTOMETRIC_YCBCR: /* libjpeg converts it */
        return in->packing == COMPRESSION_JPEG && !in->separate &&
                       in->libtiff.set_field(in->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB)
                   ? 3
                   : 0;
    default:
        return 0;
    }
}

static status read_palette(tiff_input *in, bool *colour)
{
    uint16_t *red, *green, *blue;
    if (!in->libtiff.get_field(in->tiff, TIFFTAG_COLORMAP, &red, &green, &blue))
        return broken(in, "it has no palette");
    for (int i = 0; i < 1 << in->bits; i++) {
        const unsigned char rgb[3] = { (unsigned char)(red[i] >> 8), (unsigned char)(green[i] >> 8),
                                       (unsigned char)(blue[i] >> 8) };
        memcpy(in->colours[i], rgb, 3);
        *colour |= rgb[0] != rgb[1] || rgb[0] != rgb[2];
    }
    return STATUS_OK;
}

static status check_kind(tiff_input *in)
{
    bool usual = in->bits == 1 || in->bits == 2 || in->bits == 4 || in->bits == 8 || in->bits == 16;
    if (in->reduced & FILETYPE_REDUCEDIMAGE)
        return status_fail(STATUS_FORMAT,
                           "%s: is a TIFF that begins with a preview (a camera's raw file), which "
                           "is not supported: convert it to PNG",
                           in->file->path);
    if (!usual)
        return unsupported(in, "bits per sample", in->bits);
    if (in->format != SAMPLEFORMAT_UINT && in->format != SAMPLEFORMAT_VOID)
        return unsupported(in, "sample format", in->format);
    if (!in->libtiff.has_codec(in->packing))
        return unsupported(in, "compression", in->packing);
    in->parts = colours_of(in);
    if (in->parts == 0)
        return unsupported(in, "photometric interpretation", in->meaning);
    if (in->samples < in->parts)
        return broken(in, "it has too few samples for its colours");
    return STATUS_OK;
}

static status read_tags(tiff_input *in)
{
    TIFF *t = in->tiff;
    uint16_t extras = 0, *kinds = NULL;
    uint32_t reduced = 0;
    if (!in->libtiff.get_field(t, TIFFTAG_IMAGEWIDTH, &in->width) ||
        !in->libtiff.get_field(t, TIFFTAG_IMAGELENGTH, &in->height) ||
        !in->libtiff.get_field(t, TIFFTAG_PHOTOMETRIC, &in->meaning))
        return broken(in, "it lacks a width, a height or a photometric interpretation");
    TRY(bitmap_check_size(in->file->path, in->width, in->height));
    in->libtiff.get_field_defaulted(t, TIFFTAG_BITSPERSAMPLE, &in->bits);
    in->libtiff.get_field_defaulted(t, TIFFTAG_SAMPLESPERPIXEL, &in->samples);
    in->libtiff.get_field_defaulted(t, TIFFTAG_SAMPLEFORMAT, &in->format);
    in->libtiff.get_field_defaulted(t, TIFFTAG_PLANARCONFIG, &in->planes);
    in->libtiff.get_field_defaulted(t, TIFFTAG_COMPRESSION, &in->packing);
    in->libtiff.get_field_defaulted(t, TIFFTAG_ORIENTATION, &in->orientation);
    in->libtiff.get_field_defaulted(t, TIFFTAG_SUBFILETYPE, &reduced);
    in->reduced = (uint16_t)reduced;
    in->separate = in->planes == PLANARCONFIG_SEPARATE && in->samples > 1;
    TRY(check_kind(in));
    if (in->parts < in->samples && in->meaning != PHOTOMETRIC_PALETTE &&
        in->meaning != PHOTOMETRIC_SEPARATED &&
        in->libtiff.get_field_defaulted(t, TIFFTAG_EXTRASAMPLES, &extras, &kinds) && extras > 0 &&
        (kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA)) {
        in->alpha = kinds[0];
        in->parts++;
    }
    return STATUS_OK;
}

/* Chooses the band. The tiles of a hostile file may be much larger than its picture. */
static status plan_band(tiff_input *in, size_t *memory)
{
    size_t picture = (size_t)in->width * in->height * in->samples * (in->bits > 8 ? 2 : 1), size;
    size_t planes = in->separate ? (size_t)in->parts : 1;
    in->band_rows = 1;
    in->row_size = (size_t)in->libtiff.scanline_size(in->tiff);
    if (in->libtiff.is_tiled(in->tiff)) {
        uint32_t tile_width = 0;
        in->libtiff.get_field(in->tiff, TIFFTAG_TILEWIDTH, &tile_width);
        in->libtiff.get_field(in->tiff, TIFFTAG_TILELENGTH, &in->band_rows);
        if (tile_width == 0 || in->band_rows == 0)
            return broken(in, "its tiles have no size");
        size_t across = (in->width - 1) / tile_width + 1;
        in->row_size = (size_t)in->libtiff.tile_row_size(in->tiff) * across;
    } else if (in->separate) {
        in->libtiff.get_field_defaulted(in->tiff, TIFFTAG_ROWSPERSTRIP, &in->band_rows);
        in->band_rows = in->band_rows < in->height ? in->band_rows : in->height;
    }
    size = in->row_size;
    if (in->problem[0] || size == 0 || in->band_rows == 0 ||
        size > ((size_t)4 << 20) + 4 * picture ||
        in->band_rows > (((size_t)4 << 20) + 4 * picture) / size)
        return broken(in, "its strips or tiles are larger than its picture");
    in->plane_size = size * in->band_rows;
    *memory = in->plane_size * (planes + (in->libtiff.is_tiled(in->tiff) ? 1 : 0)) + in->file->n +
              64 * (size_t)in->width + (1 << 20);
    return STATUS_OK;
}

static status read_header(bitmap_form *form, tiff_input *in)
{
    TRY(read_tags(in));
    bool grey = in->meaning == PHOTOMETRIC_MINISBLACK || in->meaning == PHOTOMETRIC_MINISWHITE;
    form->width = (int)in->width;
    form->height = (int)in->height;
    form->channels = (grey ? 1 : 3) + (in->alpha != 0);
    form->colour = !grey && in->meaning != PHOTOMETRIC_PALETTE;
    if (in->orientation >= 1 && in->orientation <= 8)
        form->orientation = in->orientation;
    if (in->meaning == PHOTOMETRIC_PALETTE)
        TRY(read_palette(in, &form->colour));
    return plan_band(in, &form->memory);
}

/* ---- pixels ---- */

static bool read_tiles(tiff_input *in, uint32_t y, uint16_t plane)
{
    size_t tile_row = (size_t)in->libtiff.tile_row_size(in->tiff);
    size_t across = in->row_size / tile_row, tile_width = 0;
    uint32_t w = 0;
    in->libtiff.get_field(in->tiff, TIFFTAG_TILEWIDTH, &w);
    tile_width = w;
    for (size_t i = 0; i < across; i++) {
        uint32_t number =
            in->libtiff.compute_tile(in->tiff, (uint32_t)(i * tile_width), y, 0, plane);
        if (in->libtiff.read_tile(in->tiff, number, in->tile,
                                  (tmsize_t)(tile_row * in->band_rows)) < 0)
            return false;
        for (size_t row = 0; row < in->band_rows; row++)
            memcpy(in->band + plane * in->plane_size + row * in->row_size + i * tile_row,
                   in->tile + row * tile_row, tile_row);
    }
    return true;
}

/* Reads the band that begins with row y. */
static bool read_band(tiff_input *in, uint32_t y)
{
    uint16_t planes = in->separate ? (uint16_t)in->parts : 1;
    for (uint16_t plane = 0; plane < planes; plane++) {
        unsigned char *to = in->band + plane * in->plane_size;
        bool done;
        if (in->libtiff.is_tiled(in->tiff))
            done = read_tiles(in, y, plane);
        else if (in->separate)
            done = in->libtiff.read_strip(in->tiff, in->libtiff.compute_strip(in->tiff, y, plane),
                                          to, (tmsize_t)in->plane_size) >= 0;
        else
            done = in->libtiff.read_scanline(in->tiff, to, y, 0) >= 0;
        if (!done || in->problem[0])
            return false;
    }
    return true;
}

/* Sample i of a row, not yet scaled. */
static unsigned value_at(const unsigned char *row, int bits, size_t i)
{
    if (bits == 16) {
        uint16_t value;
        memcpy(&value, row + 2 * i, 2);
        return value;
    }
    size_t in_byte = 8 / (size_t)bits;
    size_t shift = (in_byte - 1 - i % in_byte) * (size_t)bits;
    return (unsigned)row[i / in_byte] >> shift & ((1u << bits) - 1);
}

static unsigned char to_byte(unsigned value, int bits)
{
    if (bits == 16)
        return (unsigned char)((value * 255 + 32895) >> 16); /* to the nearest */
    return (unsigned char)(value * 255 / ((1u << bits) - 1));
}

/* Divides a colour by the alpha that it was multiplied with. */
static unsigned char divided(unsigned char colour, unsigned char alpha)
{
    unsigned value = alpha > 0 ? 255u * colour / alpha : colour;
    return (unsigned char)(value < 255 ? value : 255);
}

static void copy_pixel(const tiff_input *in, const unsigned char part[MOST_PARTS], int channels,
                       unsigned char *to)
{
    int colours = channels < 3 ? 1 : 3;
    for (int c = 0; c < colours; c++) {
        to[c] = part[c];
        if (in->meaning == PHOTOMETRIC_MINISWHITE)
            to[c] = (unsigned char)(255 - part[c]);
        else if (in->meaning == PHOTOMETRIC_SEPARATED) /* inks, 0: none */
            to[c] = (unsigned char)(((255 - part[c]) * (255 - part[3]) + 127) / 255);
        else if (in->alpha == EXTRASAMPLE_ASSOCALPHA)
            to[c] = divided(part[c], part[colours]);
    }
    if (in->alpha)
        to[colours] = part[colours];
}

/* Whether the bytes of a row are those of its pixels. */
static bool is_plain(const tiff_input *in, int channels)
{
    bool direct = in->meaning == PHOTOMETRIC_RGB || in->meaning == PHOTOMETRIC_YCBCR ||
                  in->meaning == PHOTOMETRIC_MINISBLACK;
    return direct && in->bits == 8 && !in->separate && in->samples == channels &&
           in->alpha != EXTRASAMPLE_ASSOCALPHA;
}

static void copy_row(const tiff_input *in, const unsigned char *row, int channels,
                     unsigned char *to)
{
    if (is_plain(in, channels)) {
        memcpy(to, row, (size_t)in->width * (size_t)channels);
        return;
    }
    for (size_t x = 0; x < in->width; x++, to += channels) {
        unsigned char part[MOST_PARTS];
        if (in->meaning == PHOTOMETRIC_PALETTE) {
            size_t i = in->separate ? x : x * in->samples;
            memcpy(to, in->colours[value_at(row, in->bits, i)], 3);
            continue;
        }
        for (size_t c = 0; c < (size_t)in->parts; c++) {
            size_t i = in->separate ? x : x * in->samples + c;
            const unsigned char *plane = row + (in->separate ? c * in->plane_size : 0);
            part[c] = to_byte(value_at(plane, in->bits, i), in->bits);
        }
        copy_pixel(in, part, channels, to);
    }
}

static status read_pixels(const bitmap_form *form, const bitmap_sink *sink, tiff_input *in,
                          unsigned char *out)
{
    in->reads_pixels = true;
    for (uint32_t y = 0; y < in->height; y += in->band_rows) {
        if (!read_band(in, y))
            return broken(in, "its pixels are damaged");
        for (uint32_t row = 0; row < in->band_rows && row < in->height - y; row++) {
            copy_row(in, in->band + row * in->row_size, form->channels, out);
            sink->row(sink->context, out);
        }
    }
    return STATUS_OK;
}

static status read_picture(bitmap_form *form, const bitmap_sink *sink, tiff_input *in)
{
    TRY(read_header(form, in));
    if (!sink)
        return STATUS_OK;
    TRY(sink->begin(sink->context, form));
    unsigned char *out = malloc((size_t)in->width * (size_t)form->channels);
    in->band = calloc(in->separate ? (size_t)in->parts : 1, in->plane_size);
    in->tile = in->libtiff.is_tiled(in->tiff) ? calloc(1, in->plane_size) : NULL;
    bool has_all = out && in->band && (in->tile || !in->libtiff.is_tiled(in->tiff));
    status s = has_all ? read_pixels(form, sink, in, out)
                       : status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels",
                                     in->file->path, form->width, form->height);
    free(in->tile);
    free(in->band);
    free(out);
    return s;
}

static status tiff_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    tiff_input in = { .file = f };
    if (!tiff_library_load(&in.libtiff))
        return status_fail(STATUS_FORMAT,
                           "%s: is a TIFF, and libtiff cannot be loaded: install it again",
                           f->path);
    TIFFOpenOptions *o = in.libtiff.options_alloc();
    if (!o)
        return status_fail(STATUS_MEMORY, "%s: out of memory", f->path);
    in.libtiff.options_on_error(o, on_error, &in);
    in.libtiff.options_on_warning(o, on_warning, &in);
    in.libtiff.options_most_memory(o, (tmsize_t)(f->n + ((size_t)16 << 20)));
    in.tiff = in.libtiff.open(f->path, "rm", &in, on_read, on_write, on_seek, on_close, on_size,
                              NULL, NULL, o);
    in.libtiff.options_free(o);
    if (!in.tiff)
        return broken(&in, "it cannot be opened");
    in.problem[0] = 0;
    status s = read_picture(form, sink, &in);
    in.libtiff.close(in.tiff);
    return s;
}

const bitmap_reader tiff_reader = { .read = tiff_read, .package = "libtiff" };

#else

static status tiff_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    (void)form, (void)sink;
    return bitmap_lacks_library(f->path, "TIFF", "libtiff 4.5 or newer");
}

const bitmap_reader tiff_reader = { .read = tiff_read, .package = "libtiff", .missing = true };

#endif
