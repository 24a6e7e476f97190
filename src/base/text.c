/* base/text.c - texts that grow, numbers, the nearest word.
 *
 * SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

#include "base/banned.h"

/* Room for n bytes more and a NUL. */
static bool text_grow(text *t, size_t n)
{
    size_t need = 0;
    if (t->failed || !size_add(t->length, n, &need) || !size_add(need, 1, &need)) {
        t->failed = true;
        return false;
    }
    if (need <= t->room)
        return true;
    size_t room = need < 64 ? 64 : need + need / 2;
    char *data = realloc(t->data, room);
    if (!data) {
        t->failed = true;
        return false;
    }
    t->data = data;
    t->room = room;
    return true;
}

void text_add_bytes(text *t, const char *bytes, size_t n)
{
    if (!text_grow(t, n))
        return;
    memcpy(t->data + t->length, bytes, n);
    t->length += n;
    t->data[t->length] = 0;
}

void text_add(text *t, const char *format, ...)
{
    char none[1];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(none, 0, format, args);
    va_end(args);
    if (n < 0 || !text_grow(t, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(t->data + t->length, (size_t)n + 1, format, args);
    va_end(args);
    t->length += (size_t)n;
}

size_t text_utf8_length(const char *s, size_t n)
{
    const unsigned char *b = (const unsigned char *)s;
    if (n == 0 || b[0] > 0xf4)
        return 0;
    size_t length = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    if (length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((b[i] & 0xc0) != 0x80)
            return 0;
    if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
        (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
        return 0;
    return length;
}

/* As above, and 0 for control characters: C0, DEL, and C1 (U+0080 to U+009F). */
static size_t shown_length(const char *s, size_t n)
{
    const unsigned char *b = (const unsigned char *)s;
    bool control = b[0] < 0x20 || b[0] == 0x7f || (n > 1 && b[0] == 0xc2 && b[1] < 0xa0);
    return control ? 0 : text_utf8_length(s, n);
}

size_t text_show(char *to, size_t room, const char *s)
{
    static const char cut[] = "...";
    size_t used = 0, whole = 0; /* up to `whole` there is room for the cut */
    for (size_t left = strlen(s), n; left > 0; s += n, left -= n) {
        char hex[8];
        size_t length = n = shown_length(s, left);
        if (length == 0) {
            n = 1;
            length = (size_t)snprintf(hex, sizeof hex, "\\x%02x", (unsigned char)*s);
        }
        if (used + length >= room) {
            memcpy(to + whole, cut, sizeof cut);
            return whole + sizeof cut - 1;
        }
        memcpy(to + used, n == length ? s : hex, length);
        used += length;
        if (used + sizeof cut <= room)
            whole = used;
    }
    to[used] = 0;
    return used;
}

void text_add_shown(text *t, const char *s)
{
    size_t room = 4 * strlen(s) + 8;
    if (!text_grow(t, room))
        return;
    t->length += text_show(t->data + t->length, room, s);
}

status text_check(const text *t)
{
    return t->failed ? status_fail(STATUS_MEMORY, "out of memory") : STATUS_OK;
}

void text_free(text *t)
{
    free(t->data);
    *t = (text){ 0 };
}

bool text_to_i64(const char *s, int64_t *out)
{
    const char *digits = s[0] == '-' ? s + 1 : s;
    uint64_t size = 0;
    if (!text_to_u64(digits, &size) || size > (uint64_t)INT64_MAX)
        return false;
    *out = digits == s ? (int64_t)size : -(int64_t)size;
    return true;
}

bool text_to_u64(const char *s, uint64_t *out)
{
    uint64_t value = 0;
    if (s[0] == 0)
        return false;
    for (; *s != 0; s++) {
        if (*s < '0' || *s > '9')
            return false;
        uint64_t digit = (uint64_t)(*s - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = 10 * value + digit;
    }
    *out = value;
    return true;
}

/* strtod and printf follow the locale of the thread; this makes it "C" between the two calls. */
static locale_t plain_locale(locale_t *before)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    *before = uselocale(plain);
    return plain;
}

static void restore_locale(locale_t plain, locale_t before)
{
    uselocale(before);
    if (plain != (locale_t)0)
        freelocale(plain);
}

static bool parse_double(const char *s, double *out)
{
    char *end = NULL;
    errno = 0;
    double value = strtod(s, &end);
    /* ERANGE is also what a denormal gives, and that is a number. */
    if (end == s || *end != 0 || !isfinite(value))
        return false;
    *out = value;
    return true;
}

bool text_to_double(const char *s, double *out)
{
    /* Keeps out what strtod takes besides: white space, hexadecimal, "inf", "nan". */
    if (s[strspn(s, "0123456789.eE+-")] != 0)
        return false;
    locale_t before;
    locale_t plain = plain_locale(&before);
    bool good = parse_double(s, out);
    restore_locale(plain, before);
    return good;
}

void text_from_double(char out[TEXT_NUMBER_SIZE], double value)
{
    if (fabs(value) < 1e15 && floor(value) == value) {
        snprintf(out, TEXT_NUMBER_SIZE, "%.0f", value);
        return;
    }
    locale_t before;
    locale_t plain = plain_locale(&before);
    for (int digits = 1; digits <= 17; digits++) {
        double back = 0;
        snprintf(out, TEXT_NUMBER_SIZE, "%.*g", digits, value);
        if (!parse_double(out, &back) || back == value)
            break;
    }
    restore_locale(plain, before);
}

void text_add_double(text *t, double value)
{
    char number[TEXT_NUMBER_SIZE];
    text_from_double(number, value);
    text_add(t, "%s", number);
}

enum { LONGEST_WORD = 32 };

/* Levenshtein's distance, one row of the table at a time. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t n = strlen(b);
    size_t row[LONGEST_WORD + 1];
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i] != 0; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = size_min(replaced, size_min(row[j], row[j + 1]) + 1);
        }
    }
    return row[n];
}

const char *text_nearest(const char *word, const void *first, size_t count, size_t step)
{
    const char *nearest = NULL;
    size_t least = strlen(word) / 3 + 1;
    if (strlen(word) > LONGEST_WORD || word[0] == 0)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        const char *candidate =
            *(const char *const *)(const void *)((const char *)first + i * step);
        if (strlen(candidate) > LONGEST_WORD)
            continue;
        size_t shorter = size_min(strlen(word), strlen(candidate));
        size_t distance = edit_distance(word, candidate);
        if (shorter >= 2 && strncmp(word, candidate, shorter) == 0)
            distance = 1;
        if (distance <= least && (!nearest || distance < least)) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}
