/* game/asked.h - what a model can be asked for: its classes, or texts of the words that it knows.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_ASKED_H
#define GAN_GAME_ASKED_H

#include "base/option.h"
#include "checkpoint/identity.h"
#include "nn/encode.h"

/* What G and D are told of a sample. */
typedef enum condition_kind { CONDITION_NONE, CONDITION_LABEL, CONDITION_CAPTION } condition_kind;

/* The i-th; NULL after the last. */
const option_choice *condition_choice(int i);

/* At most so many captions are kept as examples. */
enum { KNOWN_MOST_EXAMPLES = 64 };

/* What a checkpoint says of its conditions: the classes, all of them, or some captions and the
 * vocabulary. */
typedef struct known_conditions {
    condition_kind kind;
    int count;              /* classes, or examples */
    const char **names;     /* (count) */
    condition_list list;    /* their encoded conditions, in the same order */
    uint32_t *order;        /* (count): 0, 1, 2, ... */
    vocabulary vocabulary;  /* of captions */
    char *words, *examples; /* the identity's, kept */
    char *lines;            /* the memory of names */
} known_conditions;

/* Reads the identity's conditions, and points its texts to copies that live until known_close.
 * STATUS_FORMAT where they do not go together, STATUS_MEMORY; *k may be closed in any case. */
status known_open(known_conditions *k, int kind, data_identity *d);
void known_close(known_conditions *k);

/* The number of the class that a user calls so, by its name or, if no class has that name, by its
 * number; -1: there is none. */
int known_class(const known_conditions *k, const char *name);

/* Encodes a text in any form; messages begin with `where`. STATUS_USAGE if it is not UTF-8, or has
 * no words; STATUS_MEMORY. */
status known_add_text(const known_conditions *k, condition_list *l, const char *words,
                      const char *where);

/* The conditions of samples: sample i has ids[i / each % count] of the table. */
typedef struct asked {
    const condition_table *table;
    const uint32_t *ids;
    int count, each;
} asked;

#endif
