/* base/json.h - the little JSON that our files need: objects of strings, written canonically.
 *
 * Canonical: no white space, members in the writer's order, and of all the ways to write a string
 * the shortest one: \" \\ for these two, \uXXXX for the control characters, all else as it is.
 * The reader takes exactly what the writer can write and nothing else, so that a text that is read
 * and written again is the same bytes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_JSON_H
#define GAN_BASE_JSON_H

#include <stddef.h>

#include "base/status.h"
#include "base/text.h"

/* Adds the string with its quotes. */
void json_add_string(text *t, const char *s);

/* Adds `"key":"value"`, with a comma before it unless it is the first of its object. */
void json_add_member(text *t, const char *key, const char *value);

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
 * would not have written, for invalid UTF-8, for a key that comes twice. On failure nothing is left
 * to free. */
status json_read(json_object *o, const unsigned char *bytes, size_t n, size_t *used);

/* The value of a key; NULL where there is none. */
const char *json_get(const json_object *o, const char *key);

void json_free(json_object *o);

#endif
