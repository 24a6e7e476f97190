/* format/npy.c - .npy files, read and written.
 *
 * The header is a Python dictionary. The reader accepts what NumPy writes: three keys in any order,
 * each once, with a string, a word and a tuple of numbers as their values.
 *
 * SPDX-License-Identifier: MIT */
#include "format/npy.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/size.h"

#include "base/banned.h"

enum { MOST_BYTES = 1 << 30, LONGEST_SHOWN = 40 };

/* A piece of the dictionary: '<f4', False, (64, 100). */
typedef struct slice {
    const char *start;
    size_t length; /* 0: absent */
} slice;

typedef struct npy_header {
    slice descr, fortran_order, shape;
} npy_header;

typedef struct npy_text {
    const char *path;
    slice left; /* printable ASCII only */
} npy_text;

static void skip(slice *s, size_t n)
{
    s->start += n;
    s->length -= n;
}

static void skip_spaces(slice *s)
{
    while (s->length > 0 && s->start[0] == ' ')
        skip(s, 1);
}

/* Skips spaces, and the character c if it comes next: then true. */
static bool take(slice *s, char c)
{
    skip_spaces(s);
    if (s->length == 0 || s->start[0] != c)
        return false;
    skip(s, 1);
    return true;
}

static status unlike(const char *path, const char *what, slice found)
{
    return status_fail(STATUS_FORMAT, "%s: npy header: expected %s, found \"%.*s\"", path, what,
                       (int)size_min(found.length, LONGEST_SHOWN), found.start);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Reads the next value: a text in quotes, a tuple in parentheses, or a word. Nothing nests. */
static status read_value(npy_text *r, slice *value)
{
    skip_spaces(&r->left);
    const slice *s = &r->left;
    size_t n = 0;
    char close = s->length == 0 ? 0 : s->start[0] == '(' ? ')' : s->start[0];
    if (close == '\'' || close == '"' || close == ')') {
        for (n = 1; n < s->length && s->start[n] != close; n++)
            ;
        n = n < s->length ? n + 1 : 0;
    } else {
        while (n < s->length && is_word(s->start[n]))
            n++;
    }
    if (n == 0)
        return unlike(r->path, "a text, a word or a tuple", r->left);
    *value = (slice){ s->start, n };
    skip(&r->left, n);
    return STATUS_OK;
}

/* True for the word itself, and for a text of it in either kind of quotes. */
static bool slice_is(slice s, const char *word)
{
    if (s.length >= 2 && (s.start[0] == '\'' || s.start[0] == '"'))
        s = (slice){ s.start + 1, s.length - 2 };
    return s.length == strlen(word) && memcmp(s.start, word, s.length) == 0;
}

static status read_member(npy_text *r, npy_header *h)
{
    slice key;
    TRY(read_value(r, &key));
    slice *value = slice_is(key, "descr")           ? &h->descr
                   : slice_is(key, "fortran_order") ? &h->fortran_order
                   : slice_is(key, "shape")         ? &h->shape
                                                    : NULL;
    if (!value || value->length > 0)
        return unlike(r->path, "'descr', 'fortran_order' and 'shape', each once", key);
    if (!take(&r->left, ':'))
        return unlike(r->path, "':'", r->left);
    return read_value(r, value);
}

static status read_dictionary(npy_text *r, npy_header *h)
{
    if (!take(&r->left, '{'))
        return unlike(r->path, "'{'", r->left);
    while (!take(&r->left, '}')) {
        TRY(read_member(r, h));
        if (!take(&r->left, ',') && (r->left.length == 0 || r->left.start[0] != '}'))
            return unlike(r->path, "',' or '}'", r->left);
    }
    skip_spaces(&r->left);
    return r->left.length == 0 ? STATUS_OK : unlike(r->path, "its end", r->left);
}

/* Reads a whole number of at most INT_MAX, as Python writes it. */
static bool take_number(slice *s, int *out)
{
    int64_t value = 0;
    skip_spaces(s);
    size_t n = 0;
    for (; n < s->length && s->start[n] >= '0' && s->start[n] <= '9' && value <= INT_MAX; n++)
        value = 10 * value + (s->start[n] - '0');
    if (n == 0 || value > INT_MAX || (n > 1 && s->start[0] == '0'))
        return false;
    skip(s, n);
    *out = (int)value;
    return true;
}

/* Reads "(N, A, B, ...)": *columns = A B ..., or 0 if that exceeds INT_MAX; *rank: how many
 * numbers. False if it is not such a tuple. */
static bool read_shape(slice s, int *n, int *columns, int *rank)
{
    int64_t product = 1;
    int one = 0;
    if (!take(&s, '(') || !take_number(&s, n))
        return false;
    for (*rank = 1; take(&s, ',') && take_number(&s, &one); ++*rank)
        product = product > INT_MAX ? product : product * one;
    *columns = product > INT_MAX ? 0 : (int)product;
    return take(&s, ')');
}

/* The shape has to be (N, columns), or for `images` (N, ...) with `columns` values in each row. */
static status check_header(const char *path, const npy_header *h, bool images, int columns, int *n)
{
    char shape[64];
    int found = 0, rank = 0;
    if (!slice_is(h->descr, "<f4"))
        return unlike(path, "the type float32, little-endian ('<f4')", h->descr);
    if (!slice_is(h->fortran_order, "False"))
        return unlike(path, "C order ('fortran_order': False)", h->fortran_order);
    snprintf(shape, sizeof shape,
             images ? "a shape (N, ...) of %d values each with N at least 1"
                    : "the shape (N, %d) with N at least 1",
             columns);
    bool good = read_shape(h->shape, n, &found, &rank);
    if (!good || *n < 1 || found != columns || (images ? rank < 2 : rank != 2))
        return unlike(path, shape, h->shape);
    return STATUS_OK;
}

/* Finds the dictionary, without the newline after it, and the offset of the data. */
static status find_dictionary(npy_text *r, const unsigned char *bytes, size_t size, size_t *data)
{
    const char *path = r->path;
    if (size < 12 || memcmp(bytes, "\x93NUMPY", 6) != 0)
        return status_fail(STATUS_FORMAT,
                           "%s: expected a .npy file, found no \"\\x93NUMPY\" at its beginning",
                           path);
    if (bytes[6] < 1 || bytes[6] > 3 || bytes[7] != 0)
        return status_fail(STATUS_FORMAT, "%s: expected npy version 1.0, 2.0 or 3.0, got %u.%u",
                           path, bytes[6], bytes[7]);
    size_t start = bytes[6] == 1 ? 10 : 12;
    size_t length = (size_t)bytes_get(bytes + 8, bytes[6] == 1 ? 2 : 4);
    if (length == 0 || length > size - start)
        return status_fail(STATUS_FORMAT,
                           "%s: expected an npy header of 1 to %zu bytes, its length says %zu",
                           path, size - start, length);
    *data = start + length;
    for (size_t i = start; i < *data; i++)
        if (i + 1 == *data ? bytes[i] != '\n' : bytes[i] < 0x20 || bytes[i] > 0x7e)
            return status_fail(STATUS_FORMAT,
                               "%s: npy header: expected one line of text, got 0x%02x at byte %zu",
                               path, bytes[i], i);
    r->left = (slice){ (const char *)bytes + start, length - 1 };
    return STATUS_OK;
}

/* Moves the values to the front of the block, in the host's byte order. */
static status convert(const char *path, unsigned char *bytes, size_t data, size_t n, int columns)
{
    for (size_t i = 0; i < n; i++) {
        float value = bytes_get_float(bytes + data + 4 * i);
        if (!isfinite(value))
            return status_fail(STATUS_FORMAT,
                               "%s: expected finite numbers, got %f in row %zu, "
                               "column %zu",
                               path, (double)value, i / (size_t)columns, i % (size_t)columns);
        memcpy(bytes + 4 * i, &value, sizeof value);
    }
    return STATUS_OK;
}

static status read_file(const char *path, unsigned char *bytes, size_t size, bool images,
                        int columns, int *n)
{
    npy_header h = { 0 };
    npy_text r = { .path = path };
    size_t data = 0;
    TRY(find_dictionary(&r, bytes, size, &data));
    TRY(read_dictionary(&r, &h));
    TRY(check_header(path, &h, images, columns, n));
    /* At most 2^31 x 2^31 values of 4 bytes and a header: that fits into 64 bits. */
    uint64_t values = (uint64_t)*n * (uint64_t)columns, length = 4 * values + data;
    if (length != size)
        return status_fail(STATUS_FORMAT,
                           "%s: expected %" PRIu64 " bytes for %d x %d values, got %zu", path,
                           length, *n, columns, size);
    return convert(path, bytes, data, (size_t)values, columns);
}

static status read_rows(const char *path, bool images, int columns, int *n, float **values)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    *n = 0;
    *values = NULL;
    TRY(file_read(path, MOST_BYTES, &bytes, &size));
    status s = read_file(path, bytes, size, images, columns, n);
    if (s != STATUS_OK) {
        free(bytes);
        *n = 0;
        return s;
    }
    *values = (float *)(void *)bytes;
    return STATUS_OK;
}

