/* base/option.h - an option is one row of a table, and everything else follows from the row.
 *
 * A row states the name of an option, the values it takes, where in a struct its value is stored,
 * its default and its help. The parsing of a command line, the help, the completion, what a run
 * writes into its files and what a resumed run compares all follow from the rows.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_OPTION_H
#define GAN_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"

typedef enum option_type {
    OPTION_FLAG,   /* bool; takes no value on the command line */
    OPTION_INT,    /* int */
    OPTION_U64,    /* uint64_t */
    OPTION_FLOAT,  /* double; NAN if neither given nor in the row */
    OPTION_BYTES,  /* uint64_t, as "500M" or "1.5 GiB"; 0 if neither given nor in the row */
    OPTION_TEXT,   /* const char *: points into the parsed text, which is not copied */
    OPTION_CHOICE, /* int: the index of one of the row's choices */
    OPTION_SET /* int: any of the row's choices, bit i for the i-th; as a text "a,b" or "none" */
} option_type;

/* How far a value reaches. */
typedef enum option_scope {
    SCOPE_CALL, /* this call of the program only */
    SCOPE_RUN,  /* kept in the run's folder; a resumed run may change it */
    SCOPE_MODEL /* determines what is computed: kept in the checkpoint, fixed for the run */
} option_scope;

/* One of the values that an option takes by name. */
typedef struct option_choice {
    const char *name;
    const char *help;
} option_choice;

enum { OPTION_MOST_CHOICES = 16 };

/* What an option is about: help groups by it, in this order. */
typedef enum option_subject {
    SUBJECT_COMMAND, /* what the command does */
    SUBJECT_RUN,
    SUBJECT_DATA,
    SUBJECT_NETS,
    SUBJECT_GAME,
    SUBJECT_OPTIMIZER,
    SUBJECT_MACHINE,
    SUBJECT_COUNT
} option_subject;

typedef struct option_row {
    const char *name; /* "batch", for --batch */
    char letter;      /* 'o', for -o; 0 for none */
    option_type type;
    size_t offset; /* of the value in its struct */
    option_scope scope;
    const char *initial; /* as on a command line; NULL: false, no text, no number */
    double least, most;  /* inclusive; checked only if least < most */
    const option_choice *(*choice)(int i); /* the i-th by name; NULL after the last */
    const char *arg;                       /* stands for the value in the help: "N" */
    option_subject subject;
    const char *help;
    bool sparse; /* left out of files where it has its initial value */
} option_row;

typedef struct option_table {
    const option_row *rows;
    size_t count;
} option_table;

/* Sets every option of the table to its initial value. */
void option_defaults(const option_table *t, void *options);

/* Sets one option from a text. STATUS_USAGE names the option, what it takes and what it got. */
status option_set(const option_row *row, void *options, const char *value);

/* Adds the value as a text that option_set turns into the same value; nothing if there is no value.
 */
void option_get(const option_row *row, const void *options, text *out);

/* True if the value is the row's initial one. */
bool option_is_initial(const option_row *row, const void *options);

/* Copies the value from one struct to another; a text stays where it lies. */
void option_copy(const option_row *row, const void *from, void *to);

/* Adds each option of that scope or a wider one as a string member of a JSON object (base/json.h),
 * `"name":"value"`; left out are an option without a value, and a sparse one at its initial one. */
void option_add_json(text *t, const option_table *table, option_scope narrowest,
                     const void *options);

/* The row of that name; NULL if there is none. */
const option_row *option_find(const option_table *t, const char *name);

/* One option as it was given. */
typedef struct option_setting {
    const option_row *row;
    const char *value;
} option_setting;

typedef struct option_settings {
    option_setting *items;
    size_t count;
} option_settings;

/* True if the option of that name is among them. */
bool option_is_given(const option_settings *given, const char *name);

/* option_defaults, then option_apply. */
status option_read(const option_settings *given, const option_table *t, option_scope widest,
                   void *options);

/* Sets, in order, those given options whose row is in the table and whose scope is `widest` or
 * narrower; SCOPE_CALL is the narrowest, SCOPE_MODEL the widest. STATUS_USAGE. */
status option_apply(const option_settings *given, const option_table *t, option_scope widest,
                    void *options);

#endif
