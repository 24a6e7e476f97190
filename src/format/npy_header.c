/* format/npy_header.c - the header of a .npy file.
 *
 * It is a Python dictionary. The reader accepts what NumPy writes: three keys in any order, each
 * once, with a string, a word and a tuple of numbers as their values.
 *
 * SPDX-License-Identifier: MIT */
#include "format/npy_header.h"

#include <limits.h>
#include <string.h>

#include "base/bytes.h"

#include "base/banned.h"

typedef npy_slice slice;

/* The values of the three keys. */
typedef struct members {
    slice descr, fortran_order, shape;
} members;

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
                       npy_slice_shown(found), found.start);
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

static status read_member(npy_text *r, members *m)
{
    slice key;
    TRY(read_value(r, &key));
    slice *value = slice_is(key, "descr")           ? &m->descr
                   : slice_is(key, "fortran_order") ? &m->fortran_order
                   : slice_is(key, "shape")         ? &m->shape
                                                    : NULL;
    if (!value || value->length > 0)
        return unlike(r->path, "'descr', 'fortran_order' and 'shape', each once", key);
    if (!take(&r->left, ':'))
        return unlike(r->path, "':'", r->left);
    return read_value(r, value);
}

static status read_dictionary(npy_text *r, members *m)
{
    if (!take(&r->left, '{'))
        return unlike(r->path, "'{'", r->left);
    while (!take(&r->left, '}')) {
        TRY(read_member(r, m));
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

/* Reads "(N, A, B, ...)"; the rank is 0 if it is not such a tuple, or longer than MOST_AXES. */
static void read_axes(slice s, npy_header *h)
{
    bool more = take(&s, '(');
    for (h->rank = 0; more && h->rank < NPY_MOST_AXES; h->rank++) {
        if (!take_number(&s, &h->axes[h->rank]))
            break;
        more = take(&s, ',');
    }
    if (!take(&s, ')'))
        h->rank = 0;
}

/* Types by their names in the header, whose first character is the order of the bytes. */
static bool find_type(slice descr, npy_header *h)
{
    static const struct {
        const char *name;
        npy_type type;
        bool is_big_endian;
    } types[] = {
        { "<f4", NPY_FLOAT32, false }, { ">f4", NPY_FLOAT32, true },  { "<f8", NPY_FLOAT64, false },
        { ">f8", NPY_FLOAT64, true },  { "<f2", NPY_FLOAT16, false }, { ">f2", NPY_FLOAT16, true },
        { "|u1", NPY_UINT8, false },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_is(descr, types[i].name)) {
            h->type = types[i].type;
            h->is_big_endian = types[i].is_big_endian;
            return true;
        }
    return false;
}

/* Finds the dictionary, without the newline after it, and the offset of the data. */
static status find_dictionary(npy_text *r, const unsigned char *bytes, size_t size, size_t *data)
{
    const char *path = r->path;
    if (size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
        return status_fail(STATUS_FORMAT,
                           "%s: expected a .npy file, found a zip archive (.npz); save one array "
                           "with numpy.save",
                           path);
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

status npy_header_read(const char *path, const unsigned char *bytes, size_t size, npy_header *h)
{
    members m = { 0 };
    npy_text r = { .path = path };
    *h = (npy_header){ 0 };
    TRY(find_dictionary(&r, bytes, size, &h->data));
    TRY(read_dictionary(&r, &m));
    if (!find_type(m.descr, h))
        return unlike(path, "the type float32 ('<f4'), float64, float16 or uint8", m.descr);
    h->is_fortran = slice_is(m.fortran_order, "True");
    if (!h->is_fortran && !slice_is(m.fortran_order, "False"))
        return unlike(path, "'fortran_order': False or True", m.fortran_order);
    h->shape = m.shape;
    read_axes(m.shape, h);
    return STATUS_OK;
}
