/* base/json.c - canonical JSON, written and read.
 *
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

/* ---- writing ---- */

static void add_quoted(text *t, const char *s)
{
    text_add_bytes(t, "\"", 1);
    for (; *s != 0; s++) {
        if (*s == '"' || *s == '\\')
            text_add(t, "\\%c", *s);
        else if ((unsigned char)*s < 0x20)
            text_add(t, "\\u%04x", (unsigned)*s);
        else
            text_add_bytes(t, s, 1);
    }
    text_add_bytes(t, "\"", 1);
}

/* The comma and the key. A string ends in a quote, so a text that ends in an opening bracket ends
 * in an object or array without values, and no state has to be kept. */
static void start_value(text *t, const char *key)
{
    if (t->length > 0 && !strchr("{[", t->data[t->length - 1]))
        text_add_bytes(t, ",", 1);
    if (!key)
        return;
    add_quoted(t, key);
    text_add_bytes(t, ":", 1);
}

void json_begin(text *t, const char *key, char bracket)
{
    start_value(t, key);
    text_add_bytes(t, &bracket, 1);
}

void json_end(text *t, char bracket)
{
    text_add_bytes(t, &bracket, 1);
}

void json_add(text *t, const char *key, const char *format, ...)
{
    va_list args;
    start_value(t, key);
    va_start(args, format);
    text_add_list(t, format, args);
    va_end(args);
}

void json_add_string(text *t, const char *key, const char *s)
{
    start_value(t, key);
    if (s)
        add_quoted(t, s);
    else
        text_add(t, "null");
}

void json_add_double(text *t, const char *key, double x)
{
    start_value(t, key);
    text_add_double(t, x);
}

/* ---- reading ---- */

typedef struct json_reader {
    const unsigned char *bytes;
    size_t n;
    size_t at;
    char *out; /* where the next character of a decoded string goes; never more than is read */
} json_reader;

static status expected(const json_reader *r, const char *what)
{
    if (r->at >= r->n)
        return status_fail(STATUS_FORMAT, "expected %s, but the text ends at byte %zu", what, r->n);
    return status_fail(STATUS_FORMAT, "expected %s at byte %zu, found 0x%02x", what, r->at,
                       r->bytes[r->at]);
}

static bool take(json_reader *r, char c)
{
    if (r->at >= r->n || r->bytes[r->at] != (unsigned char)c)
        return false;
    r->at++;
    return true;
}

static int hex_digit(unsigned char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c != 0 ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* Reads what follows a backslash: the writer uses \" \\ and \u0001 to \u001f. */
static status read_escape(json_reader *r)
{
    if (take(r, '"')) {
        *r->out++ = '"';
        return STATUS_OK;
    }
    if (take(r, '\\')) {
        *r->out++ = '\\';
        return STATUS_OK;
    }
    if (r->n - r->at < 5 || memcmp(r->bytes + r->at, "u00", 3) != 0)
        return expected(r, "one of the escapes \\\" \\\\ \\u00XX");
    int high = hex_digit(r->bytes[r->at + 3]);
    int low = hex_digit(r->bytes[r->at + 4]);
    if (high < 0 || high > 1 || low < 0 || high + low == 0)
        return expected(r, "one of the escapes \\u0001 to \\u001f");
    *r->out++ = (char)(16 * high + low);
    r->at += 5;
    return STATUS_OK;
}

static status read_string(json_reader *r, const char **s)
{
    if (!take(r, '"'))
        return expected(r, "a string");
    *s = r->out;
    while (!take(r, '"')) {
        if (r->at >= r->n || r->bytes[r->at] < 0x20)
            return expected(r, "a character of a string");
        if (take(r, '\\')) {
            TRY(read_escape(r));
            continue;
        }
        size_t length = utf8_length((const char *)r->bytes + r->at, r->n - r->at);
        if (length == 0)
            return expected(r, "UTF-8");
        memcpy(r->out, r->bytes + r->at, length);
        r->out += length;
        r->at += length;
    }
    *r->out++ = 0;
    return STATUS_OK;
}

static status read_member(json_reader *r, json_object *o)
{
    json_member m;
    TRY(read_string(r, &m.key));
    if (json_get(o, m.key))
        return status_fail(STATUS_FORMAT, "the key \"%.40s\" comes twice, at byte %zu", m.key,
                           r->at);
    if (!take(r, ':'))
        return expected(r, "':'");
    TRY(read_string(r, &m.value));
    o->members[o->count++] = m;
    return STATUS_OK;
}

static status read_members(json_reader *r, json_object *o, size_t room)
{
    if (!take(r, '{'))
        return expected(r, "'{'");
    if (take(r, '}'))
        return STATUS_OK;
    do {
        if (o->count == room)
            return expected(r, "an end of the object");
        TRY(read_member(r, o));
    } while (take(r, ','));
    return take(r, '}') ? STATUS_OK : expected(r, "',' or '}'");
}

/* More members than any of our files has: the table is allocated once, whatever the text says. */
enum { MOST_MEMBERS = 256 };

status json_read(json_object *o, const unsigned char *bytes, size_t n, size_t *used)
{
    *o = (json_object){ 0 };
    o->members = malloc(MOST_MEMBERS * sizeof *o->members);
    /* A decoded string with its NUL is shorter than its text with two quotes. */
    o->strings = malloc(n + 1);
    if (!o->members || !o->strings) {
        json_free(o);
        return status_fail(STATUS_MEMORY, "out of memory");
    }
    json_reader r = { .bytes = bytes, .n = n, .out = o->strings };
    status s = read_members(&r, o, MOST_MEMBERS);
    *used = r.at;
    if (s != STATUS_OK)
        json_free(o);
    return s;
}

const char *json_get(const json_object *o, const char *key)
{
    for (size_t i = 0; i < o->count; i++)
        if (strcmp(o->members[i].key, key) == 0)
            return o->members[i].value;
    return NULL;
}

void json_free(json_object *o)
{
    free(o->members);
    free(o->strings);
    *o = (json_object){ 0 };
}
