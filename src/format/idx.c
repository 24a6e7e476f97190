/* format/idx.c - reading IDX files, believing nothing that they say before it is seen.
 *
 * SPDX-License-Identifier: MIT */
#include "format/idx.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/size.h"
#include "format/bitmap.h"
#include "format/gzip.h"

#include "base/banned.h"

static const struct {
    uint32_t magic; /* 08: unsigned bytes; the last byte: the number of dimensions */
    size_t header;  /* bytes */
    const char *items;
} kinds[] = {
    [IDX_IMAGES] = { .magic = 0x00000803, .header = 16, .items = "images" },
    [IDX_LABELS] = { .magic = 0x00000801, .header = 8, .items = "labels" },
};

/* Images of several channels, one after the other. */
static const uint32_t channels_magic = 0x00000804;
enum { CHANNELS_HEADER = 20 };

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* A mirror that is gone or wants a log-in answers with a page, and curl saves it as the file. */
static bool is_html(const char *start)
{
    if (strncmp(start, "\xef\xbb\xbf", 3) == 0) /* UTF-8's byte order mark */
        start += 3;
    start += strspn(start, " \t\r\n\f");
    return strncasecmp(start, "<!doctype", 9) == 0 || strncasecmp(start, "<html", 5) == 0;
}

/* Says what a file is whose first bytes are not the magic number. */
static status wrong_magic(source *s, idx_kind kind, const unsigned char *first)
{
    char start[513] = { 0 };
    size_t more = 0;
    uint32_t magic = big_endian(first);
    memcpy(start, first, 4);
    TRY(source_read(s, start + 4, sizeof start - 5, &more));
    if (is_html(start))
        return status_fail(STATUS_FORMAT,
                           "%s: is an HTML page, not IDX data: the download went wrong", s->path);
    const char *format;
    if (bitmap_format_of((const unsigned char *)start, 4 + more, &format) != BITMAP_NO_PICTURE)
        return status_fail(STATUS_FORMAT,
                           "%s: is a picture (%s): expected the folder that it is in, or an IDX "
                           "file of %s",
                           s->path, format, kinds[kind].items);
    for (size_t other = 0; other < sizeof kinds / sizeof *kinds; other++)
        if (magic == kinds[other].magic)
            return status_fail(
                STATUS_FORMAT,
                "%s: holds %s (magic number 0x%08x), expected %s (0x%08x): are files swapped?",
                s->path, kinds[other].items, magic, kinds[kind].items, kinds[kind].magic);
    return status_fail(STATUS_FORMAT,
                       "%s: expected the magic number 0x%08x of an IDX file of %s, got 0x%08x",
                       s->path, kinds[kind].magic, kinds[kind].items, magic);
}

static status check_header(idx_file *f, const source *s, idx_kind kind, const uint32_t size[4])
{
    const char *items = kinds[kind].items;
    if (size[0] == 0)
        return status_fail(STATUS_FORMAT, "%s: expected at least 1 of the %s, its header says 0",
                           s->path, items);
    if (size[0] > INT_MAX)
        return status_fail(STATUS_FORMAT, "%s: expected at most %d %s, its header says %u", s->path,
                           INT_MAX, items, size[0]);
    if (size[1] != 1 && size[1] != 3)
        return status_fail(STATUS_FORMAT,
                           "%s: expected images of 1 or 3 channels, its header says %u", s->path,
                           size[1]);
    if (size[2] == 0 || size[3] == 0)
        return status_fail(STATUS_FORMAT,
                           "%s: expected images of at least 1 x 1 pixels, its header says %u x %u",
                           s->path, size[2], size[3]);
    if ((uint64_t)size[2] * size[3] > IDX_MOST_PIXELS / size[1])
        return status_fail(STATUS_FORMAT,
                           "%s: expected images of at most %d pixels, its header says %u x %u",
                           s->path, IDX_MOST_PIXELS / (int)size[1], size[2], size[3]);
    f->total = (int)size[0];
    f->channels = (int)size[1];
    f->height = (int)size[2];
    f->width = (int)size[3];
    return STATUS_OK;
}

