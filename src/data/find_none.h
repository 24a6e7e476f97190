/* data/find_none.h - why a folder is not a data set. For find.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_FIND_NONE_H
#define GAN_DATA_FIND_NONE_H

#include "base/status.h"

/* Fails with STATUS_IO and the reason: what the folder has instead of data, and what to do with it,
 * or else what would be data. STATUS_MEMORY. */
status find_why_none(const char *folder);

#endif
