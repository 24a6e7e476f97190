/* data/find_idx.h - where the IDX files of a data set are: the usual names. For find.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_FIND_IDX_H
#define GAN_DATA_FIND_IDX_H

#include "data/find.h"

/* The usual names of the training images, without and with .gz; NULL after the last. */
extern const char *const find_image_names[];

/* Finds the training images in a folder and their labels: under one of the usual names, or the one
 * file whose name has the words "train", "images" and "idx" in it. *f is unchanged if there is
 * none. STATUS_USAGE if there are several. */
status find_idx_in(data_place *f, const char *folder);

/* *path: the labels beside a file of images; NULL: none. */
status find_labels(char **path, const char *images);

/* Finds the test images that belong to training images, and their labels; *f is unchanged if there
 * are none. */
status find_idx_test(data_place *f, const char *train);

/* *path: the file beside `train` with "t10k" or "test" for "train" in its name, with or without
 * .gz; NULL: none. */
status find_test_file(char **path, const char *train);

/* Frees a path that names nothing or cannot be looked at; *path is then NULL. STATUS_IO. */
status find_keep(char **path);

#endif
