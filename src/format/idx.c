/* format/idx.c - IDX files, read without trusting their headers, and written.
 *
 * SPDX-License-Identifier: MIT */
#include "format/idx.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/size.h"
#include "format/bitmap.h"
#include "format/foreign.h"
#include "format/gzip.h"
#include "math/kernels.h"

#include "base/banned.h"

static const struct {
    uint32_t magic; /* 08: unsigned bytes; the last byte: the number of dimensions */
    const char *items;
} kinds[] = {
    [IDX_IMAGES] = { .magic = 0x00000803, .items = "images" },
    [IDX_LABELS] = { .magic = 0x00000801, .items = "labels" },
};

/* The forms of a header, by the magic number: its words are the sizes of one item, from the last
 * one on. */
static const struct form {
    uint32_t magic;
    idx_kind kind;
    size_t header; /* bytes */
    size_t word;   /* bytes of a value */
} forms[] = {
    { 0x00000803, IDX_IMAGES, 16, 1 }, /* grey */
    { 0x00000804, IDX_IMAGES, 20, 1 }, /* several channels, one after the other */
    { 0x00000801, IDX_LABELS, 8, 1 },  { 0x00000c01, IDX_LABELS, 8, 4 },
    { 0x00000c02, IDX_LABELS, 12, 4 }, /* QMNIST: the class and what else is known */
};
enum { FORMS = sizeof forms / sizeof *forms, LONGEST_HEADER = 20 };

static const struct form *form_of(uint32_t magic, idx_kind kind)
{
    for (size_t i = 0; i < FORMS; i++)
        if (forms[i].magic == magic && forms[i].kind == kind)
            return &forms[i];
    return NULL;
}

/* ---- reading ---- */

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* A mirror that is gone or demands a login answers with an HTML page, which curl saves as the file.
 */
static bool is_html(const char *start)
{
    if (strncmp(start, "\xef\xbb\xbf", 3) == 0) /* UTF-8's byte order mark */
        start += 3;
    start += strspn(start, " \t\r\n\f");
    return strncasecmp(start, "<!doctype", 9) == 0 || strncasecmp(start, "<html", 5) == 0;
}

/* Reports what a file without the expected magic number is. */
static status wrong_magic(gzip_file *g, idx_kind kind, const unsigned char *first)
{
    char start[FOREIGN_MAGIC + 1] = { 0 };
    size_t more = 0;
    uint32_t magic = big_endian(first);
    memcpy(start, first, 4);
    TRY(gzip_read(g, start + 4, sizeof start - 5, &more));
    if (is_html(start))
        return status_fail(STATUS_FORMAT,
                           "%s: is an HTML page, not IDX data: the download went wrong", g->path);
    const char *format = bitmap_format_of((const unsigned char *)start, 4 + more);
    if (format)
        return status_fail(STATUS_FORMAT,
                           "%s: is a picture (%s): expected the folder that it is in, or an IDX "
                           "file of %s",
                           g->path, format, kinds[kind].items);
    const foreign_kind *foreign = foreign_kind_of(g->path, (const unsigned char *)start, 4 + more);
    if (foreign)
        return status_fail(STATUS_FORMAT, "%s: is %s: %s", g->path, foreign->what, foreign->advice);
    idx_kind other = kind == IDX_IMAGES ? IDX_LABELS : IDX_IMAGES;
    if (form_of(magic, other))
        return status_fail(
            STATUS_FORMAT,
            "%s: holds %s (magic number 0x%08x), expected %s (0x%08x): are files swapped?", g->path,
            kinds[other].items, magic, kinds[kind].items, kinds[kind].magic);
    return status_fail(STATUS_FORMAT,
                       "%s: expected the magic number 0x%08x of an IDX file of %s, got 0x%08x",
                       g->path, kinds[kind].magic, kinds[kind].items, magic);
}

