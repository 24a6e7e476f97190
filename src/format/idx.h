/* format/idx.h - IDX files of images and of labels, raw or gzip.
 *
 * The format: a magic number, a size for each dimension (big-endian, 4 bytes each), then the bytes.
 *
 *     images  0x00000803  count  rows  columns  count * rows * columns bytes
 *     images  0x00000804  count  channels  rows  columns  as many bytes, channels 1 or 3
 *     labels  0x00000801  count                 count bytes
 *
 * A file is hostile until it was read: its header is compared with what is really there, and no
 * more memory is taken than twice the bytes that arrived (and 64 KB).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_IDX_H
#define GAN_FORMAT_IDX_H

#include "base/status.h"

typedef enum idx_kind { IDX_IMAGES, IDX_LABELS } idx_kind;

typedef struct idx_file {
    int total;                   /* items in the file */
    int count;                   /* the first of them, kept here */
    int channels, height, width; /* of an image; 1, 1 and 1 for a label */
    unsigned char *items;        /* (count, channels*height*width), row-major */
} idx_file;

enum { IDX_MOST_PIXELS = 1 << 24 }; /* of one image: 4096 x 4096 */

/* Reads a file and keeps its first `limit` items, or all that it has where limit is 0 or more than
 * that. The whole file is checked either way: STATUS_FORMAT, with what was expected and found,
 * where it is empty, short or goes on, is of the other kind or no IDX at all, or declares sizes
 * that are zero or too large. STATUS_IO and STATUS_MEMORY as usual. After a failure nothing is left
 * to free. */
status idx_read(idx_file *f, const char *path, idx_kind kind, int limit);

void idx_free(idx_file *f);

#endif
