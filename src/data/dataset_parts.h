/* data/dataset_parts.h - what the parts of dataset.c share: dataset_test.c and captions_open.c.
 * Nobody else includes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_DATASET_PARTS_H
#define GAN_DATA_DATASET_PARTS_H

#include "data/dataset.h"

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

/* Keeps the first `limit` samples; 0, or more than there are: all of them. */
status dataset_cut(dataset *d, int limit);

/* The fingerprint of the set as it is. */
uint32_t dataset_crc(const dataset *d);

/* Ends the opening of a data set: it is complete, or closed. */
status dataset_opened(dataset *d, status s);

#endif
