/* data/dataset.h - what to learn from: images as bytes in memory, or points of the plane as floats;
 * batches of floats, of images in [-1, 1].
 *
 *     dataset d;
 *     TRY(dataset_open(&d, where, limit));
 *     dataset_batch(&d, &compute, order, n, out);     as often as needed
 *     dataset_close(&d);
 *
 * The order of the samples, and with it the shuffle, is the caller's.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_DATASET_H
#define GAN_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"
#include "data/find.h"
#include "data/images.h"
#include "math/compute.h"

typedef struct dataset {
    int count;                   /* samples that are used */
    int channels, height, width; /* of a sample; 1, 28, 28 for MNIST; 2, 1, 1 for points */
    unsigned char *pixels;       /* (count, channels*height*width), row-major; NULL: has points */
    float *points;               /* (count, 2); NULL: has pixels */
    unsigned char *labels;       /* (count), or NULL where there are none */
    char *path;                  /* the image file that they came from, or the folder, or the name
                                    of the mixture */
    int total;                   /* samples that there are */
    data_kind kind;              /* FOUND_NOTHING for a mixture */
    bool is_held_out;            /* a test part that was taken from the training images */
    uint32_t fingerprint; /* CRC-32, as zlib's, of count, channels, height and width as 4 bytes
                             each, little-endian, then of the pixels, or of the points as 4 bytes
                             each, little-endian */
    /* Of a folder of pictures: */
    char **names;   /* (count), from the folder on; NULL: no such folder */
    char *note;     /* what was done with them; NULL: nothing */
    int bad, other; /* files left out, and files that are no pictures */
} dataset;

/* What to open, and how. */
typedef struct dataset_request {
    const char *where;
    int limit;
    image_options images;        /* for PNG and JPEG files */
    int channels, height, width; /* what these have to be; 0: what the options say */
    bool fresh;                  /* read these, with nothing from the cache or to it */
    const compute *compute;      /* decodes them; NULL: one thread */
    const image_watch *watch;    /* who watches that; NULL: nobody */
} dataset_request;

/* With all else as it is by default. */
dataset_request dataset_request_of(const char *where, int limit);

/* Reads the training images and, where they are, their labels; or makes points.
 *
 * `where` is the name of a mixture (data/synthetic.h), whatever else has that name (./ring is a
 * folder), or one IDX file of images, or a folder. A folder has IDX files under one of their usual
 * names (train-images-idx3-ubyte or train-images.idx3-ubyte, train-labels-idx1-ubyte or
 * train-labels.idx1-ubyte, each as it is or with .gz); or else CIFAR-10's data_batch_1.bin and so
 * on; or else PNG and JPEG files, in it or below (data/images.h), of which only those in its
 * subfolder "train" are taken where it has that and a "test". The labels of one IDX file are the
 * file beside it whose name has "labels" for "images" and "idx1" for "idx3". NULL: the first of
 * these that has images: what the environment variable GAN_DATA names, data/mnist, the installed
 * share/gan/mnist.
 *
 * limit: only the first so many samples are used and kept in memory; 0: all. The files are checked
 * as a whole nevertheless.
 *
 * STATUS_IO where there are no images, with the name that may have been meant, or with the places
 * that were searched; STATUS_FORMAT for files that are not what they have to be; STATUS_USAGE for a
 * limit beyond what is there and for options that do not go with what is there. After a failure
 * nothing is left to close. */
status dataset_open_with(dataset *d, const dataset_request *r);
status dataset_open(dataset *d, const char *where, int limit);

/* Reads the test images that belong to training images, and their labels: the file in the same
 * folder whose name has "t10k" or "test" for "train", as it is or with .gz; CIFAR-10's
 * test_batch.bin; the folder "test" beside a folder "train". STATUS_IO where there is none,
 * STATUS_FORMAT for files that are not what they have to be or images of another size.
 *
 * A folder of pictures without a test part is opened whole for this (limit 0), and the last fifth
 * of its images is taken out of `train`, whose fingerprint changes. After a failure nothing is left
 * to close but `train`. */
status dataset_open_test(dataset *d, dataset *train, const dataset_request *r);

void dataset_close(dataset *d);

/* channels*height*width */
int dataset_sample_size(const dataset *d);

/* Adds the name of class k: its subfolder's in a folder of pictures, else its number. */
void dataset_add_class(text *t, const dataset *d, int k);

/* Bytes that the samples and their labels take up. */
size_t dataset_memory(const dataset *d);

/* Sample order[i] becomes row i of out (n, sample size), on all threads: a byte x becomes
 * (2x - 255)/255, an exact numerator and one correctly rounded division; a point stays what it is.
 * Every order[i] < count. */
void dataset_batch(const dataset *d, const compute *c, const uint32_t *order, int n, float *out);

#endif
