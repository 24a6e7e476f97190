/* eval/contrast.h - the contrastive loss of pairs: a picture's vector should be nearest to that of
 * its own caption, and the other way round (Zhang and others 2020, ConVIRT; Radford and others
 * 2021, CLIP).
 *
 * B pairs, N values of a vector. With u', v' the vectors at length 1 and
 *
 *     t[i][j] = CONTRAST_SCALE * <u'[i], v'[j]>
 *
 * the loss is half the mean cross entropy of the rows of t plus half that of its columns, with pair
 * i as the class of row and column i. An entry (i, j) of another pair that fits as well takes no
 * part in the softmax of its row and its column.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_CONTRAST_H
#define GAN_EVAL_CONTRAST_H

#include "base/arena.h"
#include "math/compute.h"

enum { CONTRAST_SCALE = 16 };

typedef struct contrast {
    const compute *compute;
    int rows, size;          /* B at most, N */
    float *u, *v;            /* (B, N): of length 1 */
    float *dot, *by_column;  /* (B, B): t, and its transpose; then its gradient */
    float *row_part, *sizes; /* (B, B); (2, B): the lengths of the vectors */
    unsigned char *fits;     /* (B, B): 1 where picture i and caption j fit, i = j included */
} contrast;

void contrast_plan(contrast *k, arena *a, const compute *c, int rows, int size);

/* to = the vectors of `from` (rows, N) at length 1; *sizes (rows) their lengths. Both are sums in
 * the order of the values; a vector of zeros stays one. */
void contrast_normalise(const compute *c, const_view from, view to, float *sizes);

/* du, dv (B, N) = the gradients of the loss by u and v; k->fits (B, B) is the caller's to fill
 * before, with rows of B. du and dv may be u and v themselves. Returns how many pictures have their
 * own caption as the nearest of those that take part. */
int contrast_gradient(contrast *k, const_view u, const_view v, view du, view dv);

#endif