static status check_header(idx_file *f, const gzip_file *g, idx_kind kind, const uint32_t size[4])
{
    const char *items = kinds[kind].items;
    if (size[0] == 0)
        return status_fail(STATUS_FORMAT, "%s: expected at least 1 of the %s, its header says 0",
                           g->path, items);
    if (size[0] > INT_MAX)
        return status_fail(STATUS_FORMAT, "%s: expected at most %d %s, its header says %u", g->path,
                           INT_MAX, items, size[0]);
    if (size[1] != 1 && size[1] != 3)
        return status_fail(STATUS_FORMAT,
                           "%s: expected images of 1 or 3 channels, its header says %u", g->path,
                           size[1]);
    if (size[2] == 0 || size[3] == 0)
        return status_fail(STATUS_FORMAT,
                           "%s: expected images of at least 1 x 1 pixels, its header says %u x %u",
                           g->path, size[2], size[3]);
    if ((uint64_t)size[2] * size[3] > IDX_MOST_PIXELS / size[1])
        return status_fail(STATUS_FORMAT,
                           "%s: expected images of at most %d pixels, its header says %u x %u",
                           g->path, IDX_MOST_PIXELS / (int)size[1], size[2], size[3]);
    f->total = (int)size[0];
    f->channels = (int)size[1];
    f->height = (int)size[2];
    f->width = (int)size[3];
    return STATUS_OK;
}

/* *form: of the file. */
static status read_header(idx_file *f, gzip_file *g, idx_kind kind, const struct form **form)
{
    unsigned char bytes[LONGEST_HEADER];
    uint32_t size[4] = { 0, 1, 1, 1 };
    size_t got = 0, more = 0;
    TRY(gzip_read(g, bytes, 4, &got));
    if (got == 0)
        return status_fail(STATUS_FORMAT, "%s: is empty", g->path);
    *form = got == 4 ? form_of(big_endian(bytes), kind) : form_of(kinds[kind].magic, kind);
    if (!*form)
        return wrong_magic(g, kind, bytes);
    size_t length = (*form)->header;
    TRY(gzip_read(g, bytes + got, length - got, &more));
    if (got + more < length)
        return status_fail(STATUS_FORMAT, "%s: expected a header of %zu bytes, got %zu", g->path,
                           length, got + more);
    size[0] = big_endian(bytes + 4);
    /* Sizes that the file lacks are 1; its last size is the width. */
    for (size_t i = 2, words = length / 4; i < words; i++)
        size[4 - (words - i)] = big_endian(bytes + 4 * i);
    return check_header(f, g, kind, size);
}

static status wrong_length(const gzip_file *g, size_t expected, uint64_t found)
{
    return status_fail(STATUS_FORMAT, "%s: expected %zu bytes%s by its header, got %llu", g->path,
                       expected, g->is_gzip ? " when unpacked" : "", (unsigned long long)found);
}

/* Keeps `keep` bytes, in a block that doubles as they arrive. */
static status read_items(idx_file *f, gzip_file *g, size_t keep, size_t *got)
{
    size_t room = 0, part = 0;
    *got = 0;
    do {
        room = room == 0 ? size_min(keep, 1 << 16) : room + size_min(keep - room, room);
        unsigned char *more = realloc(f->items, room);
        if (!more)
            return status_fail(STATUS_MEMORY, "%s: out of memory for %zu bytes", g->path, room);
        f->items = more;
        TRY(gzip_read(g, f->items + *got, room - *got, &part));
        *got += part;
    } while (*got == room && room < keep);
    return STATUS_OK;
}

/* Passes `keep` bytes on. */
static status pass_items(const idx_file *f, gzip_file *g, size_t keep, size_t *got)
{
    unsigned char part[1 << 14];
    size_t n = 0;
    for (*got = 0; *got < keep; *got += n) {
        TRY(gzip_read(g, part, size_min(keep - *got, sizeof part), &n));
        if (n == 0)
            break;
        TRY(f->sink->put(f->sink->context, part, n));
    }
    return STATUS_OK;
}

/* Reads the rest of the file, which should be n bytes; *got is how many came, at most n + 1. */
static status skip_items(gzip_file *g, size_t n, size_t *got)
{
    unsigned char scratch[1 << 14];
    size_t part = 0;
    for (*got = 0; *got <= n; *got += part) {
        /* One byte more, so that the end is reached, where gzip has its checksum. */
        TRY(gzip_read(g, scratch, size_min(n - *got + 1, sizeof scratch), &part));
        if (part == 0)
            break;
    }
    return STATUS_OK;
}

