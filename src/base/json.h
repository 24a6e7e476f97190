/* base/json.h - JSON: a writer for every document of the program, and a reader for objects of
 * strings.
 *
 * The writer appends to a text, places the commas and escapes the strings. Its form is canonical:
 * no white space, members in the caller's order, and the shortest form of each string: \" and \\
 * for these two characters, \u00XX for control characters, all other bytes unchanged.
 *
 *     json_begin(&t, NULL, '{');
 *     json_add_string(&t, "file", path);
 *     json_add(&t, "samples", "%d", n);
 *     json_begin(&t, "shares", '[');
 *     json_add_double(&t, NULL, x);               an element of an array has no key
 *     json_end(&t, ']');
 *     json_end(&t, '}');                          {"file":"x.npy","samples":10,"shares":[0.5]}
 *
 * The reader accepts exactly what the writer writes, so that a text which is read and written again
 * has the same bytes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_JSON_H
#define GAN_BASE_JSON_H

#include <stddef.h>

#include "base/status.h"
#include "base/text.h"

/* ---- writing ---- */

/* Each of these adds one value, preceded by a comma unless it is the first of its object or array,
 * and by its key, which is NULL in an array and for a whole document. */

/* Opens an object '{' or an array '['; json_end closes it with '}' or ']'. */
void json_begin(text *t, const char *key, char bracket);
void json_end(text *t, char bracket);

/* Adds a value that is JSON already: a number in a format of the caller's, true, null. */
void json_add(text *t, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a string; null where s is NULL. */
void json_add_string(text *t, const char *key, const char *s);

/* Adds the shortest decimal that reads back as x (base/text.h). */
void json_add_double(text *t, const char *key, double x);

/* ---- reading ---- */

typedef struct json_member {
    const char *key;
    const char *value;
} json_member;

typedef struct json_object {
    json_member *members; /* in the text's order, keys all different */
    size_t count;
    char *strings; /* what keys and values point into */
} json_object;

/* Reads an object of strings that starts at bytes[0] ('{'); *used is the number of bytes up to and
 * including its '}'. STATUS_FORMAT, with the offset in the message, for anything that the writer
 * would not have written, for invalid UTF-8 and for a repeated key. After a failure nothing is left
 * to free. */
status json_read(json_object *o, const unsigned char *bytes, size_t n, size_t *used);

/* The value of a key; NULL if the object lacks it. */
const char *json_get(const json_object *o, const char *key);

void json_free(json_object *o);

#endif
