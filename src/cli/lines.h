/* cli/lines.h - texts in lines of at most so many columns, and words that a shell reads back.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_LINES_H
#define GAN_CLI_LINES_H

#include <stdio.h>

#include "base/text.h"

/* Where lines begin and end. */
typedef struct line_form {
    int at;     /* the column in which the first line goes on */
    int indent; /* the column in which the others begin */
    int width;  /* the most columns of a line; a longer word stays whole */
} line_form;

/* Adds the words of s, which spaces separate; no newline at the end. */
void lines_add(text *t, const char *s, line_form form);

/* Adds a spec of layers, broken only between layers: after ", ". */
void lines_add_spec(text *t, const char *spec, line_form form);

/* Adds a text of whole lines; those that are wider are broken between words, and go on in the
 * column `indent`. What stands before that column stays if a space is its end, as in a table of
 * labels. */
void lines_fold(text *t, const char *s, int indent, int width);

/* Prints the text, and frees it. STATUS_MEMORY if it failed; nothing is then printed. */
status lines_print(text *t, FILE *to);

/* The columns that s takes on a terminal, if each character takes one. */
int lines_columns(const char *s);

/* Adds a word that a shell reads back unchanged: in quotes if it has special characters. */
void lines_add_shell_word(text *t, const char *s);

#endif
