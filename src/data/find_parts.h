/* data/find_parts.h - the parts of a folder of pictures: which subfolder is for training, which one
 * is held out. For find.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_FIND_PARTS_H
#define GAN_DATA_FIND_PARTS_H

#include "base/status.h"

typedef struct picture_parts {
    char *train; /* the path of the folder to train on */
    char *note;  /* the parts, if anything beside them is not read; NULL: nothing to say */
} picture_parts;

/* Finds the parts of a folder: two of its subfolders, by their names (data/part_names.h), or else
 * the folder itself. If all its pictures are in one folder, that one is searched instead.
 * STATUS_IO, STATUS_MEMORY; nothing is then left to free. */
status picture_parts_find(picture_parts *p, const char *folder);

/* *path: the folder beside `train` that is the held-out part of it; NULL if `train` is not named
 * like a training part, or nothing beside it like a held-out part. */
status picture_parts_beside(char **path, const char *train);

void picture_parts_free(picture_parts *p);

#endif
