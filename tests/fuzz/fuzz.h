/* tests/fuzz/fuzz.h - every target defines a function that checks an input, and one that limits the
 * memory for it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_H
#define GAN_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- defined by the target ---- */

/* The bytes are in a block of exactly their size. */
void fuzz_input(const uint8_t *bytes, size_t n);

/* fuzz_input may have at most base + times * n bytes allocated at any moment. */
typedef struct fuzz_bound {
    size_t base, times;
} fuzz_bound;

fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n);

/* ---- for the target (fuzz.c) ---- */

/* libFuzzer or replay.c calls this; it runs fuzz_input and checks the memory. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Switches counting off and on: memory that only the checks need does not count. */
void fuzz_count_memory(int yes);

/* A byte of deflate unpacks to at most this many bytes (zlib's manual). */
enum { FUZZ_DEFLATE_RATIO = 1032 };

/* An assertion that also works in builds without assert. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* With libFuzzer, a target may change inputs in its own way: LLVMFuzzerCustomMutator. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define FUZZ_CHANGES
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t most, unsigned seed);
#endif

#endif
