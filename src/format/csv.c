/* format/csv.c - reads CSV files, record by record and in place: a field is never longer than its
 * source.
 *
 * SPDX-License-Identifier: MIT */
#include "format/csv.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

status csv_open(csv_file *f, const char *path)
{
    size_t n = 0;
    *f = (csv_file){ .path = path, .next_line = 1 };
    TRY(text_file_read(path, &f->bytes, &f->next, &n));
    f->end = f->next + n;
    return STATUS_OK;
}

void csv_close(csv_file *f)
{
    free(f->fields);
    free(f->bytes);
    *f = (csv_file){ 0 };
}

/* The bytes from s on that end a line: 1 for LF, 2 for CR LF, else 0. */
static size_t line_end(const csv_file *f, const char *s)
{
    if (s < f->end && *s == '\n')
        return 1;
    return f->end - s >= 2 && s[0] == '\r' && s[1] == '\n' ? 2 : 0;
}

static status bad(csv_file *f, int line, const char *what)
{
    text_lines_where(f->where, f->path, line);
    return status_fail(STATUS_FORMAT, "%s: %s", f->where, what);
}

static status add_field(csv_file *f, char *field)
{
    if (f->count == f->room) {
        int room = f->room == 0 ? 16 : f->room < INT_MAX / 2 ? 2 * f->room : 0;
        char **more = room > 0 ? realloc(f->fields, (size_t)room * sizeof *more) : NULL;
        if (!more)
            return status_fail(STATUS_MEMORY, "%s: out of memory", f->path);
        f->fields = more;
        f->room = room;
    }
    f->fields[f->count++] = field;
    return STATUS_OK;
}

/* Reads a field in quotes, whose first is at f->next; *to is its last byte's successor. */
static status read_quoted(csv_file *f, char **to)
{
    int first = f->next_line;
    char *s = f->next + 1, *out = s;
    for (;; s++) {
        if (s >= f->end)
            return bad(f, first,
                       "the field that begins with a quote in this line has no second one");
        if (*s == '"') {
            s++;
            if (s >= f->end || *s != '"')
                break;
        }
        f->next_line += *s == '\n';
        *out++ = *s;
    }
    f->next = s;
    *to = out;
    return s >= f->end || *s == ',' || line_end(f, s) > 0
               ? STATUS_OK
               : bad(f, f->next_line,
                     "expected a comma after the quote that ends a field; a quote within a field "
                     "is doubled");
}

static status read_plain(csv_file *f, char **to)
{
    char *s = f->next;
    for (; s < f->end && *s != ',' && line_end(f, s) == 0; s++)
        if (*s == '"' || *s == '\r')
            return bad(f, f->next_line,
                       *s == '"' ? "has a quote in a field that does not begin with one; such a "
                                   "field stands in quotes, and a quote in it is doubled"
                                 : "has a carriage return without a line feed outside of quotes");
    f->next = s;
    *to = s;
    return STATUS_OK;
}

/* Reads a field and what is after it; *last: it is the record's last. */
static status read_field(csv_file *f, bool *last)
{
    const bool quoted = f->next < f->end && *f->next == '"';
    char *field = f->next + quoted, *to = NULL;
    TRY(quoted ? read_quoted(f, &to) : read_plain(f, &to));
    size_t n = line_end(f, f->next);
    *last = n > 0 || f->next >= f->end;
    f->next += *last ? n : 1;
    f->next_line += n > 0;
    *to = 0; /* in place of the comma, the quote or the end of the line */
    if (strlen(field) < (size_t)(to - field))
        return bad(f, f->line, "has a NUL, which a text cannot have");
    if (!utf8_is_valid(field))
        return status_fail(STATUS_FORMAT, "%s: expected UTF-8, got \"%s\"", f->where, field);
    return add_field(f, field);
}

status csv_next(csv_file *f)
{
    bool last = false;
    f->count = 0;
    for (size_t n; (n = line_end(f, f->next)) > 0; f->next += n)
        f->next_line++;
    f->line = f->next_line;
    text_lines_where(f->where, f->path, f->line);
    if (f->next >= f->end)
        return STATUS_OK;
    while (!last)
        TRY(read_field(f, &last));
    f->width = f->width == 0 ? f->count : f->width;
    if (f->count != f->width)
        return status_fail(STATUS_FORMAT, "%s: has %d field%s, expected %d, as in the first line",
                           f->where, f->count, f->count == 1 ? "" : "s", f->width);
    return STATUS_OK;
}
