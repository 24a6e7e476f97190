/* format/bmp.c - bitmaps of Windows and OS/2.
 *
 * A file header of 14 bytes (at 10, where the pixels begin), an information header whose first word
 * is its size, masks or a palette, and the rows, from the last to the first unless the height is
 * negative. All numbers are little-endian.
 *
 * SPDX-License-Identifier: MIT */
#include "format/bmp.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { FILE_HEADER = 14, CORE_HEADER = 12, INFO_HEADER = 40, OS2_HEADER = 64, MOST_COLOURS = 256 };
enum { PLAIN = 0, RLE8 = 1, RLE4 = 2, MASKS = 3, MASKS_AND_ALPHA = 6 };

/* A part of a pixel of 16 or 32 bits. */
typedef struct bmp_part {
    uint32_t most; /* the largest value, all bits set; 0: there is no such part */
    int shift;
} bmp_part;

typedef struct bmp_input {
    const bitmap_file *file;
    uint32_t header; /* its size */
    int width, height, bits;
    bool top_down;
    uint32_t packing;
    size_t pixels, stride;                  /* where they begin; the bytes of a row */
    unsigned char colours[MOST_COLOURS][3]; /* red, green, blue; opaque black beyond the palette */
    bmp_part parts[4];                      /* red, green, blue, alpha */
    unsigned char *indices;                 /* (height, width) of a packed picture */
} bmp_input;

static status broken(const bmp_input *in, const char *why)
{
    return bitmap_broken(in->file->path, "BMP", why);
}

static uint32_t number(const bmp_input *in, size_t at, int bytes)
{
    uint32_t x = 0;
    for (int i = bytes - 1; i >= 0; i--)
        x = x << 8 | in->file->bytes[at + (size_t)i];
    return x;
}

/* ---- header ---- */

static status check_kind(const bmp_input *in)
{
    static const struct {
        uint32_t packing;
        int bits;
    } kinds[] = { { PLAIN, 1 },           { PLAIN, 2 },  { PLAIN, 4 },
                  { PLAIN, 8 },           { PLAIN, 16 }, { PLAIN, 24 },
                  { PLAIN, 32 },          { RLE8, 8 },   { RLE4, 4 },
                  { MASKS, 16 },          { MASKS, 32 }, { MASKS_AND_ALPHA, 16 },
                  { MASKS_AND_ALPHA, 32 } };
    bool os2 = in->header == CORE_HEADER || in->header == OS2_HEADER;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].packing == in->packing && kinds[i].bits == in->bits &&
            !(os2 && in->packing >= MASKS))
            return STATUS_OK;
    return status_fail(STATUS_FORMAT,
                       "%s: is a BMP of a kind that is not supported: %d bits per pixel, "
                       "compression %u",
                       in->file->path, in->bits, (unsigned)in->packing);
}

static bmp_part part_of(uint32_t mask)
{
    bmp_part p = { mask, 0 };
    for (; p.most && !(p.most & 1); p.shift++)
        p.most >>= 1;
    return p;
}

/* Masks follow the first 40 bytes of the header, or are its next ones. */
static status read_masks(bmp_input *in)
{
    static const uint32_t usual[2][3] = { { 0x7c00, 0x3e0, 0x1f }, { 0xff0000, 0xff00, 0xff } };
    bool stated = in->packing != PLAIN;
    int n = in->packing == MASKS_AND_ALPHA || in->header >= INFO_HEADER + 16 ? 4 : 3;
    if (stated && in->file->n < FILE_HEADER + INFO_HEADER + 16)
        return broken(in, "it breaks off");
    for (int i = 0; i < (stated ? n : 3); i++) {
        uint32_t mask = stated ? number(in, FILE_HEADER + INFO_HEADER + 4 * (size_t)i, 4)
                               : usual[in->bits == 32][i];
        in->parts[i] = part_of(mask);
        if (in->parts[i].most & (in->parts[i].most + 1) || (i < 3 && mask == 0) ||
            (in->bits == 16 && mask > 0xffff))
            return broken(in, "its masks are wrong");
    }
    return STATUS_OK;
}

