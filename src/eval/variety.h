/* eval/variety.h - how different pictures of the same caption are.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_VARIETY_H
#define GAN_EVAL_VARIETY_H

#include "eval/points.h"

enum {
    VARIETY_CAPTIONS = 50, /* at most, and */
    VARIETY_EACH = 8       /* pictures of each */
};

/* The mean distance of two different pictures of a group, in pixels from 0 to 1, over all pairs of
 * the n pictures first .. first+n-1; n is at least 2. */
double variety_of(const points *p, int first, int n);

#endif
