/* base/bytes.h - numbers as bytes, little-endian on every machine.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_BYTES_H
#define GAN_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* n floats as 4 n bytes; one float of 4 bytes. */
static inline void bytes_put_floats(unsigned char *to, const float *from, size_t n)
{
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

#endif
