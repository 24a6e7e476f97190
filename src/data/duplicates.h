/* data/duplicates.h - samples that a data set contains more than once.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_DUPLICATES_H
#define GAN_DATA_DUPLICATES_H

#include "data/dataset.h"

/* first (d->count): first[i] becomes the number of the first sample with the pixels of sample i,
 * which is i itself unless an earlier one has them. *count becomes the number of samples that
 * repeat an earlier one. The data set has pixels, not points. STATUS_MEMORY. */
status duplicates_find(const dataset *d, int *first, int *count);

#endif
