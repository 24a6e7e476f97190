/* format/pnm.c - PBM, PGM and PPM.
 *
 * A file is the text "P1" to "P6", the width, the height and (not in PBM) the largest value, each
 * after spaces, and the values: as texts (P1 to P3), or after exactly one space as bytes (P4 to
 * P6). A comment is from # to the end of the line. Only the first picture of a file is read.
 *
 * SPDX-License-Identifier: MIT */
#include "format/pnm.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { MOST_VALUE = 65535 };

typedef struct pnm_input {
    const bitmap_file *file;
    size_t at;
    bool bits, plain; /* PBM; values as texts */
    unsigned most;    /* the largest value */
} pnm_input;

static status broken(const pnm_input *in, const char *why)
{
    return bitmap_broken(in->file->path, "PNM", why);
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_spaces(pnm_input *in)
{
    const bitmap_file *f = in->file;
    bool comment = false;
    for (; in->at < f->n; in->at++) {
        unsigned char c = f->bytes[in->at];
        comment = comment ? c != '\n' && c != '\r' : c == '#';
        if (!comment && !is_space(c))
            return;
    }
}

/* Reads a number, of one digit if it is a bit. */
static status read_number(pnm_input *in, unsigned most, bool bit, unsigned *value)
{
    const bitmap_file *f = in->file;
    skip_spaces(in);
    if (in->at == f->n)
        return broken(in, "it breaks off");
    size_t start = in->at;
    *value = 0;
    while (in->at < f->n && f->bytes[in->at] >= '0' && f->bytes[in->at] <= '9' && *value <= most) {
        *value = *value * 10 + (f->bytes[in->at++] - '0');
        if (bit)
            break;
    }
    if (in->at == start)
        return broken(in, "it has no number where one is expected");
    return *value <= most ? STATUS_OK : broken(in, "a number in it is too large");
}

static status read_header(bitmap_form *form, pnm_input *in)
{
    const bitmap_file *f = in->file;
    int kind = f->bytes[1] - '0';
    unsigned width, height;
    in->plain = kind <= 3;
    in->bits = kind % 3 == 1;
    in->most = 1;
    in->at = 2;
    TRY(read_number(in, 1 << 24, false, &width));
    TRY(read_number(in, 1 << 24, false, &height));
    if (!in->bits)
        TRY(read_number(in, MOST_VALUE, false, &in->most));
    if (in->most == 0)
        return broken(in, "its largest value is 0");
    TRY(bitmap_check_size(f->path, width, height));
    if (in->at == f->n || !is_space(f->bytes[in->at++]))
        return broken(in, "it has no space before its pixels");
    form->width = (int)width;
    form->height = (int)height;
    form->channels = kind % 3 == 0 ? 3 : 1;
    form->colour = form->channels == 3;
    form->memory = 3 * (size_t)width + 1024;
    return STATUS_OK;
}

static unsigned char to_byte(unsigned value, unsigned most)
{
    return (unsigned char)((value * 255 + most / 2) / most);
}

static status read_plain(pnm_input *in, size_t n, unsigned char *row)
{
    for (size_t i = 0; i < n; i++) {
        unsigned value;
        TRY(read_number(in, in->most, in->bits, &value));
        row[i] = in->bits ? (value ? 0 : 255) : to_byte(value, in->most);
    }
    return STATUS_OK;
}

static status read_raw(pnm_input *in, size_t n, unsigned char *row)
{
    size_t each = in->most > 255 ? 2 : 1, size = in->bits ? (n + 7) / 8 : n * each;
    if (in->file->n - in->at < size)
        return broken(in, "it breaks off");
    const unsigned char *p = in->file->bytes + in->at;
    for (size_t i = 0; i < n; i++) {
        unsigned value =
            each == 2 ? (unsigned)p[2 * i] << 8 | p[2 * i + 1] : p[in->bits ? i / 8 : i];
        if (in->bits)
            row[i] = value & 0x80u >> i % 8 ? 0 : 255;
        else if (value <= in->most)
            row[i] = to_byte(value, in->most);
        else
            return broken(in, "a value in it is larger than the largest that it states");
    }
    in->at += size;
    return STATUS_OK;
}

static status pnm_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    pnm_input in = { .file = f };
    TRY(read_header(form, &in));
    if (!sink)
        return STATUS_OK;
    TRY(sink->begin(sink->context, form));
    size_t n = (size_t)form->width * (size_t)form->channels;
    unsigned char *row = malloc(n);
    status s = row ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory for a row", f->path);
    for (int y = 0; s == STATUS_OK && y < form->height; y++) {
        s = (in.plain ? read_plain : read_raw)(&in, n, row);
        if (s == STATUS_OK)
            sink->row(sink->context, row);
    }
    free(row);
    return s;
}

const bitmap_reader pnm_reader = { .read = pnm_read };