/* Reads the palette; true if there is any colour that is not grey. */
static bool read_palette(bmp_input *in)
{
    bool core = in->header == CORE_HEADER, colour = false;
    size_t each = core ? 3 : 4, at = FILE_HEADER + in->header;
    size_t room = in->pixels > at ? (in->pixels - at) / each : 0, n = (size_t)1 << in->bits;
    uint32_t used = core ? 0 : number(in, FILE_HEADER + 32, 4);
    n = used > 0 && used < n ? used : n;
    n = room < n ? room : n;
    for (size_t i = 0; i < n; i++) {
        const unsigned char *c = in->file->bytes + at + i * each; /* blue, green, red */
        const unsigned char rgb[3] = { c[2], c[1], c[0] };
        memcpy(in->colours[i], rgb, 3);
        colour |= c[0] != c[1] || c[0] != c[2];
    }
    return colour;
}

static status read_sizes(bmp_input *in)
{
    if (in->file->n < FILE_HEADER + CORE_HEADER)
        return broken(in, "it breaks off");
    in->pixels = number(in, 10, 4);
    in->header = number(in, FILE_HEADER, 4);
    bool core = in->header == CORE_HEADER;
    if ((!core && in->header < INFO_HEADER) || in->header > 1024)
        return broken(in, "its header has no known size");
    if (in->file->n - FILE_HEADER < in->header)
        return broken(in, "it breaks off");
    int64_t width = number(in, 18, core ? 2 : 4), height = number(in, core ? 20 : 22, core ? 2 : 4);
    in->top_down = !core && height > INT32_MAX;
    height = in->top_down ? (INT64_C(1) << 32) - height : height;
    in->bits = (int)number(in, core ? 24 : 28, 2);
    in->packing = core ? PLAIN : number(in, 30, 4);
    TRY(bitmap_check_size(in->file->path, (size_t)width, (size_t)height));
    in->width = (int)width;
    in->height = (int)height;
    return check_kind(in);
}

static status read_header(bitmap_form *form, bmp_input *in)
{
    TRY(read_sizes(in));
    form->width = in->width;
    form->height = in->height;
    form->channels = 3;
    form->colour = true;
    in->stride = ((size_t)in->width * (size_t)in->bits + 31) / 32 * 4;
    bool packed = in->packing == RLE8 || in->packing == RLE4;
    if (in->pixels > in->file->n ||
        (!packed && (in->file->n - in->pixels) / in->stride < (size_t)in->height))
        return broken(in, "it breaks off");
    if (in->bits <= 8)
        form->colour = read_palette(in);
    else if (in->bits != 24)
        TRY(read_masks(in));
    if (in->parts[3].most)
        form->channels = 4;
    form->memory =
        4 * (size_t)in->width + 1024 + (packed ? (size_t)in->width * (size_t)in->height : 0);
    return STATUS_OK;
}

/* ---- packed pixels ---- */

static void put(bmp_input *in, int x, int y, unsigned index)
{
    if (x < in->width && y < in->height) /* what runs over the edge is dropped */
        in->indices[(size_t)y * (size_t)in->width + (size_t)x] = (unsigned char)index;
}

/* The index of pixel i of a run: bytes of two indices, or of one. */
static unsigned index_of(const bmp_input *in, const unsigned char *p, int i, bool repeated)
{
    unsigned byte = p[repeated ? 0 : in->packing == RLE4 ? i / 2 : i];
    return in->packing == RLE4 ? byte >> (i % 2 ? 0 : 4) & 15 : byte;
}

/* Unpacks pairs of bytes. n, v: n pixels of v. 0, n >= 3: n pixels, one after another, padded to an
 * even number of bytes. 0, 0: the next row. 0, 1: the end. 0, 2: goes on by x, y. */
