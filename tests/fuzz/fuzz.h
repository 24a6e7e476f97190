/* tests/fuzz/fuzz.h - what every target has: the function that gets an input, and checks.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_H
#define GAN_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Gets bytes in a block of just their size; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* What always holds, also in builds without assert. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
