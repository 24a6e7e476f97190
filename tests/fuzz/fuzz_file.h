/* tests/fuzz/fuzz_file.h - an input under a name, for readers of files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_FILE_H
#define GAN_TESTS_FUZZ_FILE_H

#include <stdbool.h>

#include "fuzz.h"

/* Is it gzip, as the readers recognise it? */
static inline bool fuzz_is_gzip(const uint8_t *bytes, size_t n)
{
    return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* The name of a file with these bytes, until the next call. With libFuzzer it is none of the
 * system's: the calls of ours that concern it are answered from memory (fuzz_file.c). */
char *fuzz_file(const uint8_t *bytes, size_t n);

/* The same as a file of the system's, for readers that are not ours. */
char *fuzz_system_file(const uint8_t *bytes, size_t n);

#endif
