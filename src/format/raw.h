/* format/raw.h - samples as numbers, for other programs: NumPy's format or IDX.
 *
 *     out_file *f;
 *     s = out_open(&f, path);
 *     if (!s) s = raw_begin(f, RAW_NPY, &shape);
 *     if (!s) s = raw_add(f, RAW_NPY, samples, n);      until shape.count samples were added
 *     s = out_commit(f, s);
 *
 * The samples go through in parts, so that their number is not limited by memory.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_RAW_H
#define GAN_FORMAT_RAW_H

#include <stddef.h>

#include "base/file.h"
#include "base/status.h"

typedef enum raw_format {
    RAW_NPY, /* npy 1.0: '<f4', C order, shape (N, C, H, W), values as they are */
    RAW_IDX, /* unsigned bytes as pixel_byte gives them; (N, H, W) with magic number 0x00000803 for
                one channel, (N, C, H, W) with 0x00000804 for more */
} raw_format;

/* N, C, H, W; each at least 1. */
typedef struct raw_shape {
    int count, channels, height, width;
} raw_shape;

/* Writes the header. The writer of a file is trusted to add as many samples as it says here. */
status raw_begin(out_file *f, raw_format format, const raw_shape *shape);

/* Appends n values, (C, H, W) of one sample after the other; any part of a sample will do. */
status raw_add(out_file *f, raw_format format, const float *samples, size_t n);

#endif
