/* data/vocabulary.h - the words of captions, and how often each occurs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_VOCABULARY_H
#define GAN_DATA_VOCABULARY_H

#include <stddef.h>

#include "data/captions.h"

typedef struct word_count {
    const char *word; /* points into the captions */
    size_t length;
    size_t count; /* in all captions of all samples */
} word_count;

typedef struct vocabulary {
    word_count *words; /* (count), the commonest first; equally common ones by their bytes */
    size_t count;
    int different; /* captions */
} vocabulary;

/* Counts the words (base/caption.h) of the captions, which must outlive it. STATUS_MEMORY; nothing
 * is then left to free. */
status vocabulary_make(vocabulary *v, const captions *c);
void vocabulary_free(vocabulary *v);

#endif
