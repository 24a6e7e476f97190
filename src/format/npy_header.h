/* format/npy_header.h - the header of a .npy file: the type, the order and the shape of its values.
 * Only npy.c and npy_values.c include it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_NPY_HEADER_H
#define GAN_FORMAT_NPY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* A piece of the dictionary: '<f4', False, (64, 100). */
typedef struct npy_slice {
    const char *start;
    size_t length; /* 0: absent */
} npy_slice;

/* How many of its characters a message shows, for printf's %.*s. */
static inline int npy_slice_shown(npy_slice s)
{
    enum { LONGEST = 40 };
    return s.length < LONGEST ? (int)s.length : (int)LONGEST;
}

typedef enum npy_type { NPY_FLOAT32, NPY_FLOAT64, NPY_FLOAT16, NPY_UINT8 } npy_type;

enum { NPY_MOST_AXES = 8 };

typedef struct npy_header {
    npy_type type;
    bool is_big_endian;
    bool is_fortran; /* the first axis varies fastest, not the last */
    int rank;        /* 0: the shape is not a tuple of 1 to NPY_MOST_AXES numbers */
    int axes[NPY_MOST_AXES];
    npy_slice shape; /* as it stands in the file, printable ASCII */
    size_t data;     /* offset of the first value */
} npy_header;

/* Reads the header of a file of `size` bytes. STATUS_FORMAT, with what was expected and what was
 * found. */
status npy_header_read(const char *path, const unsigned char *bytes, size_t size, npy_header *h);

#endif
