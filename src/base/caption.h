/* base/caption.h - texts that describe pictures, in the one form in which they are compared and
 * learned, whether they come with the data or from a command line.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_CAPTION_H
#define GAN_BASE_CAPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* *out: the caption in Unicode's Normalization Form C after full case folding, malloc'ed and the
 * caller's; each run of white space and control characters is one space, and none is at the start
 * or at the end, so that it may be empty. Normalising it again changes nothing.
 *
 * `where`, the file and line or the option, begins the message of a failure: STATUS_FORMAT if it is
 * not UTF-8, STATUS_MEMORY. *out is then NULL. */
status caption_normalise(char **out, const char *s, const char *where);

/* Finds the first word at or after *at: *word, `*length` bytes of it; *at then is after it. False
 * at the end. A word is a run of letters, marks and digits; apostrophes, hyphens and the like
 * between two of these belong to it. Symbols, and letters of scripts that put no spaces between
 * words (Chinese, Japanese, Thai, ...), are a word each; other characters belong to none. The text
 * is UTF-8. */
bool caption_word(const char **at, const char **word, size_t *length);

/* What a character is in a text. */
typedef enum caption_part {
    CAPTION_NONE,   /* between words */
    CAPTION_LETTER, /* joins its neighbours to a word */
    CAPTION_MARK,   /* belongs to what is before it, if that is a word */
    CAPTION_LINK,   /* belongs to a word if letters are on both sides */
    CAPTION_WHOLE   /* is a word */
} caption_part;

caption_part caption_part_of(int32_t c);

/* The capital of a letter, if lower case makes the same letter of it; else c. */
int32_t caption_capital(int32_t c);

#endif
