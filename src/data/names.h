/* data/names.h - what the names of files and folders in a data set mean: what no walk enters, the
 * parts of a data set, and the files that gan itself writes.
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

/* How usual the name is for a training part or for a held-out part: 0 is the most usual, -1 means
 * that it is none. Letter case, separators, numbers and words such as "set" and "images" do not
 * count: "Test_Set", "val2017" and "seg_test" are held-out parts. */
int name_train_rank(const char *name);
int name_held_out_rank(const char *name);

/* The name is one of a held-out part, or of one of several ("testA"). */
bool name_looks_held_out(const char *name);

/* *is: the folder holds a run of gan, known by two of its files model.bin, run.json and
 * metrics.csv; or it holds the pictures of a run, known by those of epoch 0. STATUS_IO,
 * STATUS_MEMORY. */
status name_run_is_in(bool *is, const char *folder);
status name_run_pictures_are_in(bool *are, const char *folder);

/* The file or folder of this name in the folder of a run belongs to the run. */
bool name_is_of_run(const char *name);

#endif
