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

/* Adds a text from outside as text_show shows it. */
void text_add_shown(text *t, const char *s);

/* STATUS_MEMORY where any addition failed. */
status text_check(const text *t);
void text_free(text *t);

/* The length of the UTF-8 sequence that the n bytes at s begin with, 0 where it is none: overlong
 * forms, surrogates and code points over U+10FFFF are none (Unicode 15, table 3-7). */
size_t text_utf8_length(const char *s, size_t n);

/* Copies s to `to` as a terminal may show it, and returns its length: control characters, which a
 * terminal obeys, and bytes that are no UTF-8 become \xNN. What does not fit into `room` bytes (at
 * least 8, with the NUL) ends in "...". */
size_t text_show(char *to, size_t room, const char *s);

/* A number that takes up the whole text; false (out unchanged) for anything else: empty, spaces,
 * trailing characters, out of the type's range, NaN, infinity. */
bool text_to_i64(const char *s, int64_t *out);
bool text_to_u64(const char *s, uint64_t *out);
bool text_to_double(const char *s, double *out);

enum { TEXT_NUMBER_SIZE = 32 };

/* The shortest decimal that reads back as exactly this value: "0.0001", "1e-08"; whole numbers
 * below 10^15 without an exponent: "10". */
void text_from_double(char out[TEXT_NUMBER_SIZE], double value);
void text_add_double(text *t, double value);

/* The one of `count` words, found as *(const char *const *)(first + i * step), that is nearest to
 * `word` by edit distance, where it is near enough to be meant: at most a third of its letters (and
 * at least one) differ, or one is the beginning of the other. Else NULL. */
const char *text_nearest(const char *word, const void *first, size_t count, size_t step);

#endif
