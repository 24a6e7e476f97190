/* format/gzip.h - the bytes of a file from first to last, unpacked where they are gzip.
 *
 *     source *s = malloc(sizeof *s);
 *     TRY(source_open(s, path));
 *     source_read(s, ...);              as often as needed
 *     source_close(s);
 *
 * What is gzip is recognised by its first two bytes, never by the file's name. A gzip file may have
 * several members, and zeros after the last (RFC 1952, and what gzip(1) takes); each member's CRC
 * and length are checked. Nothing is unpacked before it is asked for, so that a reader which knows
 * how many bytes to expect never sees more of a file that expands without end.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_GZIP_H
#define GAN_FORMAT_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zlib.h>

#include "base/status.h"

typedef struct source {
    const char *path; /* lent by the caller; messages name it */
    int fd;
    bool is_gzip;
    bool at_end;    /* of the file */
    bool ended;     /* the last gzip member was read to its end */
    int64_t length; /* of a regular file's bytes that are not gzip; -1 where nobody can know */
    uint64_t given; /* bytes that source_read gave so far */
    z_stream z;     /* next_in, avail_in: the bytes of `buffer` that wait, also of a raw file */
    unsigned char buffer[1 << 16];
} source;

/* Opens a file, a pipe as well. STATUS_IO where it cannot be opened or read, STATUS_FORMAT for a
 * folder. After a failure nothing is left to close. */
status source_open(source *s, const char *path);

/* Reads n bytes; *got is how many there were, fewer than n only at the end of the data.
 * STATUS_FORMAT where gzip is damaged, breaks off or is followed by something else. */
status source_read(source *s, void *out, size_t n, size_t *got);

void source_close(source *s);

#endif
