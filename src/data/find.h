/* data/find.h - what kind of data set a name means, and where its files are.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_FIND_H
#define GAN_DATA_FIND_H

#include <stdbool.h>

#include "base/status.h"
#include "format/cifar.h"

typedef enum data_kind {
    DATA_NONE,
    DATA_POINTS,  /* of a mixture (data/synthetic.h) */
    DATA_STACKED, /* digits (data/stacked.h) */
    DATA_IDX,     /* a file of images, perhaps one of labels */
    DATA_CIFAR,   /* a folder of the batches of CIFAR-10 or CIFAR-100 */
    DATA_PICTURES /* a folder of pictures */
} data_kind;

typedef struct data_place {
    data_kind kind;
    char *path;   /* the IDX file of images, the folder, or the name of what is made */
    char *labels; /* the IDX file of labels; NULL: none */
    char *note;   /* what is not used, for people; NULL: nothing to say */
} data_place;

/* Finds the training part of what `where` names, as data/dataset.h defines it. STATUS_IO if there
 * is none. */
status find_data(data_place *f, const char *where);

/* True for the name of data that this program makes, such as ring; no file is meant by it. */
bool find_is_name(const char *where);

/* Finds the test part that belongs to it; DATA_NONE if there is none. */
status find_test(data_place *f, const data_place *train);

/* *form: that of the CIFAR data set whose first training batch is in the folder; NULL: none. */
status find_cifar(const cifar_form **form, const char *folder);

/* The path of the i-th file of the training part, or of the test part, in a folder of that form;
 * *path is NULL after the last that is there. */
status find_batch(char **path, const cifar_form *form, const char *folder, bool test, int i);

void data_place_free(data_place *f);

#endif
