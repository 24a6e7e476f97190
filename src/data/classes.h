/* data/classes.h - the classes of a test part, matched with those of the training part by name. For
 * dataset.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_CLASSES_H
#define GAN_DATA_CLASSES_H

#include "data/dataset.h"

/* Both parts are folders of pictures, and each has numbered its own subfolders. Gives each picture
 * of the test part the class of `train` whose name a folder on its path has, and leaves out those
 * that have none. If all of them have none, the test part keeps them, without labels. *report, for
 * people, names the classes that either part lacks; NULL: the classes are the same. The caller
 * frees it. STATUS_MEMORY. */
status classes_match(dataset *test, const dataset *train, char **report);

#endif
