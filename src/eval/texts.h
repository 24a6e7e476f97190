/* eval/texts.h - the different captions of a data set, numbered, and encoded for a net.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_TEXTS_H
#define GAN_EVAL_TEXTS_H

#include <stdbool.h>

#include "data/dataset.h"
#include "nn/encode.h"

/* D different texts; image i has those numbered ids[first[i]] .. ids[first[i+1]-1]. */
typedef struct text_index {
    const captions *captions;
    int images;
    int count;           /* D */
    const char **texts;  /* (D), in the order of their bytes */
    uint32_t *ids;       /* (captions->count) */
    condition_list list; /* the texts as texts_encode has them */
} text_index;

/* Numbers the captions of d, which has some and must live as long. STATUS_MEMORY; *t may be closed
 * in any case. */
status texts_open(text_index *t, const dataset *d);
void texts_close(text_index *t);

/* Encodes all texts with the vocabulary. STATUS_MEMORY. */
status texts_encode(text_index *t, const vocabulary *v);

/* True if the image has the text. */
bool texts_fit(const text_index *t, uint32_t image, uint32_t id);

#endif
