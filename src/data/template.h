/* data/template.h - a file of sentences with gaps, from which each image gets the captions that
 * apply to it:
 *
 *     # a comment
 *     classes: zero, one, two
 *     weight: thin, bold
 *     a handwritten {class}
 *     a {weight}, {slant} {class}
 *
 * {class} is the name of the image's class: from the line "classes:", if there is one, else from
 * the data set. {weight} and {slant} are words of data/attributes.h, or those of lines of their
 * names, low and high; a line with such a gap does not apply to an image that has no word for it.
 * Empty lines mean nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_TEMPLATE_H
#define GAN_DATA_TEMPLATE_H

#include <stdbool.h>

#include "base/status.h"
#include "base/text.h"
#include "data/attributes.h"

enum { TEMPLATE_MOST_CLASSES = 256 };

/* One line with gaps. */
typedef struct template_line {
    char *text;
    char *where; /* file and line */
    bool has_class;
    bool needs[ATTRIBUTES];
} template_line;

typedef struct caption_template {
    template_line *lines;
    int count;
    char *classes[TEMPLATE_MOST_CLASSES];
    int class_count;            /* 0: no line of classes */
    char *words[ATTRIBUTES][2]; /* low, high; NULL: those of attribute_rows */
    char *needs_class;          /* the first line with {class}; NULL: none */
    char *needs_attributes;     /* the first line with an attribute; NULL: none */
} caption_template;

/* *is: the file has a line with one of the gaps. STATUS_IO, STATUS_FORMAT, STATUS_MEMORY. */
status template_is(const char *path, bool *is);

/* Reads such a file. STATUS_FORMAT, with the line, for an unknown gap, an unclosed one, a repeated
 * or invalid list of words, or if no line applies to every image. After a failure nothing is left
 * to free. */
status template_read(caption_template *t, const char *path);
void template_free(caption_template *t);

/* True if the line applies to an image with these levels (attribute_level). */
bool template_applies(const template_line *line, const int levels[ATTRIBUTES]);

/* Adds the line with its gaps filled: with the name of the class, and the words of the levels. */
void template_fill(text *out, const caption_template *t, const template_line *line,
                   const char *name, const int levels[ATTRIBUTES]);

#endif
