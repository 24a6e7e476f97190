/* data/find.h - where the files of a data set are, and of which kind they are.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_FIND_H
#define GAN_DATA_FIND_H

#include <stdbool.h>

#include "base/status.h"

typedef enum data_kind {
    FOUND_NOTHING,
    FOUND_IDX,
    FOUND_CIFAR, /* a folder with batches */
    FOUND_IMAGES /* a folder of PNG and JPEG files */
} data_kind;

typedef struct data_place {
    data_kind kind;
    char *path;   /* the IDX file of images, or the folder */
    char *labels; /* the IDX file of labels; NULL: none */
} data_place;

/* The training part of what `where` names, as dataset_open says it. STATUS_IO where there is none.
 */
status find_data(data_place *f, const char *where);

/* The test part that belongs to it; FOUND_NOTHING where there is none. */
status find_test(data_place *f, const data_place *train);

/* The i-th file of a CIFAR-10 folder's training part, or, where `test`, of its test part; NULL in
 * *path after the last. */
status find_batch(char **path, const char *folder, bool test, int i);

void data_place_free(data_place *f);

#endif
