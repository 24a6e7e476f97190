/* base/caption.c - normalises captions and finds their words, by the tables of utf8proc.
 *
 * SPDX-License-Identifier: MIT */
#include "base/caption.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"

#include "base/banned.h"

/* ---- normalising ---- */

static bool is_space(int32_t c)
{
    const utf8proc_category_t k = utf8proc_category(c);
    return k == UTF8PROC_CATEGORY_ZS || k == UTF8PROC_CATEGORY_ZL || k == UTF8PROC_CATEGORY_ZP ||
           k == UTF8PROC_CATEGORY_CC;
}

/* Decodes the character at s, which is UTF-8 and not at its end; returns its length. */
static size_t decode(const char *s, int32_t *c)
{
    const unsigned char *b = (const unsigned char *)s;
    return (size_t)utf8proc_iterate(b, -1, c);
}

/* Makes each run of space one, in place, and removes those at the ends. */
static void join_spaces(char *s)
{
    char *to = s;
    bool space = false;
    for (const char *from = s; *from;) {
        int32_t c;
        size_t n = decode(from, &c);
        if (is_space(c)) {
            space = to > s;
        } else {
            if (space)
                *to++ = ' ';
            space = false;
            memmove(to, from, n);
            to += n;
        }
        from += n;
    }
    *to = 0;
}

/* Offset of the first byte that is not UTF-8. */
static size_t first_bad(const char *s)
{
    size_t n = strlen(s), at = 0, length;
    while (at < n && (length = utf8_length(s + at, n - at)) > 0)
        at += length;
    return at;
}

status caption_normalise(char **out, const char *s, const char *where)
{
    const int form = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
    utf8proc_uint8_t *folded = NULL;
    *out = NULL;
    if (!utf8_is_valid(s)) {
        size_t at = first_bad(s);
        return status_fail(STATUS_FORMAT,
                           "%s: expected UTF-8, got the byte 0x%02x at byte %zu of \"%s\"", where,
                           (unsigned char)s[at], at + 1, s);
    }
    if (utf8proc_map((const utf8proc_uint8_t *)s, 0, &folded, (utf8proc_option_t)form) < 0)
        return status_fail(STATUS_MEMORY, "%s: out of memory", where);
    *out = (char *)folded;
    join_spaces(*out);
    return STATUS_OK;
}

/* ---- words ---- */

/* Scripts without spaces between words; the blocks that are in use. */
static bool is_unspaced(int32_t c)
{
    static const int32_t ranges[][2] = {
        { 0x0e00, 0x0eff }, /* Thai, Lao */
        { 0x1000, 0x109f }, /* Burmese */
        { 0x1780, 0x17ff }, /* Khmer */
        { 0x2e80, 0x2fdf }, /* radicals */
        { 0x3005, 0x3007 }, /* ideographic marks */
        { 0x3041, 0x30ff }, /* Hiragana, Katakana */
        { 0x31f0, 0x31ff }, /* Katakana extensions */
        { 0x3400, 0x4dbf }, /* ideographs */
        { 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0x20000, 0x3ffff },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static bool is_link(int32_t c)
{
    return c == '\'' || c == '-' || c == '_' || c == 0x2019 || c == 0x2010 || c == 0x2011 ||
           c == 0xb7;
}

caption_part caption_part_of(int32_t c)
{
    const utf8proc_category_t k = utf8proc_category(c);
    if (is_link(c))
        return CAPTION_LINK;
    if (k >= UTF8PROC_CATEGORY_MN && k <= UTF8PROC_CATEGORY_ME)
        return CAPTION_MARK;
    if (k == UTF8PROC_CATEGORY_CF) /* joiners: of letters and of emoji */
        return CAPTION_MARK;
    if (c >= 0x1f3fb && c <= 0x1f3ff) /* skin tones */
        return CAPTION_WHOLE;
    if (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_NO)
        return is_unspaced(c) ? CAPTION_WHOLE : CAPTION_LETTER;
    return k >= UTF8PROC_CATEGORY_SM && k <= UTF8PROC_CATEGORY_SO ? CAPTION_WHOLE : CAPTION_NONE;
}

int32_t caption_capital(int32_t c)
{
    int32_t capital = utf8proc_toupper(c);
    return utf8proc_tolower(capital) == c ? capital : c;
}

/* The part of the character at s, and its length; CAPTION_NONE with length 0 at the end. */
static caption_part look_at(const char *s, size_t *n)
{
    int32_t c;
    *n = 0;
    if (*s == 0)
        return CAPTION_NONE;
    *n = decode(s, &c);
    return caption_part_of(c);
}

bool caption_word(const char **at, const char **word, size_t *length)
{
    const char *s = *at;
    size_t n, after;
    caption_part p = look_at(s, &n);
    while (*s && p != CAPTION_LETTER && p != CAPTION_WHOLE)
        p = look_at(s += n, &n);
    *word = s;
    const bool whole = p == CAPTION_WHOLE;
    while (n > 0) {
        s += n;
        p = look_at(s, &n);
        if (p == CAPTION_MARK || (p == CAPTION_LETTER && !whole))
            continue;
        if (p != CAPTION_LINK || whole || look_at(s + n, &after) != CAPTION_LETTER)
            break;
    }
    *at = s;
    *length = (size_t)(s - *word);
    return *length > 0;
}
