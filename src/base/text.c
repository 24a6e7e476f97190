/* base/text.c - growing texts, numbers as texts, the nearest word.
 *
 * SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/system.h"
#include "base/utf8.h"

#include "base/banned.h"

/* Makes room for n more bytes and a NUL; false, with `failed` set, if that fails. */
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

void text_add_list(text *t, const char *format, va_list args)
{
    char none[1];
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(none, 0, format, args);
    if (n >= 0 && text_grow(t, (size_t)n)) {
        vsnprintf(t->data + t->length, (size_t)n + 1, format, again);
        t->length += (size_t)n;
    }
    va_end(again);
}

void text_add(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_add_list(t, format, args);
    va_end(args);
}

void text_add_shown(text *t, const char *s)
{
    size_t room = 4 * strlen(s) + 8;
    if (!text_grow(t, room))
        return;
    t->length += utf8_show(t->data + t->length, room, s);
}

const char *text_plural(uint64_t n)
{
    return n == 1 ? "" : "s";
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

static bool parse_double(const char *s, double *out)
{
    char *end = NULL;
    errno = 0;
    double value = system_read_double(s, &end);
    /* A denormal number gives ERANGE too, so errno is not checked. */
    if (end == s || *end != 0 || !isfinite(value))
        return false;
    *out = value;
    return true;
}

bool text_to_double(const char *s, double *out)
{
    /* Excludes what else strtod accepts: white space, hexadecimal, "inf", "nan". */
    if (s[strspn(s, "0123456789.eE+-")] != 0)
        return false;
    return parse_double(s, out);
}

void text_from_double(char out[TEXT_NUMBER_SIZE], double value)
{
    if (fabs(value) < 1e15 && floor(value) == value) {
        snprintf(out, TEXT_NUMBER_SIZE, "%.0f", value);
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        double back = 0;
        system_print_double(out, TEXT_NUMBER_SIZE, digits, value);
        if (!parse_double(out, &back) || back == value)
            break;
    }
}

void text_add_double(text *t, double value)
{
    char number[TEXT_NUMBER_SIZE];
    text_from_double(number, value);
    text_add(t, "%s", number);
}

enum { LONGEST_WORD = 32 };

/* Levenshtein's distance, computed one row of the table at a time. */
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
