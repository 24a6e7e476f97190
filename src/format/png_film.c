/* format/png_film.c - APNG, from PNGs that format/png.c makes.
 *
 * A PNG is a signature and chunks: their length (4 bytes, big-endian), their name (4 bytes), their
 * data and a CRC-32 of name and data (4 bytes). An APNG adds acTL before the first picture, which
 * counts the frames, fcTL before each, which tells its place and time, and has the pixels of all
 * but the first in fdAT, which is IDAT after a sequence number.
 * Source: Portable Network Graphics Specification (Third Edition), W3C 2025, 11.3.6.
 *
 * SPDX-License-Identifier: MIT */
#include "format/png_film.h"

#include <assert.h>
#include <string.h>

#include <zlib.h>

#include "base/banned.h"

enum { SIGNATURE = 8, AROUND = 12, NAME = 4 };

static void set32(unsigned char *to, uint32_t n)
{
    to[0] = (unsigned char)(n >> 24);
    to[1] = (unsigned char)(n >> 16);
    to[2] = (unsigned char)(n >> 8);
    to[3] = (unsigned char)n;
}

static void set16(unsigned char *to, uint16_t n)
{
    to[0] = (unsigned char)(n >> 8);
    to[1] = (unsigned char)n;
}

static uint32_t get32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static status put(png_film *f, const void *bytes, size_t n)
{
    f->bytes += n;
    return f->file ? out_write(f->file, bytes, n) : STATUS_OK;
}

/* Adds a chunk whose data are `head` and then `rest`, which may be empty. */
static status put_chunk(png_film *f, const char *name, const unsigned char *head, size_t head_size,
                        const unsigned char *rest, size_t rest_size)
{
    unsigned char before[8], after[4];
    uLong crc = crc32(0, (const unsigned char *)name, NAME);
    crc = crc32(crc, head, (uInt)head_size);
    if (rest_size > 0)
        crc = crc32(crc, rest, (uInt)rest_size);
    set32(before, (uint32_t)(head_size + rest_size));
    memcpy(before + 4, name, NAME);
    set32(after, (uint32_t)crc);
    TRY(put(f, before, sizeof before));
    TRY(put(f, head, head_size));
    TRY(put(f, rest, rest_size));
    return put(f, after, sizeof after);
}

/* acTL: the number of frames, and how often they are played; 0 is for ever. */
static status put_count(png_film *f)
{
    unsigned char data[8] = { 0 };
    set32(data, f->frames);
    return put_chunk(f, "acTL", data, sizeof data, NULL, 0);
}

/* fcTL: sequence number, width, height, left, top, delay, and two bytes: the frame stays until the
 * next (dispose 0), which replaces it (blend 0). */
static status put_control(png_film *f, const png_picture *p, png_delay shown)
{
    unsigned char data[26] = { 0 };
    set32(data, f->sequence++);
    set32(data + 4, (uint32_t)p->width);
    set32(data + 8, (uint32_t)p->height);
    set16(data + 20, shown.numerator);
    set16(data + 22, shown.denominator);
    return put_chunk(f, "fcTL", data, sizeof data, NULL, 0);
}

static status put_pixels(png_film *f, const unsigned char *data, size_t n)
{
    unsigned char number[4];
    if (f->added == 0)
        return put_chunk(f, "IDAT", data, n, NULL, 0);
    set32(number, f->sequence++);
    return put_chunk(f, "fdAT", number, sizeof number, data, n);
}

/* The chunks of a PNG of our own: IHDR, one or more IDAT, IEND. */
static status put_frame(png_film *f, const unsigned char *png, size_t n, const png_picture *p,
                        png_delay shown)
{
    size_t header = AROUND + get32(png + SIGNATURE);
    if (f->added == 0) {
        TRY(put(f, png, SIGNATURE + header));
        TRY(put_count(f));
    }
    TRY(put_control(f, p, shown));
    for (size_t at = SIGNATURE + header; at < n; at += AROUND + get32(png + at))
        if (memcmp(png + at + 4, "IDAT", NAME) == 0)
            TRY(put_pixels(f, png + at + 8, get32(png + at)));
    return STATUS_OK;
}

status png_film_add(png_film *f, const png_picture *p, png_delay shown)
{
    text png = { 0 };
    assert(f->added < f->frames && shown.denominator > 0);
    status s = png_append(&png, p);
    if (s == STATUS_OK)
        s = put_frame(f, (const unsigned char *)png.data, png.length, p, shown);
    text_free(&png);
    f->added++;
    return s;
}

status png_film_end(png_film *f)
{
    assert(f->added == f->frames);
    return put_chunk(f, "IEND", (const unsigned char *)"", 0, NULL, 0);
}
