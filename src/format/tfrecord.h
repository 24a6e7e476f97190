/* format/tfrecord.h - TFRecord: the frames of TensorFlow's files, among them those of TensorBoard.
 *
 * A file is records one after the other (tensorflow.org/tutorials/load_data/tfrecord):
 *
 *     8 bytes   the length of the data, n
 *     4 bytes   the masked CRC-32C of these 8 bytes
 *     n bytes   the data
 *     4 bytes   the masked CRC-32C of the data
 *
 * all numbers little-endian. A CRC is turned right by 15 bits and 0xa282ead8 is added, since the
 * CRC of data that contain their own CRC says little. A reader stops at the first record that is
 * incomplete.
 *
 *     TRY(tfrecord_begin(&r, f, n));
 *     TRY(tfrecord_add(&r, bytes, some));       until there are n
 *     TRY(tfrecord_end(&r));
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_TFRECORD_H
#define GAN_FORMAT_TFRECORD_H

#include <stdbool.h>

#include "base/file.h"

typedef struct tfrecord {
    out_file *file;
    uint32_t crc; /* of the data so far */
} tfrecord;

/* Writes a record of n bytes to a file, which stays the caller's. STATUS_IO. */
status tfrecord_begin(tfrecord *r, out_file *f, uint64_t n);
status tfrecord_add(tfrecord *r, const void *bytes, size_t n);
status tfrecord_end(tfrecord *r);

/* The first bytes of a record's data. */
enum { TFRECORD_START = 64 };
typedef struct tfrecord_start {
    unsigned char bytes[TFRECORD_START];
    size_t count; /* of them that the record has */
} tfrecord_start;

/* Calls `take` for each record of a file from its beginning, until take returns false, or at the
 * first record that is incomplete or damaged. *whole is where the records that were taken end. A
 * missing file has none. STATUS_IO. */
status tfrecord_scan(const char *path, bool (*take)(void *context, const tfrecord_start *start),
                     void *context, uint64_t *whole);

#endif
