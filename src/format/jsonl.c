/* format/jsonl.c - a reader of JSON, of one object in a line.
 *
 * SPDX-License-Identifier: MIT */
#include "format/jsonl.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

typedef struct reader {
    jsonl_object *object;
    char *line, *at;
    const char *where;
    int depth;
    bool ended; /* after the object's } */
} reader;

static status expected(const reader *r, const char *what)
{
    return status_fail(STATUS_FORMAT, "%s: expected %s at byte %zu", r->where, what,
                       (size_t)(r->at - r->line) + 1);
}

static void skip_space(reader *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

static bool take(reader *r, char c)
{
    skip_space(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

static bool grow(void *pointer, int *room, int count, size_t size)
{
    void **p = pointer;
    if (count < *room)
        return true;
    int more = *room == 0 ? 8 : *room < INT_MAX / 2 ? 2 * *room : 0;
    void *grown = more > 0 ? realloc(*p, (size_t)more * size) : NULL;
    if (!grown)
        return false;
    *p = grown;
    *room = more;
    return true;
}

static status out_of_memory(const reader *r)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory", r->where);
}

static status add_value(reader *r, const char *value)
{
    jsonl_object *o = r->object;
    if (!grow(&o->values, &o->value_room, o->value_count, sizeof *o->values))
        return out_of_memory(r);
    o->values[o->value_count++] = value;
    return STATUS_OK;
}

/* ---- strings ---- */

/* The four hex digits at s; -1: they are not. */
static int32_t read_hex(const char *s)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        const char *at = s[i] ? strchr(digits, s[i]) : NULL;
        if (!at)
            return -1;
        value = 16 * value + (int32_t)((at - digits) % 16);
    }
    return value;
}

static char *put_utf8(char *to, int32_t c)
{
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(0x80 | (c & 0x3f));
    } else {
        if (c < 0x10000) {
            *to++ = (char)(0xe0 | c >> 12);
        } else {
            *to++ = (char)(0xf0 | c >> 18);
            *to++ = (char)(0x80 | (c >> 12 & 0x3f));
        }
        *to++ = (char)(0x80 | (c >> 6 & 0x3f));
        *to++ = (char)(0x80 | (c & 0x3f));
    }
    return to;
}

/* Reads \uXXXX, or two of them that are one character; r->at is after the u. */
static status read_code(reader *r, char **to)
{
    int32_t c = read_hex(r->at);
    if (c < 0)
        return expected(r, "four hex digits after \\u");
    if (c == 0)
        return expected(r, "no NUL in a string, which \\u0000 is,");
    if (c >= 0xd800 && c <= 0xdfff) {
        int32_t low = c < 0xdc00 && r->at[4] == '\\' && r->at[5] == 'u' ? read_hex(r->at + 6) : -1;
        if (low < 0xdc00 || low > 0xdfff)
            return expected(r, "a pair of surrogates after \\u");
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        r->at += 6;
    }
    r->at += 4;
    *to = put_utf8(*to, c);
    return STATUS_OK;
}

static status read_escape(reader *r, char **to)
{
    static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *name = *r->at ? strchr(names, *r->at) : NULL;
    if (name) {
        r->at++;
        *(*to)++ = meanings[name - names];
        return STATUS_OK;
    }
    if (*r->at != 'u')
        return expected(r, "one of \" \\ / b f n r t u after a backslash");
    r->at++;
    return read_code(r, to);
}

/* Reads a string in place; *s is the text. */
static status read_string(reader *r, const char **s)
{
    if (!take(r, '"'))
        return expected(r, "a string");
    char *to = r->at;
    *s = to;
    while (*r->at != '"') {
        if ((unsigned char)*r->at < 0x20)
            return expected(r, *r->at ? "no control character in a string, but an escape,"
                                      : "the quote that ends a string");
        if (*r->at == '\\') {
            r->at++;
            TRY(read_escape(r, &to));
        } else {
            *to++ = *r->at++;
        }
    }
    r->at++;
    *to = 0;
    return STATUS_OK;
}

/* ---- other values ---- */

static size_t digits_at(const char *s)
{
    return strspn(s, "0123456789");
}

/* The length of the number at s; 0: there is none. */
static size_t number_at(const char *s)
{
    const char *at = s + (*s == '-');
    size_t whole = digits_at(at);
    if (whole == 0 || (*at == '0' && whole > 1))
        return 0;
    at += whole;
    if (*at == '.') {
        size_t part = digits_at(at + 1);
        if (part == 0)
            return 0;
        at += 1 + part;
    }
    if (*at == 'e' || *at == 'E') {
        size_t sign = at[1] == '+' || at[1] == '-', part = digits_at(at + 1 + sign);
        if (part == 0)
            return 0;
        at += 1 + sign + part;
    }
    return (size_t)(at - s);
}