/* Makes bytes of labels of several bytes each: the last byte of the first number of each row, whose
 * other bytes have to be 0. */
static status shorten_labels(idx_file *f, const gzip_file *g, size_t item)
{
    for (int i = 0; i < f->count; i++) {
        uint32_t label = big_endian(f->items + (size_t)i * item);
        if (label > UCHAR_MAX)
            return status_fail(STATUS_FORMAT,
                               "%s: expected classes from 0 to %d, got %u as label number %d",
                               g->path, UCHAR_MAX, label, i);
        f->items[i] = (unsigned char)label;
    }
    f->height = f->width = 1;
    return STATUS_OK;
}

static status read_file(idx_file *f, gzip_file *g, idx_kind kind, int limit)
{
    const struct form *form = NULL;
    TRY(read_header(f, g, kind, &form));
    f->count = limit > 0 && limit < f->total ? limit : f->total;
    size_t item = (size_t)f->channels * (size_t)f->height * (size_t)f->width * form->word;
    size_t total = 0, expected = 0, kept = 0, skipped = 0;
    if (!size_mul((size_t)f->total, item, &total) || !size_add(total, form->header, &expected))
        return status_fail(STATUS_FORMAT, "%s: %d images of %d x %d pixels do not fit any memory",
                           g->path, f->total, f->height, f->width);
    if (g->length >= 0 && (uint64_t)g->length != expected)
        return wrong_length(g, expected, (uint64_t)g->length);
    size_t keep = (size_t)f->count * item;
    TRY(f->sink ? pass_items(f, g, keep, &kept) : read_items(f, g, keep, &kept));
    TRY(skip_items(g, total - kept, &skipped));
    if (kept + skipped > total)
        return status_fail(STATUS_FORMAT, "%s: goes on after the %zu bytes%s that its header says",
                           g->path, expected, g->is_gzip ? " when unpacked" : "");
    if (kept + skipped < total)
        return wrong_length(g, expected, g->given);
    return form->word > 1 ? shorten_labels(f, g, item) : STATUS_OK;
}

static status open_and_read(idx_file *f, const char *path, idx_kind kind, int limit)
{
    gzip_file *g = malloc(sizeof *g);
    if (!g)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    status result = gzip_open(g, path);
    if (result == STATUS_OK) {
        result = read_file(f, g, kind, limit);
        gzip_close(g);
    }
    free(g);
    if (result != STATUS_OK)
        idx_free(f);
    return result;
}

status idx_read(idx_file *f, const char *path, idx_kind kind, int limit)
{
    *f = (idx_file){ 0 };
    return open_and_read(f, path, kind, limit);
}

status idx_read_to(idx_file *f, const char *path, int limit, byte_sink to)
{
    *f = (idx_file){ .sink = &to };
    status s = open_and_read(f, path, IDX_IMAGES, limit);
    f->sink = NULL;
    return s;
}

void idx_free(idx_file *f)
{
    free(f->items);
    *f = (idx_file){ 0 };
}

/* ---- writing ---- */

status idx_begin(out_file *f, const int shape[4])
{
    bool grey = shape[1] == 1;
    uint32_t words[5];
    unsigned char header[sizeof words];
    size_t n = 0;
    words[n++] = forms[grey ? 0 : 1].magic;
    for (int i = 0; i < 4; i++)
        if (i != 1 || !grey)
            words[n++] = (uint32_t)shape[i];
    for (size_t i = 0; i < 4 * n; i++)
        header[i] = (unsigned char)(words[i / 4] >> (24 - 8 * (i % 4)));
    return out_write(f, header, 4 * n);
}

status idx_add(out_file *f, const float *values, size_t n)
{
    unsigned char bytes[4096];
    const kernels *k = kernels_usable(0);
    for (size_t part; n > 0; values += part, n -= part) {
        part = size_min(n, sizeof bytes);
        k->bytes((int)part, values, bytes);
        TRY(out_write(f, bytes, part));
    }
    return STATUS_OK;
}
