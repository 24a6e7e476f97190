/* data/crops.h - random parts of pictures: what a run learns from whose pictures keep their own
 * sizes.
 *
 * A set with crops (dataset.crop > 0) has pictures of any size, none smaller than a crop. An epoch
 * has max(1, floor(h w / crop^2)) crops of a picture of h x w pixels, so each pixel is seen about
 * once; their numbers are those of the first picture, then those of the second, and so on. The
 * number of a crop chooses its picture, its place in the epoch's order its position, whether it is
 * mirrored, and how it is turned (docs/random-streams.md, "Crops").
 *
 *     uint32_t n = dataset_crops(&d);
 *     random_shuffle(shuffle, n, order);
 *     dataset_crop_batch(&d, &compute, &draw, order, first, rows, out);
 *
 * A set without crops answers as one whose crops are its samples.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_CROPS_H
#define GAN_DATA_CROPS_H

#include <stdbool.h>
#include <stdint.h>

#include "data/dataset.h"
#include "math/random.h"

/* How the crops of an epoch are drawn. */
typedef struct crop_draw {
    random_stream stream; /* of use RANDOM_CROP; its step is the epoch */
    bool flip;            /* mirrors half of them, left to right */
    bool turn;            /* turns them by 0 to 3 quarters */
} crop_draw;

/* The crops in an epoch. */
uint32_t dataset_crops(const dataset *d);

/* The picture that crop `number` is part of; number < dataset_crops. */
int dataset_crop_picture(const dataset *d, uint32_t number);

/* out (channels, crop, crop) = crop `number`, which has that place in the epoch's order, counted
 * from 0. Only for a set with crops; on the disk, neither mirrored nor turned. */
void dataset_crop(const dataset *d, const crop_draw *draw, uint32_t number, uint32_t place,
                  unsigned char *out);

/* The same from what dataset_read_crop has read. */
void dataset_crop_from(const unsigned char *read, const dataset *d, const crop_draw *draw,
                       uint32_t number, uint32_t place, unsigned char *out);

/* Reads the pixels of that crop from the disk, neither mirrored nor turned. */
void dataset_read_crop(const dataset *d, const crop_draw *draw, uint32_t number, uint32_t place,
                       unsigned char *out);

/* Row i of out (n, sample size) = the crop with the number order[i] and the place first + i, on all
 * threads, as floats in [-1, 1]. Only for a set with crops; on the disk, neither mirrored nor
 * turned. */
void dataset_crop_batch(const dataset *d, const compute *c, const crop_draw *draw,
                        const uint32_t *order, uint32_t first, int n, float *out);

/* A picture as a whole. */
typedef struct dataset_picture {
    const unsigned char *pixels; /* (channels, height, width); NULL: on the disk */
    int height, width;
} dataset_picture;

/* Image i of any set of images. */
dataset_picture dataset_picture_of(const dataset *d, int i);

#endif
