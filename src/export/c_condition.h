/* export/c_condition.h - what the file of export/c_header.c needs to be told a class or a text: the
 * encoder of nn/encode.h in C99, and its tables.
 *
 * The file has no tables of Unicode. It knows the characters of ASCII and of the known words, with
 * their capitals, and takes texts that are in Normalization Form C.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_C_CONDITION_H
#define GAN_EXPORT_C_CONDITION_H

#include "export/c_arrays.h"

enum { C_LETTER_COLUMNS = C_MOST_COLUMNS };

/* The tables of a generator that is told a text; empty for any other. */
typedef struct c_known {
    uint32_t *letters; /* (letter_count, 3), ascending: a character, the one for which it stands,
                          and its caption_part */
    uint32_t *words;   /* (word_count), ascending: hashes of "w:word" */
    size_t letter_count, word_count;
} c_known;

/* STATUS_MEMORY; c_known_close is due in any case. */
status c_known_open(c_known *k, const told *of);
void c_known_close(c_known *k);
size_t c_known_bytes(const c_known *k);

/* The vectors of the condition for all layers that join it lie in one buffer, generate_e: its
 * values, and where those of operator i begin. */
int c_condition_values(const subject *s);
int c_condition_offset(const subject *s, int i);

/* Parts of the file: how generate is called, in the comment at the top; macros; tables; functions;
 * and generate itself, with the calls that compute the net. */
void c_add_call(text *t, const subject *s, const char *image);
void c_add_condition_manual(text *t, const subject *s);
void c_add_condition_macros(text *t, const subject *s, const c_known *k);
status c_add_known(c_file *c, const c_known *k);
void c_add_condition_functions(text *t, const subject *s);
void c_add_generate(text *t, const subject *s, const char *calls);

#endif
