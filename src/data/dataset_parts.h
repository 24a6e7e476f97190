/* data/dataset_parts.h - what the parts of dataset.c share: dataset_test.c, select.c, hold_out.c,
 * classes.c, captions_open.c, captions_pictures.c, crops.c, batch.c and on_disk.c. Nobody else
 * includes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_DATASET_PARTS_H
#define GAN_DATA_DATASET_PARTS_H

#include "data/dataset.h"
#include "math/kernels.h"

/* Tells the watch something that is no failure; the text may contain names as they are. */
void dataset_notice(const dataset_request *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads all samples of what was found, except those that no option needs; `like`: the training
 * images, if this is their test part. */
status dataset_read(dataset *d, const data_place *f, const dataset_request *r, const dataset *like);

/* True if the request asks for captions, or for what needs them. */
bool captions_are_wanted(const dataset_request *r);

/* Reads the captions of a set that has all of its samples, if they are wanted; `train`: the
 * training images, if this is their test part. STATUS_USAGE, STATUS_IO, STATUS_FORMAT,
 * STATUS_MEMORY. */
status captions_open(dataset *d, const dataset_request *r, const dataset *train);

/* The captions of a folder of pictures: from a file, or, if it is NULL, from the files in the
 * folder; d->captions stays NULL if there are none. For captions_open, whose failures apply. */
status captions_of_pictures(dataset *d, const dataset_request *r, const char *file, bool is_test);

/* Makes the labels of a folder's metadata files, if they have any, the classes. Files that cannot
 * be read are a notice. STATUS_MEMORY. */
status captions_set_labels(dataset *d, const dataset_request *r);

/* *to: a set of the images order[0] .. order[n-1], with their labels and captions. After
 * a failure, too, dataset_close releases it. STATUS_MEMORY. */
status dataset_copy(dataset *to, const dataset *from, const uint32_t *order, int n);

/* Keeps the images order[0] .. order[n-1], which ascend, and all that is known of them.
 * STATUS_MEMORY; the set is then unchanged. */
status dataset_keep(dataset *d, const uint32_t *order, int n);

/* Image i becomes image `to`, which is none that is still needed: all below `to` have been moved or
 * have kept their places. With its area, but nothing else that is known of it. */
void dataset_move(dataset *d, int i, int to);

/* Moves the images of that share of the captions to d->held; 0: does nothing. STATUS_USAGE if no
 * image or every image would be moved, STATUS_MEMORY. */
status dataset_hold_out(dataset *d, double share);

/* Keeps the first `limit` samples; 0, or more than there are: all of them. */
status dataset_cut(dataset *d, int limit);

/* Where the bytes of image i begin, for i up to `count`, and so where the last one ends. */
size_t dataset_at(const dataset *d, int i);

/* Makes images of one size a set with crops, and those that it holds out; does nothing if `crop` is
 * 0 or the images are pictures that keep their sizes. STATUS_USAGE if the crop is larger than the
 * images, or for points; STATUS_MEMORY. */
status dataset_crop_images(dataset *d, int crop, int step);

/* Numbers the crops of the images, if the set has crops. STATUS_USAGE if there are too many. */
status dataset_number_crops(dataset *d);

/* out (sample size) = the middle of image i of a set with crops. */
void dataset_convert_middle(const dataset *d, const kernels *k, int i, float *out);

/* The fingerprint of the set as it is; after a failure of its disk (dataset_check), some number. */
uint32_t dataset_crc(const dataset *d);

/* Says where the images of a set on the disk are, one after another; does nothing for other sets.
 * STATUS_MEMORY. */
status dataset_number_rows(dataset *d);

/* Ends the opening of a data set: it is complete, or closed. */
status dataset_opened(dataset *d, status s);

#endif
