/* tests/fuzz/fuzz_file.h - gives an input a file name, for readers of files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_FILE_H
#define GAN_TESTS_FUZZ_FILE_H

#include <stdbool.h>

#include "fuzz.h"

/* Whether the readers recognise the input as gzip. */
static inline bool fuzz_is_gzip(const uint8_t *bytes, size_t n)
{
    return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* The name of a file with these bytes, valid until the next call. With libFuzzer it is not a real
 * file: our calls that use the name are answered from memory (fuzz_file.c). */
char *fuzz_file(const uint8_t *bytes, size_t n);

/* The same with a name that ends in this way, for readers that go by it. */
char *fuzz_file_ending(const char *ending, const uint8_t *bytes, size_t n);

/* The same as a real file, for readers that are not ours. */
char *fuzz_system_file(const uint8_t *bytes, size_t n);

#endif
