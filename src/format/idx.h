/* format/idx.h - IDX files of images and of labels: read, raw or gzip, and written.
 *
 * An IDX file has a magic number, a size for each dimension (4 bytes each, big-endian), then the
 * bytes of the items:
 *
 *     images  0x00000803  count  rows  columns  count * rows * columns bytes
 *     images  0x00000804  count  channels  rows  columns  as many bytes, channels 1 or 3
 *     labels  0x00000801  count                 count bytes
 *     labels  0x00000c01  count                 as many numbers of 4 bytes, big-endian
 *     labels  0x00000c02  count  columns        as many rows of these; the first column is the
 * class (QMNIST), 0 to 255
 *
 * The reader trusts no header: it compares the sizes with the bytes that are there, and never takes
 * more memory than twice the bytes that arrived (and 64 KB).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_IDX_H
#define GAN_FORMAT_IDX_H

#include <stddef.h>

#include "base/file.h"
#include "base/status.h"
#include "base/stream.h"

typedef enum idx_kind { IDX_IMAGES, IDX_LABELS } idx_kind;

typedef struct idx_file {
    int total;                   /* items in the file */
    int count;                   /* how many of them, from the first, are kept here */
    int channels, height, width; /* of an image; 1, 1 and 1 for a label */
    unsigned char *items;        /* (count, channels*height*width), row-major */
    const byte_sink *sink;       /* where the items go instead; NULL: to `items` */
} idx_file;

enum { IDX_MOST_PIXELS = 1 << 24 }; /* of one image: 4096 x 4096 */

/* Reads a file and keeps its first `limit` items, or all of them if limit is 0 or exceeds their
 * number. The whole file is checked either way: STATUS_FORMAT, with what was expected and found, if
 * it is empty, too short or too long, of the other kind or not an IDX file, or states sizes that
 * are zero or too large. STATUS_IO, STATUS_MEMORY. After a failure nothing is left to free. */
status idx_read(idx_file *f, const char *path, idx_kind kind, int limit);

/* As idx_read, of images, but each part of them that arrives goes to the sink, and f->items is
 * NULL. The sink's failures, too. */
status idx_read_to(idx_file *f, const char *path, int limit, byte_sink to);

void idx_free(idx_file *f);

/* Writes the header of a file of images with the sizes shape = N, C, H, W, each at least 1: magic
 * number 0x00000803 without C if C is 1, else 0x00000804. */
status idx_begin(out_file *f, const int shape[4]);

/* Appends n values in [-1, 1] as bytes (math/pixel.h), the (C, H, W) of one image after another.
 * The images may come in parts of any length; the caller adds as many as the header states. */
status idx_add(out_file *f, const float *values, size_t n);

#endif
