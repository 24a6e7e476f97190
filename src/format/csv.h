/* format/csv.h - reads CSV files as RFC 4180 defines them, in UTF-8: commas between the fields; a
 * field with a comma, a quote or the end of a line in it stands in quotes, and a quote in it is
 * doubled. Records end in CR LF or LF; empty lines are no records.
 *
 *     csv_file f;
 *     TRY(csv_open(&f, path));
 *     for (s = csv_next(&f); s == STATUS_OK && f.count > 0; s = csv_next(&f))
 *         f.fields[0] .. f.fields[f.count - 1], f.where
 *     csv_close(&f);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_CSV_H
#define GAN_FORMAT_CSV_H

#include "base/status.h"
#include "format/text_lines.h"

typedef struct csv_file {
    const char *path;             /* the caller's */
    char **fields;                /* (count) of the present record, in place in the file's bytes */
    int count;                    /* 0: after the last record */
    int width;                    /* fields of the first record, which all records must have */
    int line;                     /* where the present record begins, from 1 */
    char where[TEXT_LINES_WHERE]; /* "path:line", for messages */
    char *bytes, *next, *end;
    int room, next_line;
} csv_file;

/* As text_lines_open. */
status csv_open(csv_file *f, const char *path);

/* Goes to the next record. STATUS_FORMAT, with path and line, for misplaced quotes, a record with
 * more or fewer fields than the first, bytes that are not UTF-8, and a NUL; STATUS_MEMORY. */
status csv_next(csv_file *f);

void csv_close(csv_file *f);

#endif
