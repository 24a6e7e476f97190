/* eval/retrieval.h - R-precision (Xu and others 2018, AttnGAN): of 100 captions, is the one that a
 * picture was asked for the nearest to it?
 *
 * The other 99 do not fit: no picture of the data has one of them beside the true one. (A picture
 * that was asked for "a handwritten seven" is none the worse for being "a bold seven".)
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_RETRIEVAL_H
#define GAN_EVAL_RETRIEVAL_H

#include "eval/texts.h"
#include "math/compute.h"

enum { RETRIEVAL_OTHERS = 99, RETRIEVAL_DRAWS = 64 * RETRIEVAL_OTHERS };

/* Pictures, what they were asked for, and the vectors of both (eval/matcher.h). */
typedef struct retrieval {
    const compute *compute;
    const text_index *texts;
    const float *text_vectors; /* (D, N) */
    int count, size;           /* pictures; N */
    const float *vectors;      /* (count, N) of the pictures */
    const uint32_t *asked;     /* (count): numbers of texts */
} retrieval;

/* hits[i] (count) = 1 if the caption asked for has a larger scalar product with picture i than each
 * of 99 captions that do not fit, else 0; -1 where RETRIEVAL_DRAWS draws do not yield so many.
 * Captions are drawn from all of the data, so that commoner ones are drawn more often
 * (ORDER_MISMATCH). STATUS_MEMORY. */
status retrieval_run(const retrieval *r, signed char *hits);

/* The share of hits; NAN if nothing was drawn. *spread: of a share of so many. */
double retrieval_share(const signed char *hits, int count, double *spread);

#endif