static status unpack(bmp_input *in)
{
    const bitmap_file *f = in->file;
    int x = 0, y = 0;
    for (size_t at = in->pixels; f->n - at >= 2;) {
        const unsigned char *p = f->bytes + at;
        bool escape = p[0] == 0, run = !escape || p[1] > 2;
        int n = escape ? p[1] : p[0];
        at += 2;
        if (escape && p[1] == 1)
            return STATUS_OK;
        if (escape && p[1] == 0)
            x = 0, y++;
        if (escape && p[1] == 2) {
            if (f->n - at < 2)
                break;
            x += p[2], y += p[3];
            at += 2;
        }
        size_t size = in->packing == RLE4 ? ((size_t)n + 1) / 2 : (size_t)n;
        size += size % 2;
        if (escape && run && f->n - at < size)
            break;
        for (int i = 0; run && i < n; i++)
            put(in, x++, y, index_of(in, p + (escape ? 2 : 1), i, !escape));
        at += escape && run ? size : 0;
        if (x > BITMAP_MOST_SIDE + 255 || y > BITMAP_MOST_SIDE)
            return broken(in, "its runs leave the picture");
    }
    return y >= in->height ? STATUS_OK : broken(in, "it breaks off");
}

/* ---- rows ---- */

static const unsigned char *stored_row(const bmp_input *in, int y)
{
    size_t row = (size_t)(in->top_down ? y : in->height - 1 - y);
    return in->indices ? in->indices + row * (size_t)in->width
                       : in->file->bytes + in->pixels + row * in->stride;
}

static void copy_indexed(const bmp_input *in, const unsigned char *from, unsigned char *to)
{
    int bits = in->indices ? 8 : in->bits, in_byte = 8 / bits;
    for (int x = 0; x < in->width; x++, to += 3) {
        int shift = (in_byte - 1 - x % in_byte) * bits;
        memcpy(to, in->colours[from[x / in_byte] >> shift & ((1 << bits) - 1)], 3);
    }
}

/* The parts become bytes as in Pillow: 255 value / most, rounded down. */
static void copy_parts(const bmp_input *in, const unsigned char *from, int channels,
                       unsigned char *to)
{
    size_t bytes = (size_t)in->bits / 8;
    for (int x = 0; x < in->width; x++, from += bytes) {
        uint32_t pixel = from[0] | (uint32_t)from[1] << 8;
        if (bytes == 4)
            pixel |= (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
        for (int c = 0; c < channels; c++) {
            const bmp_part *p = &in->parts[c];
            *to++ = (unsigned char)((uint64_t)(pixel >> p->shift & p->most) * 255 / p->most);
        }
    }
}

static void copy_row(const bmp_input *in, int y, int channels, unsigned char *to)
{
    const unsigned char *from = stored_row(in, y);
    if (in->bits <= 8)
        copy_indexed(in, from, to);
    else if (in->bits != 24)
        copy_parts(in, from, channels, to);
    else
        for (int x = 0; x < in->width; x++, from += 3, to += 3)
            to[0] = from[2], to[1] = from[1], to[2] = from[0];
}

static status bmp_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    bmp_input in = { .file = f };
    TRY(read_header(form, &in));
    if (!sink)
        return STATUS_OK;
    TRY(sink->begin(sink->context, form));
    unsigned char *row = malloc((size_t)in.width * (size_t)form->channels);
    bool packed = in.packing == RLE8 || in.packing == RLE4;
    in.indices = packed ? calloc((size_t)in.width, (size_t)in.height) : NULL;
    status s = row && (in.indices || !packed)
                   ? STATUS_OK
                   : status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels", f->path,
                                 in.width, in.height);
    if (s == STATUS_OK && packed)
        s = unpack(&in);
    for (int y = 0; s == STATUS_OK && y < in.height; y++) {
        copy_row(&in, y, form->channels, row);
        sink->row(sink->context, row);
    }
    free(in.indices);
    free(row);
    return s;
}

const bitmap_reader bmp_reader = { .read = bmp_read };
