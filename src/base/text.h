/* base/text.h - growing texts, numbers as texts, the nearest word.
 *
 * Numbers are written and read with a decimal point, whatever the locale of the calling program.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_TEXT_H
#define GAN_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Starts as { 0 }. A failed allocation sets `failed`, and further calls do nothing, so that one
 * text_check at the end is enough. */
typedef struct text {
    char *data; /* NUL-terminated; NULL until something is added */
    size_t length;
    size_t room;
    bool failed;
} text;

/* Appends what printf would print. */
void text_add(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_list(text *t, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Appends n bytes; text_add_shown appends s as utf8_show shows it. */
void text_add_bytes(text *t, const char *bytes, size_t n);
void text_add_shown(text *t, const char *s);

/* The ending of a regular noun after that number: "" for 1, else "s". */
const char *text_plural(uint64_t n);

/* STATUS_MEMORY if any addition failed. */
status text_check(const text *t);
void text_free(text *t);

/* Reads a number that takes up the whole text. False, with *out unchanged, for anything else: an
 * empty text, spaces, trailing characters, a value out of the type's range, NaN, infinity. */
bool text_to_i64(const char *s, int64_t *out);
bool text_to_u64(const char *s, uint64_t *out);
bool text_to_double(const char *s, double *out);

enum { TEXT_NUMBER_SIZE = 32 };

/* The shortest decimal that reads back as exactly this value: "0.0001", "1e-08"; whole numbers
 * below 10^15 without an exponent: "10". */
void text_from_double(char out[TEXT_NUMBER_SIZE], double value);
void text_add_double(text *t, double value);

/* Returns the word nearest to `word` by edit distance, the first of several, or NULL if none is
 * near enough to be meant: a third of the letters of `word`, rounded down, and one more may differ.
 * A word that begins with the other counts as one wrong letter if they share two or more. Words of
 * more than 32 bytes are near none. Word i of `count` is *(const char *const *)(first + i * step).
 */
const char *text_nearest(const char *word, const void *first, size_t count, size_t step);

#endif
