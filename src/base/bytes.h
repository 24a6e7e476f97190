/* base/bytes.h - numbers as bytes, little-endian on every machine.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_BYTES_H
#define GAN_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* True on little-endian machines: numbers in memory then have the bytes of a file, and are copied
 * as blocks. */
enum { BYTES_ARE_NUMBERS = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

/* The low n bytes of a number, the lowest first. */
static inline void bytes_put(unsigned char *to, uint64_t bits, int n)
{
    for (int i = 0; i < n; i++)
        to[i] = (unsigned char)(bits >> (8 * i));
}

static inline uint64_t bytes_get(const unsigned char *from, int n)
{
    uint64_t bits = 0;
    for (int i = 0; i < n; i++)
        bits |= (uint64_t)from[i] << (8 * i);
    return bits;
}

/* n floats as 4 n bytes. */
static inline void bytes_put_floats(unsigned char *to, const float *from, size_t n)
{
    if (BYTES_ARE_NUMBERS) {
        memcpy(to, from, n * sizeof *from);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &from[i], sizeof bits);
        bytes_put(to + i * sizeof bits, bits, sizeof bits);
    }
}

static inline float bytes_get_float(const unsigned char *from)
{
    uint32_t bits = (uint32_t)bytes_get(from, sizeof bits);
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Converts n floats, whose little-endian bytes were read into x, to those of this machine. */
static inline void bytes_become_floats(float *x, size_t n)
{
    for (size_t i = 0; !BYTES_ARE_NUMBERS && i < n; i++)
        x[i] = bytes_get_float((const unsigned char *)&x[i]);
}

#endif
