/* tests/support/idx_blob.h - small IDX files, made in memory.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_IDX_BLOB_H
#define GAN_TESTS_IDX_BLOB_H

#include "test.h"

#include "base/file.h"

/* A file in memory. */
typedef struct blob {
    unsigned char bytes[4096];
    size_t n;
} blob;

static inline void add(blob *b, const void *bytes, size_t n)
{
    assert_true(n <= sizeof b->bytes - b->n);
    memcpy(b->bytes + b->n, bytes, n);
    b->n += n;
}

static inline void add_u32(blob *b, uint32_t x)
{
    const unsigned char bytes[4] = { (unsigned char)(x >> 24), (unsigned char)(x >> 16),
                                     (unsigned char)(x >> 8), (unsigned char)x };
    add(b, bytes, 4);
}

static inline void add_data(blob *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(b, &(unsigned char){ (unsigned char)(i * 7) }, 1);
}

static inline blob make_images(uint32_t count, uint32_t rows, uint32_t cols)
{
    blob b = { .n = 0 };
    add_u32(&b, 0x00000803);
    add_u32(&b, count);
    add_u32(&b, rows);
    add_u32(&b, cols);
    add_data(&b, (size_t)count * rows * cols);
    return b;
}

static inline blob make_labels(uint32_t count)
{
    blob b = { .n = 0 };
    add_u32(&b, 0x00000801);
    add_u32(&b, count);
    add_data(&b, count);
    return b;
}

static inline void put(const char *path, const blob *b)
{
    assert_ok(file_write(path, b->bytes, b->n));
}

#endif