static bool take_word(reader *r)
{
    static const char *const words[] = { "true", "false", "null" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(r->at, words[i], strlen(words[i])) == 0) {
            r->at += strlen(words[i]);
            return true;
        }
    return false;
}

static status skip_value(reader *r);

/* Skips what is in the brackets of an array or, with keys, of an object. */
static status skip_items(reader *r, char close, bool keys)
{
    const char *key;
    if (++r->depth > JSONL_DEEPEST)
        return expected(r, "fewer arrays and objects in each other");
    for (bool more = !take(r, close); more;) {
        if (keys) {
            TRY(read_string(r, &key));
            if (!take(r, ':'))
                return expected(r, "a colon");
        }
        TRY(skip_value(r));
        more = take(r, ',');
        if (!more && !take(r, close))
            return expected(r, keys ? "a comma or }" : "a comma or ]");
    }
    r->depth--;
    return STATUS_OK;
}

static status skip_value(reader *r)
{
    const char *s;
    skip_space(r);
    if (*r->at == '"')
        return read_string(r, &s);
    if (take(r, '['))
        return skip_items(r, ']', false);
    if (take(r, '{'))
        return skip_items(r, '}', true);
    size_t n = number_at(r->at);
    r->at += n;
    return n > 0 || take_word(r) ? STATUS_OK : expected(r, "a value");
}

/* Reads an array; the strings of one that has nothing else are the member's values. */
static status read_array(reader *r, jsonl_member *m)
{
    const char *s;
    m->kind = JSONL_STRINGS;
    for (bool more = !take(r, ']'); more;) {
        skip_space(r);
        if (*r->at == '"') {
            TRY(read_string(r, &s));
            TRY(add_value(r, s));
        } else {
            m->kind = JSONL_OTHER;
            TRY(skip_value(r));
        }
        more = take(r, ',');
        if (!more && !take(r, ']'))
            return expected(r, "a comma or ]");
    }
    m->count = r->object->value_count - m->first;
    return STATUS_OK;
}

/* Reads a member's value. What is after a number stays: it is cut off when it has been read. */
static status read_value(reader *r, jsonl_member *m, char **number_end)
{
    const char *s;
    skip_space(r);
    m->first = r->object->value_count;
    m->kind = JSONL_OTHER;
    if (*r->at == '"') {
        m->kind = JSONL_STRING;
        m->count = 1;
        TRY(read_string(r, &s));
        return add_value(r, s);
    }
    if (take(r, '['))
        return read_array(r, m);
    size_t n = number_at(r->at);
    if (n == 0)
        return skip_value(r);
    m->kind = JSONL_NUMBER;
    m->count = 1;
    TRY(add_value(r, r->at));
    *number_end = r->at += n;
    return STATUS_OK;
}

static status read_member(reader *r)
{
    jsonl_object *o = r->object;
    jsonl_member m = { 0 };
    char *number_end = NULL;
    TRY(read_string(r, &m.key));
    if (o->count == JSONL_MOST_MEMBERS)
        return status_fail(STATUS_FORMAT, "%s: has more than %d members", r->where,
                           JSONL_MOST_MEMBERS);
    if (jsonl_find(o, m.key))
        return status_fail(STATUS_FORMAT, "%s: has \"%s\" twice", r->where, m.key);
    if (!take(r, ':'))
        return expected(r, "a colon");
    TRY(read_value(r, &m, &number_end));
    skip_space(r);
    if (*r->at != ',' && *r->at != '}')
        return expected(r, "a comma or }");
    r->ended = *r->at++ == '}';
    if (number_end)
        *number_end = 0;
    if (!grow(&o->members, &o->room, o->count, sizeof *o->members))
        return out_of_memory(r);
    o->members[o->count++] = m;
    return STATUS_OK;
}

static status read_object(reader *r)
{
    if (!take(r, '{'))
        return expected(r, "an object, {");
    if (!take(r, '}'))
        while (!r->ended)
            TRY(read_member(r));
    skip_space(r);
    return *r->at == 0 ? STATUS_OK : expected(r, "the end of the line after the object");
}

status jsonl_read(jsonl_object *o, char *line, const char *where)
{
    *o = (jsonl_object){ 0 };
    reader r = { .object = o, .line = line, .at = line, .where = where };
    status s = read_object(&r);
    if (s != STATUS_OK)
        jsonl_free(o);
    return s;
}

const jsonl_member *jsonl_find(const jsonl_object *o, const char *key)
{
    for (int i = 0; i < o->count; i++)
        if (strcmp(o->members[i].key, key) == 0)
            return &o->members[i];
    return NULL;
}

void jsonl_free(jsonl_object *o)
{
    free(o->members);
    free(o->values);
    *o = (jsonl_object){ 0 };
}
