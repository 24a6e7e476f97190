/* format/gzip.h - reads a file from its first byte to its last: a gzip file unpacked, any other
 * file unchanged.
 *
 *     gzip_file *g = malloc(sizeof *g);
 *     TRY(gzip_open(g, path));
 *     gzip_read(g, ...);                as often as needed
 *     gzip_close(g);
 *
 * The first two bytes, not the name, tell whether a file is gzip. A gzip file may have several
 * members, and zeros after the last (RFC 1952, and as gzip(1) accepts it); the CRC and the length
 * of each member are checked. Only what is asked for is unpacked, so that a reader which knows how
 * many bytes to expect never sees more of a file that expands without end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_GZIP_H
#define GAN_FORMAT_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zlib.h>

#include "base/status.h"

typedef struct gzip_file {
    const char *path; /* lent by the caller; messages name it */
    int fd;
    bool is_gzip;
    bool at_end;    /* of the file */
    bool ended;     /* the last gzip member was read to its end */
    int64_t length; /* of a regular file that is not gzip, in bytes; -1 if unknown */
    uint64_t given; /* bytes that gzip_read has returned so far */
    z_stream z;     /* next_in, avail_in: the unread bytes of `buffer`, for any file */
    unsigned char buffer[1 << 16];
} gzip_file;

/* Opens a file or a pipe. STATUS_IO if it cannot be opened or read, STATUS_FORMAT for a folder.
 * After a failure nothing is left to close. */
status gzip_open(gzip_file *g, const char *path);

/* Reads n bytes; *got is the number read, less than n only at the end of the data. STATUS_FORMAT if
 * the gzip data is damaged, ends early or is followed by anything else. */
status gzip_read(gzip_file *g, void *out, size_t n, size_t *got);

void gzip_close(gzip_file *g);

#endif
