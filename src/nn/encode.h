/* nn/encode.h - from texts and classes to conditions that a net can learn from.
 *
 * A text is the weighted sum of three sorts of features, so that a net learns from words what
 * pictures show, from pairs of words what their order says, and from letters what a word that was
 * never seen, or was mistyped, resembles (Bojanowski and others 2017: "Enriching word vectors with
 * subword information"):
 *
 *     a word of the vocabulary                                            weight 1
 *     two such words in a row, and the first and the last of the text     weight 1/2
 *     three letters in a row of a word between "<" and ">", n of them     weight 1 / sqrt(n)
 *
 * Then all weights are divided by the square root of the sum of their squares. Words are those of
 * caption_word (base/caption.h); one that is not in the vocabulary has only its letters. A
 * feature's index is a hash of its text, so that no table of features has to be kept: FNV-1a (32
 * bits) of the UTF-8 of "w:word", "p:first second" or "l:let", its upper half folded onto its lower
 * one, modulo V, a power of two. Two features that share an index share a vector; V is chosen so
 * that few do.
 *
 * Texts are given as caption_normalise makes them. docs/conditional.md is the manual.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_ENCODE_H
#define GAN_NN_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/text.h"
#include "nn/condition.h"

/* The words that a net knows. */
typedef struct vocabulary {
    int size;           /* V */
    int count;          /* words */
    const char **words; /* (count), in the order of their bytes; they lie in `text` */
    char *text;
} vocabulary;

enum { VOCABULARY_MOST_WORDS = 10000, ENCODE_MOST_VALUES = 16384 };

/* The vocabulary of some texts: all their words, or the VOCABULARY_MOST_WORDS commonest (of equally
 * common ones the first in the order of bytes); and V, the power of two from 64 to
 * ENCODE_MOST_VALUES that is at least twice the number of their features. STATUS_MEMORY. */
status vocabulary_learn(vocabulary *v, const char *const *texts, int count);

/* The vocabulary of a checkpoint: words in their order with a space between them, and V.
 * STATUS_FORMAT where they are not in order, or V is not possible; STATUS_MEMORY. */
status vocabulary_open(vocabulary *v, const char *words, int size);
void vocabulary_close(vocabulary *v);

/* Adds the words with a space between them. */
void vocabulary_write(const vocabulary *v, text *t);

bool vocabulary_knows(const vocabulary *v, const char *word, size_t length);

/* A table to which conditions are added; begins as { .table.size = V }. Close it also after a
 * failure. */
typedef struct condition_list {
    condition_table table;
    size_t room, feature_room;
} condition_list;

/* Adds a condition; its number is table.count before. STATUS_MEMORY. */
status condition_add_class(condition_list *l, int class_number);
status condition_add_text(condition_list *l, const vocabulary *v, const char *words);

/* Adds the condition at t of the way from number a of another table to number b: the features of a
 * with their weights times 1 - t, and those of b with theirs times t. STATUS_MEMORY. */
status condition_add_between(condition_list *l, const condition_table *of, uint32_t a, uint32_t b,
                             double t);
void condition_list_close(condition_list *l);

#endif
