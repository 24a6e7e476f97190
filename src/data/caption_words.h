/* data/caption_words.h - the words of a data set's captions, and how often each occurs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_CAPTION_WORDS_H
#define GAN_DATA_CAPTION_WORDS_H

#include "base/words.h"
#include "data/captions.h"

typedef struct caption_words {
    word_list list; /* of all captions of all samples, the commonest first */
    int different;  /* captions */
} caption_words;

/* Counts the words of the captions, which must outlive it. STATUS_MEMORY; nothing is then left to
 * free. */
status caption_words_count(caption_words *w, const captions *c);
void caption_words_free(caption_words *w);

#endif
