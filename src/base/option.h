/* base/option.h - an option is one row of a table, and all else about it follows from the row.
 *
 * A row says what an option is called, what values it takes, where in a struct its value lies, what
 * it is at first and what the help says. From the rows follow the parsing of a command line, the
 * help, the completion, what a run writes into its files, and what a resumed run compares.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_OPTION_H
#define GAN_BASE_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"

typedef enum option_type {
    OPTION_FLAG,   /* bool; takes no value on the command line */
    OPTION_INT,    /* int */
    OPTION_U64,    /* uint64_t */
    OPTION_FLOAT,  /* double; NAN where it was not given and has no initial value */
    OPTION_TEXT,   /* const char *: points into what was parsed, not copied */
    OPTION_CHOICE, /* int: which of the row's choices, counted from 0 */
    OPTION_SET /* int: any of the row's choices, bit i for the i-th; as a text "a,b" or "none" */
} option_type;

/* What a value has to do with the run that it was given for. */
typedef enum option_scope {
    SCOPE_CALL, /* this call of the program only */
    SCOPE_RUN,  /* kept in the run's folder; a resumed run may change it */
    SCOPE_MODEL /* decides what is computed: kept in the checkpoint, fixed for the run */
} option_scope;

/* One of the values that an option takes by name. */
typedef struct option_choice {
    const char *name;
    const char *help;
} option_choice;

enum { OPTION_MOST_CHOICES = 16 };

typedef struct option_row {
    const char *name; /* "batch", for --batch */
    char letter;      /* 'o', for -o; 0 for none */
    option_type type;
    size_t offset; /* of the value in its struct */
    option_scope scope;
    const char *initial; /* as on a command line; NULL: false, no text, no number */
    double least, most;  /* inclusive; checked where least < most */
    const option_choice *(*choice)(int i); /* the i-th by name; NULL after the last */
    const char *arg;                       /* what stands for the value in the help: "N" */
    const char *help;
} option_row;

typedef struct option_table {
    const option_row *rows;
    size_t count;
} option_table;

/* Sets every option of the table to its initial value. */
void option_defaults(const option_table *t, void *options);

/* Sets one option from a text. STATUS_USAGE, naming the option, what it takes and what it got. */
status option_set(const option_row *row, void *options, const char *value);

/* Adds the value as a text that option_set turns into the same value; nothing where there is none.
 */
void option_get(const option_row *row, const void *options, text *out);

/* Copies the value from one struct to another; a text stays where it lies. */
void option_copy(const option_row *row, const void *from, void *to);

/* Adds each option of that scope or a wider one as a string member of a JSON object (base/json.h),
 * `"name":"value"`; an option without a value is left out. */
void option_add_json(text *t, const option_table *table, option_scope narrowest,
                     const void *options);

/* The row of that name; NULL where there is none. */
const option_row *option_find(const option_table *t, const char *name);

/* One option as somebody gave it. */
typedef struct option_setting {
    const option_row *row;
    const char *value;
} option_setting;

typedef struct option_settings {
    option_setting *items;
    size_t count;
} option_settings;

/* Sets, in order, those of the given options that are rows of the table and of that scope or a
 * narrower one; SCOPE_CALL is the narrowest, SCOPE_MODEL the widest. */
status option_apply(const option_settings *given, const option_table *t, option_scope widest,
                    void *options);

#endif
