/* base/text.h - a text that grows, numbers read to their last character, the nearest word.
 *
 * Numbers are written and read with a point, whatever the locale of the program around us says.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_TEXT_H
#define GAN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Starts as { 0 }. A failed allocation is remembered in `failed`, and further calls do nothing, so
 * that it is asked for once, at the end. */
typedef struct text {
    char *data; /* NUL-terminated; NULL while nothing was added */
    size_t length;
    size_t room;
    bool failed;
} text;

void text_add(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(text *t, const char *bytes, size_t n);

/* STATUS_MEMORY where any addition failed. */
status text_check(const text *t);
void text_free(text *t);

/* A number that takes up the whole text; false (out unchanged) for anything else: empty, spaces,
 * trailing characters, out of the type's range, NaN, infinity. */
bool text_to_i64(const char *s, int64_t *out);
bool text_to_u64(const char *s, uint64_t *out);
bool text_to_double(const char *s, double *out);

enum { TEXT_NUMBER_SIZE = 32 };

/* The shortest decimal that reads back as exactly this value: "0.0001", "1e-08"; whole numbers below
 * 10^15 without an exponent: "10". */
void text_from_double(char out[TEXT_NUMBER_SIZE], double value);

/* The one of `count` words, found as *(const char *const *)(first + i * step), that is nearest to
 * `word` by edit distance, where it is near enough to be meant: at most a third of its letters (and
 * at least one) differ, or one is the beginning of the other. Else NULL. */
const char *text_nearest(const char *word, const void *first, size_t count, size_t step);

#endif
