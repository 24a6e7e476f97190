/* format/npy_values.h - the values of a .npy file as floats in C order. Only npy.c includes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_NPY_VALUES_H
#define GAN_FORMAT_NPY_VALUES_H

#include "format/npy_header.h"

/* Bytes of a value. */
size_t npy_type_size(npy_type t);

/* out (n) = the values of the header's shape, whose product is n, in C order: rounded to float32,
 * bytes as the numbers 0 to 255. STATUS_FORMAT if one is not finite, with its place in rows of
 * `columns`. */
status npy_values_read(const char *path, const npy_header *h, const unsigned char *data, size_t n,
                       size_t columns, float *out);

#endif
