/* data/duplicates.h - samples of a data set that are there more than once.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_DUPLICATES_H
#define GAN_DATA_DUPLICATES_H

#include "data/dataset.h"

/* first[i] = the first sample with the same pixels as sample i: i itself where there is none
 * before it. Returns in *count how many are not the first. The data set has pixels.
 * STATUS_MEMORY. */
status duplicates_find(const dataset *d, int *first, int *count);

#endif