/* *length: its bytes. */
static status read_header(idx_file *f, source *s, idx_kind kind, size_t *length)
{
    unsigned char bytes[CHANNELS_HEADER];
    uint32_t size[4] = { 0, 1, 1, 1 };
    size_t got = 0, more = 0;
    TRY(source_read(s, bytes, 4, &got));
    if (got == 0)
        return status_fail(STATUS_FORMAT, "%s: is empty", s->path);
    bool channels = kind == IDX_IMAGES && got == 4 && big_endian(bytes) == channels_magic;
    *length = channels ? CHANNELS_HEADER : kinds[kind].header;
    if (got == 4 && !channels && big_endian(bytes) != kinds[kind].magic)
        return wrong_magic(s, kind, bytes);
    TRY(source_read(s, bytes + got, *length - got, &more));
    if (got + more < *length)
        return status_fail(STATUS_FORMAT, "%s: expected a header of %zu bytes, got %zu", s->path,
                           *length, got + more);
    size[0] = big_endian(bytes + 4);
    /* What the file has not is 1; its last size is the width. */
    for (size_t i = 2, words = *length / 4; i < words; i++)
        size[4 - (words - i)] = big_endian(bytes + 4 * i);
    return check_header(f, s, kind, size);
}

static status wrong_length(const source *s, size_t expected, uint64_t found)
{
    return status_fail(STATUS_FORMAT, "%s: expected %zu bytes%s by its header, got %llu", s->path,
                       expected, s->is_gzip ? " when unpacked" : "", (unsigned long long)found);
}

/* Keeps `keep` bytes, in a block that doubles as they arrive. */
static status read_items(idx_file *f, source *s, size_t keep, size_t *got)
{
    size_t room = 0, part = 0;
    *got = 0;
    do {
        room = room == 0 ? size_min(keep, 1 << 16) : room + size_min(keep - room, room);
        unsigned char *more = realloc(f->items, room);
        if (!more)
            return status_fail(STATUS_MEMORY, "%s: out of memory for %zu bytes", s->path, room);
        f->items = more;
        TRY(source_read(s, f->items + *got, room - *got, &part));
        *got += part;
    } while (*got == room && room < keep);
    return STATUS_OK;
}

/* Reads what is left, which has to be n bytes and not one more. *got is how many there were. */
static status skip_items(source *s, size_t n, size_t *got)
{
    unsigned char scratch[1 << 14];
    size_t part = 0;
    for (*got = 0; *got <= n; *got += part) {
        /* The one byte more makes it see the end, where gzip has its checksum. */
        TRY(source_read(s, scratch, size_min(n - *got + 1, sizeof scratch), &part));
        if (part == 0)
            break;
    }
    return STATUS_OK;
}

static status read_file(idx_file *f, source *s, idx_kind kind, int limit)
{
    size_t header = 0;
    TRY(read_header(f, s, kind, &header));
    f->count = limit > 0 && limit < f->total ? limit : f->total;
    size_t pixels = (size_t)f->channels * (size_t)f->height * (size_t)f->width;
    size_t total = 0, expected = 0, kept = 0, skipped = 0;
    if (!size_mul((size_t)f->total, pixels, &total) || !size_add(total, header, &expected))
        return status_fail(STATUS_FORMAT, "%s: %d images of %d x %d pixels do not fit any memory",
                           s->path, f->total, f->height, f->width);
    if (s->length >= 0 && (uint64_t)s->length != expected)
        return wrong_length(s, expected, (uint64_t)s->length);
    size_t keep = (size_t)f->count * pixels;
    TRY(read_items(f, s, keep, &kept));
    TRY(skip_items(s, total - kept, &skipped));
    if (kept + skipped > total)
        return status_fail(STATUS_FORMAT, "%s: goes on after the %zu bytes%s that its header says",
                           s->path, expected, s->is_gzip ? " when unpacked" : "");
    return kept + skipped < total ? wrong_length(s, expected, s->given) : STATUS_OK;
}

status idx_read(idx_file *f, const char *path, idx_kind kind, int limit)
{
    *f = (idx_file){ 0 };
    source *s = malloc(sizeof *s);
    if (!s)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    status result = source_open(s, path);
    if (result == STATUS_OK) {
        result = read_file(f, s, kind, limit);
        source_close(s);
    }
    free(s);
    if (result != STATUS_OK)
        idx_free(f);
    return result;
}

void idx_free(idx_file *f)
{
    free(f->items);
    *f = (idx_file){ 0 };
}
