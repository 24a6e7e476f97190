/* format/zip.h - writes zip archives, which an .npz is: entries stored, not compressed, as
 * numpy.savez stores them; weights hardly shrink, and a stored entry can be mapped into memory.
 *
 *     zip_writer z = { .file = f };
 *     s = zip_add(&z, "a.npy", bytes, n);       as often as needed
 *     s = zip_end(&z, s);
 *
 * Every entry has the same date, 1980-01-01, so that the same entries are the same bytes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_ZIP_H
#define GAN_FORMAT_ZIP_H

#include <stdint.h>

#include "base/file.h"
#include "base/status.h"
#include "base/text.h"

typedef struct zip_writer {
    out_file *file; /* the caller's */
    uint64_t used;  /* bytes written so far */
    int count;      /* entries so far */
    text directory; /* the central directory, which follows the entries */
} zip_writer;

/* Appends an entry; the name is ASCII. STATUS_IO; STATUS_MEMORY; STATUS_USAGE if the archive would
 * exceed the 4 GB or the 65,535 entries that this form of zip has. After a failure the writer is of
 * no further use, and zip_end only frees. */
status zip_add(zip_writer *z, const char *name, const unsigned char *bytes, size_t n);

/* Writes the directory if so_far is STATUS_OK, and frees the writer in any case. Returns so_far if
 * it is a failure, else its own status. */
status zip_end(zip_writer *z, status so_far);

#endif
