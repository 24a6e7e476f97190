/* tests/fuzz/fuzz.h - what every target has: a function that gets an input, and checks, and one
 * that says how much memory may be taken for it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_H
#define GAN_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a target defines ---- */

/* Gets bytes in a block of just their size. */
void fuzz_input(const uint8_t *bytes, size_t n);

/* fuzz_input may hold at most base + times * n bytes of memory at any moment. */
typedef struct fuzz_bound {
    size_t base, times;
} fuzz_bound;

fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n);

/* ---- what it gets (fuzz.c) ---- */

/* What libFuzzer calls, or replay.c: fuzz_input, and the check of the memory. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Memory that is taken in between is not counted: that of the check, not of what is checked. */
void fuzz_count_memory(int yes);

/* No unpacked byte takes less than this part of a byte of deflate (zlib's manual). */
enum { FUZZ_DEFLATE_RATIO = 1032 };

/* What always holds, also in builds without assert. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* With libFuzzer, a target may change inputs in ways of its own: LLVMFuzzerCustomMutator. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define FUZZ_CHANGES
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t most, unsigned seed);
#endif

#endif
