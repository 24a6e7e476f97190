/* format/text_lines.c - reads text files line by line.
 *
 * SPDX-License-Identifier: MIT */
#include "format/text_lines.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"

#include "base/banned.h"

static bool begins(const unsigned char *bytes, size_t n, const char *mark, size_t length)
{
    return n >= length && memcmp(bytes, mark, length) == 0;
}

status text_file_read(const char *path, char **bytes, char **start, size_t *n)
{
    unsigned char *all = NULL;
    TRY(file_read(path, TEXT_LINES_MOST_BYTES, &all, n));
    if (begins(all, *n, "\xff\xfe", 2) || begins(all, *n, "\xfe\xff", 2)) {
        free(all);
        return status_fail(STATUS_FORMAT, "%s: is UTF-16, expected UTF-8", path);
    }
    size_t mark = begins(all, *n, "\xef\xbb\xbf", 3) ? 3 : 0;
    *bytes = (char *)all;
    *start = *bytes + mark;
    *n -= mark;
    return STATUS_OK;
}

status text_lines_open(text_lines *t, const char *path)
{
    size_t n = 0;
    *t = (text_lines){ .path = path };
    TRY(text_file_read(path, &t->bytes, &t->next, &n));
    t->end = t->next + n;
    return STATUS_OK;
}

/* The offset of the first byte that is not UTF-8. */
static size_t first_bad(const char *s, size_t n)
{
    size_t at = 0, length;
    while (at < n && (length = utf8_length(s + at, n - at)) > 0)
        at += length;
    return at;
}

void text_lines_where(char where[TEXT_LINES_WHERE], const char *path, int number)
{
    enum { NUMBER = 16, MOST = TEXT_LINES_WHERE - NUMBER };
    size_t n = strlen(path);
    bool cut = n > MOST;
    snprintf(where, TEXT_LINES_WHERE, "%s%s:%d", cut ? "..." : "", path + (cut ? n - MOST + 3 : 0),
             number);
}

status text_lines_next(text_lines *t)
{
    t->line = NULL;
    if (t->next >= t->end || t->number == INT_MAX)
        return STATUS_OK;
    char *line = t->next, *feed = memchr(line, '\n', (size_t)(t->end - line));
    size_t n = (size_t)((feed ? feed : t->end) - line);
    t->next = line + n + 1;
    t->number++;
    text_lines_where(t->where, t->path, t->number);
    n -= feed && n > 0 && line[n - 1] == '\r';
    line[n] = 0; /* the file's last byte has a NUL after it */
    if (strlen(line) < n)
        return status_fail(STATUS_FORMAT, "%s: has a NUL, which a text cannot have", t->where);
    size_t bad = first_bad(line, n);
    if (bad < n)
        return status_fail(STATUS_FORMAT,
                           "%s: expected UTF-8, got the byte 0x%02x at byte %zu of \"%s\"",
                           t->where, (unsigned char)line[bad], bad + 1, line);
    t->line = line;
    return STATUS_OK;
}

void text_lines_close(text_lines *t)
{
    free(t->bytes);
    *t = (text_lines){ 0 };
}
