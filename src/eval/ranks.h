/* eval/ranks.h - Spearman's rank correlation.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_RANKS_H
#define GAN_EVAL_RANKS_H

#include "base/status.h"

/* *out = the correlation of the ranks of x (n) and y (n), of which equal values share their mean
 * rank; NAN if all of x or of y are equal, or n is below 2. STATUS_MEMORY. */
status rank_correlation(int n, const double *x, const double *y, double *out);

#endif
