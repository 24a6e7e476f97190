/* base/utf8.h - texts from outside: which bytes are UTF-8, and what of them a terminal may be
 * shown. Messages (base/status.h), texts and JSON build on it; it uses nothing of the project.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_UTF8_H
#define GAN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length of the UTF-8 sequence at the start of the n bytes at s; 0 if there is none: overlong
 * forms, surrogates and code points over U+10FFFF are not UTF-8 (Unicode 15, table 3-7). */
size_t utf8_length(const char *s, size_t n);

/* True if the whole text is UTF-8. */
bool utf8_is_valid(const char *s);

/* The character at *at, which then is after it. The text is UTF-8 and not at its end. */
uint32_t utf8_next(const char **at);

/* Copies s to `to` in a form that is safe to print on a terminal, and returns its length: control
 * characters, which a terminal would obey, characters that begin a line or change the direction of
 * the text, and bytes that are not UTF-8 become \xNN. A text too long for `room` bytes (at least 8,
 * including the NUL) is cut and ends in "...". */
size_t utf8_show(char *to, size_t room, const char *s);

#endif