status npy_read_latents(const char *path, int latent, int *n, float **z)
{
    return read_rows(path, false, latent, n, z);
}

status npy_read_samples(const char *path, int size, int *n, float **samples)
{
    return read_rows(path, true, size, n, samples);
}

/* ---- writing ---- */

/* numpy.lib.format, version 1.0: "\x93NUMPY", the version in 2 bytes, the length of the rest in 2,
 * then the dictionary, spaces and a newline, so that the data starts at a multiple of 64. With four
 * sizes of 1 to 10 digits the dictionary ends between bytes 75 and 112, so the data starts at 128.
 */
status npy_begin(out_file *f, const int shape[4])
{
    enum { PREFIX = 10, HEADER = 128 };
    char header[HEADER + 1] = "\x93NUMPY\x01";
    header[8] = HEADER - PREFIX;
    int n = snprintf(header + PREFIX, sizeof header - PREFIX,
                     "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d, %d), }",
                     shape[0], shape[1], shape[2], shape[3]);
    memset(header + PREFIX + n, ' ', (size_t)(HEADER - PREFIX - n));
    header[HEADER - 1] = '\n';
    return out_write(f, header, HEADER);
}

status npy_add(out_file *f, const float *values, size_t n)
{
    unsigned char bytes[4 * 4096];
    for (size_t part; n > 0; values += part, n -= part) {
        part = size_min(n, sizeof bytes / sizeof *values);
        bytes_put_floats(bytes, values, part);
        TRY(out_write(f, bytes, part * sizeof *values));
    }
    return STATUS_OK;
}
