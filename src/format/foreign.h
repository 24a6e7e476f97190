/* format/foreign.h - files in which data sets are shared, but which gan does not read: what they
 * are, and what to do with them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_FOREIGN_H
#define GAN_FORMAT_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct foreign_kind {
    const char *what;   /* "a zip archive" */
    const char *advice; /* "unpack it and name the folder" */
} foreign_kind;

enum { FOREIGN_MAGIC = 512 }; /* bytes that foreign_kind_of needs */

/* The kind of a file by its first n bytes, unpacked if it is gzip, or else by its name; NULL if it
 * is not known. */
const foreign_kind *foreign_kind_of(const char *path, const unsigned char *start, size_t n);

#endif
