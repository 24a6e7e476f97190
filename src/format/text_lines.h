/* format/text_lines.h - text files in UTF-8, line by line. A byte order mark at the start is
 * skipped; lines end in LF or CR LF.
 *
 *     text_lines t;
 *     TRY(text_lines_open(&t, path));
 *     for (s = text_lines_next(&t); s == STATUS_OK && t.line; s = text_lines_next(&t))
 *         t.line, t.number
 *     text_lines_close(&t);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_TEXT_LINES_H
#define GAN_FORMAT_TEXT_LINES_H

#include <stddef.h>

#include "base/status.h"

enum { TEXT_LINES_MOST_BYTES = 1 << 30, TEXT_LINES_WHERE = 512 };

typedef struct text_lines {
    const char *path;             /* the caller's */
    char *line;                   /* the present line without its end; NULL after the last */
    int number;                   /* of the line, from 1 */
    char where[TEXT_LINES_WHERE]; /* "path:number", for messages: the end of the path, if it is long
                                   */
    char *bytes, *next, *end;
} text_lines;

/* Reads the file. STATUS_IO, STATUS_MEMORY; STATUS_FORMAT if it is UTF-16 or too large. After a
 * failure nothing is left to close. */
status text_lines_open(text_lines *t, const char *path);

/* Goes to the next line. STATUS_FORMAT, with path and line, for bytes that are not UTF-8 and for a
 * NUL. */
status text_lines_next(text_lines *t);

void text_lines_close(text_lines *t);

/* Writes "path:number" as in text_lines.where. */
void text_lines_where(char where[TEXT_LINES_WHERE], const char *path, int number);

/* The bytes of a text file without the byte order mark, which may not be UTF-8; *bytes is the
 * caller's to free, and text_lines_open's failures apply. *start is where the text begins. */
status text_file_read(const char *path, char **bytes, char **start, size_t *n);

#endif
