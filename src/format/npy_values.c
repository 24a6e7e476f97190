/* format/npy_values.c - the values of a .npy file as floats.
 *
 * SPDX-License-Identifier: MIT */
#include "format/npy_values.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"

#include "base/banned.h"

size_t npy_type_size(npy_type t)
{
    static const size_t sizes[] = {
        [NPY_FLOAT32] = 4, [NPY_FLOAT64] = 8, [NPY_FLOAT16] = 2, [NPY_UINT8] = 1
    };
    return sizes[t];
}

/* The number that IEEE 754's binary16 has in these bits: a sign, 5 bits of exponent, 10 of
 * fraction. */
static double half_of(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023), sign = bits >> 15 ? -1 : 1;
    if (exponent == 31)
        return fraction > 0 ? (double)NAN : sign * (double)INFINITY;
    return sign * (exponent == 0 ? ldexp(fraction, -24) : ldexp(1024 + fraction, exponent - 25));
}

static double value_of(const npy_header *h, const unsigned char *at)
{
    size_t size = npy_type_size(h->type);
    unsigned char little[8];
    for (size_t i = 0; i < size; i++)
        little[i] = at[h->is_big_endian ? size - 1 - i : i];
    uint64_t bits = bytes_get(little, (int)size);
    double wide;
    if (h->type == NPY_FLOAT32)
        return (double)bytes_get_float(little);
    if (h->type == NPY_FLOAT16)
        return half_of(bits);
    if (h->type == NPY_UINT8)
        return (double)bits;
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

/* The place in the file of the value number i in C order. */
static size_t place_of(const npy_header *h, size_t i)
{
    size_t place = 0, stride = 1, strides[NPY_MOST_AXES];
    if (!h->is_fortran)
        return i;
    for (int k = 0; k < h->rank; k++) {
        strides[k] = stride;
        stride *= (size_t)h->axes[k];
    }
    for (int k = h->rank - 1; k >= 0; k--) {
        place += i % (size_t)h->axes[k] * strides[k];
        i /= (size_t)h->axes[k];
    }
    return place;
}

status npy_values_read(const char *path, const npy_header *h, const unsigned char *data, size_t n,
                       size_t columns, float *out)
{
    size_t size = npy_type_size(h->type);
    for (size_t i = 0; i < n; i++) {
        double value = value_of(h, data + place_of(h, i) * size);
        out[i] = (float)value;
        if (!isfinite(out[i]))
            return status_fail(
                STATUS_FORMAT, "%s: expected finite numbers%s, got %g in row %zu, column %zu", path,
                isfinite(value) ? " that fit into float32" : "", value, i / columns, i % columns);
    }
    return STATUS_OK;
}
