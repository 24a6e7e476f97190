/* report/pictures.h - the grids of a run, as many as a number of bytes allows.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_PICTURES_H
#define GAN_REPORT_PICTURES_H

#include "base/text.h"

/* Adds "pictures": {"total": files there are, "shown": [{"epoch", "png"}]}: files
 * samples/epoch-NNNN.png of the folder, evenly chosen, with the first and the last, so that their
 * text is not longer than `budget` bytes. What is not a PNG is left out and noted in `notes`, an
 * open JSON array. STATUS_MEMORY. */
status pictures_add(text *t, text *notes, const char *folder, size_t budget);

#endif
