/* format/jsonl.h - reads an object of JSON (RFC 8259) from one line, as JSON Lines has it: any
 * valid JSON is accepted, and the strings and numbers among its members can be read.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_JSONL_H
#define GAN_FORMAT_JSONL_H

#include "base/status.h"

typedef enum jsonl_kind {
    JSONL_STRING,
    JSONL_NUMBER,  /* as it was written */
    JSONL_STRINGS, /* an array of strings only; may be empty */
    JSONL_OTHER    /* anything else, valid but not kept */
} jsonl_kind;

typedef struct jsonl_member {
    const char *key;
    jsonl_kind kind;
    int first, count; /* its values: of the object's, from `first` on */
} jsonl_member;

typedef struct jsonl_object {
    jsonl_member *members; /* keys all different */
    const char **values;
    int count, value_count, room, value_room;
} jsonl_object;

enum {
    JSONL_DEEPEST = 64,       /* arrays and objects in each other */
    JSONL_MOST_MEMBERS = 1024 /* of the object */
};

/* Reads the object, which takes up the whole line but for white space, in place: the line is
 * overwritten, and the object points into it. `where` begins the message of a failure, which has
 * the byte's number: STATUS_FORMAT for anything that is not one object, for a repeated key and for
 * a NUL in a string; STATUS_MEMORY. After a failure nothing is left to free. The line is UTF-8. */
status jsonl_read(jsonl_object *o, char *line, const char *where);

/* The member of that key; NULL: none. */
const jsonl_member *jsonl_find(const jsonl_object *o, const char *key);

void jsonl_free(jsonl_object *o);

#endif
