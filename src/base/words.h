/* base/words.h - the different words of texts, and how often each occurs.
 *
 *     word_list l;
 *     TRY(words_count(&l, texts, NULL, count));
 *     words_by_times(&l);
 *     words_free(&l);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_WORDS_H
#define GAN_BASE_WORDS_H

#include <stddef.h>

#include "base/status.h"

typedef struct counted_word {
    const char *at; /* points into a text that has it */
    size_t length;
    size_t times;
} counted_word;

typedef struct word_list {
    counted_word *words;
    size_t count;
} word_list;

/* Counts the words (base/caption.h) of `count` texts, which must outlive the list. Text i counts
 * times[i] times, or once if `times` is NULL. The words are in the order of their bytes.
 * STATUS_MEMORY; nothing is then left to free. */
status words_count(word_list *l, const char *const *texts, const size_t *times, int count);

/* The commonest first; equally common words stay in the order of their bytes. */
void words_by_times(word_list *l);

/* In the order of their bytes again, for instance after the rarest were cut off. */
void words_by_bytes(word_list *l);

/* Less than, equal to or greater than 0, in the order of bytes; of two words of which one begins
 * the other, the shorter one is less. */
int words_compare(const char *a, size_t a_length, const char *b, size_t b_length);

void words_free(word_list *l);

#endif
