/* data/names.h - what the names of files and folders in a data set mean: what no walk enters, and
 * the files that gan itself writes. Those of its parts are in part_names.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_NAMES_H
#define GAN_DATA_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* The name, in any letter case, is hidden (it begins with a dot) or belongs to the system that
 * stored the folder: thumbnails, waste, resource forks ("@eaDir", "__MACOSX", "Thumbs.db", ...). */
bool name_is_litter(const char *name);

/* *is: the folder holds a run of gan, known by two of its files model.bin, run.json and
 * metrics.csv; or it holds the pictures of a run, known by those of epoch 0. STATUS_IO,
 * STATUS_MEMORY. */
status name_run_is_in(bool *is, const char *folder);
status name_run_pictures_are_in(bool *are, const char *folder);

/* The file or folder of this name in the folder of a run belongs to the run. */
bool name_is_of_run(const char *name);

#endif
