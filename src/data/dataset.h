/* data/dataset.h - what to learn from: images as bytes in memory, or points of the plane as floats.
 * Batches are floats; those of images lie in [-1, 1].
 *
 *     dataset d;
 *     TRY(dataset_open(&d, where, limit));
 *     dataset_batch(&d, &compute, order, n, out);     as often as needed
 *     dataset_close(&d);
 *
 * The caller chooses the order of the samples, and so the shuffle. Images may stay on the disk
 * instead: all functions then read what they need, to the same result.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_DATASET_H
#define GAN_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"
#include "data/captions.h"
#include "data/find.h"
#include "data/images.h"
#include "math/compute.h"

typedef struct dataset {
    int count;                   /* samples that are used */
    int channels, height, width; /* of a sample; 1, 28, 28 for MNIST; 2, 1, 1 for points */
    unsigned char *pixels; /* (count, channels*height*width), row-major; NULL for points, and */
    store *store;          /* if they are on the disk; NULL: they are not */
    uint32_t *rows;        /* (count): on the disk and without areas, where each image is */
    int crop;              /* height and width of the crops that are samples; 0: no crops */
    image_area *areas;     /* (count + 1): with crops, where each image is in the pixels, as
                              (channels, its height, its width); the last: where they end */
    float *points;         /* (count, 2); NULL for images */
    unsigned char *labels; /* (count); NULL: none */
    data_kind kind;        /* stored, never guessed from the sizes */
    char *path;            /* the file of images, the folder, or the name of what is made */
    int total;             /* samples that exist, used or not */
    bool is_held_out;      /* a test part that was taken out of the images of a run's training */
    captions *captions;    /* NULL: none */
    struct dataset *held;  /* the images that --hold-out took out; NULL: none */
    char *no_captions;     /* why there are none, if they were wanted; else NULL */
    uint32_t fingerprint;  /* CRC-32, as zlib's, of count, channels, height and width as 4 bytes
                              each, little-endian, then of the pixels, or of the points as 4 bytes
                              each, little-endian; then of the captions, if there are any. With
                              crops, each image's own height and width precede its pixels */
    /* Only for DATA_PICTURES, and no_classes and note for DATA_STACKED: */
    char **names;          /* (count), relative to the folder */
    char **classes;        /* (class_count), the names of the labels 0, 1, ... */
    int class_count;       /* 0: no classes */
    bool has_named_labels; /* the classes are labels of a metadata file, not subfolders */
    char *no_classes;      /* why there are none, for people; NULL: there are classes */
    char *note;            /* how they were scaled and selected, for people; NULL: nothing to say */
    int bad, other;        /* bad files that were left out, and files that are not pictures */
    size_t reading_memory; /* that decoding took at most, besides the samples */
} dataset;

/* Which captions to read. */
typedef enum caption_use {
    CAPTIONS_IF_NAMED, /* those that --captions names; else none are looked for */
    CAPTIONS_LOOK,     /* those that are there; dataset.no_captions says why there are none */
    CAPTIONS_NEED      /* those that are there; STATUS_USAGE if there are none */
} caption_use;

/* What to open, and how. */
typedef struct dataset_request {
    const char *where;
    int limit;
    image_options images; /* for folders of pictures */
    caption_use captions;
    int channels, height, width; /* required of pictures; 0: as the options say */
    int crop;      /* images keep their own sizes, and samples are square parts of them with this
                      side (data/crops.h), or CROP_NATURAL: of pictures see data/images.h, else the
                      shorter side, rounded down to a multiple of crop_step; 0: no crops */
    int crop_step; /* 0: 1 */
    double memory; /* in bytes, for pictures and reading them; 0: what this process may use */
    bool fresh;    /* read the pictures, and do not use the cache */
    bool on_disk;  /* leave images on the disk (data/store.h), except those of stacked digits */
    const compute *compute;   /* decodes the pictures; NULL: one thread */
    const image_watch *watch; /* is told of the progress; NULL: nobody */
    bool *too_large; /* set to true if `memory` was given and is too little; NULL: nobody asks */
} dataset_request;

/* A request with defaults for everything else. */
dataset_request dataset_request_of(const char *where, int limit);

/* Reads the training images and their labels, if there are any; or makes points. With crops,
 * pictures that are smaller are left out, and the note says so.
 *
 * `where` is one of these:
 * - the name of a mixture (data/synthetic.h) or of data/stacked.h, even if a file has that name
 *   (write ./ring for it);
 * - an IDX file of images; its labels are the file beside it with "labels" for "images" and "idx1"
 *   for "idx3" in its name, or "idx2-int" for "idx3-ubyte" (QMNIST);
 * - a folder. It contains IDX files under one of their usual names (train-images-idx3-ubyte or
 *   train-images.idx3-ubyte, train-labels-idx1-ubyte or train-labels.idx1-ubyte, each with or
 *   without .gz), or one such set under its own name (emnist-letters-train-images-idx3-ubyte); or
 *   else the batches of CIFAR-10; or else pictures, in it or below (data/images.h); or else the
 *   batches of CIFAR-100. If two subfolders are named like a training part and a held-out part
 *   (data/names.h), only the pictures in the training part are used;
 * - NULL: the first of these places that has images: what the environment variable GAN_DATA names,
 *   data/mnist, the installed share/gan/mnist.
 *
 * limit: only the first `limit` samples are used and kept in memory; 0, or more than there are: all
 * of them, in the latter case with a notice. The files are checked completely in any case,
 * except those of pictures that keep their sizes: of what the limit leaves out only the headers.
 *
 * STATUS_MEMORY if pictures need more memory than there is, STATUS_USAGE if more than the request
 * gives, both before they are read. STATUS_IO if there are no images, with the name that may have
 * been meant or the places that were searched; STATUS_FORMAT for invalid files; STATUS_USAGE for
 * options that contradict the data. After a failure nothing is left to close. */
status dataset_open_with(dataset *d, const dataset_request *r);
status dataset_open(dataset *d, const char *where, int limit);

/* Reads the test images that belong to training images, and their labels: the file in the same
 * folder with "t10k" or "test" for "train" in its name, with or without .gz; CIFAR's test batch;
 * the held-out part beside a training part, whose classes become those of the same names
 * (data/classes.h). STATUS_IO if there is none, STATUS_FORMAT for invalid files and for images of
 * another size.
 *
 * If images were held out by their captions, a copy of them is the test part, whatever else there
 * is.
 *
 * A folder of pictures without a test part has to be open as a whole (limit 0): the last fifth of
 * its images is moved out of `train`, whose fingerprint changes. After a failure only `train` is
 * left to close. */
status dataset_open_test(dataset *d, dataset *train, const dataset_request *r);

void dataset_close(dataset *d);

/* channels*height*width of a sample; with crops, of a crop. */
int dataset_sample_size(const dataset *d);

/* The fingerprint that the set would have with only its first `count` samples; at most d->count. */
uint32_t dataset_fingerprint(const dataset *d, int count);

/* Adds the name of class k: that of its subfolder in a folder of pictures, else its number;
 * dataset_show_class adds it as utf8_show shows it. */
void dataset_add_class(text *t, const dataset *d, int k);
void dataset_show_class(text *t, const dataset *d, int k);

/* The memory of the samples and their labels, in bytes; of a set on the disk, that of all that is
 * known of its samples. */
size_t dataset_memory(const dataset *d);

/* The bytes of all images; 0 for points. */
size_t dataset_bytes(const dataset *d);

/* Brings a set that is on the disk into memory. STATUS_IO, STATUS_MEMORY: it is then unchanged. */
status dataset_load(dataset *d);

/* The same with two sets, if both fit so many bytes. */
status dataset_load_both(dataset *a, dataset *b, size_t most);

/* What is read from the disk by functions that return no status is zeros after a failure; this is
 * the first one. STATUS_IO. */
status dataset_check(const dataset *d);

/* The channels*height*width bytes of image i, whatever its size. */
size_t dataset_image_bytes(const dataset *d, int i);

/* Bytes from .. from + n - 1 of image i: in memory, or read from the disk into `room` (n). From any
 * thread. */
const unsigned char *dataset_piece(const dataset *d, int i, size_t from, size_t n,
                                   unsigned char *room);

/* So many bytes at a time are enough for every image (dataset_piece). */
enum { DATASET_PIECE = 1 << 14 };

/* Sample i as floats, as dataset_batch converts it; not for crops. */
void dataset_convert(const dataset *d, const kernels *k, int i, float *out);

/* Sample order[i] becomes row i of out (n, sample size), on all threads: a byte x becomes
 * (2x - 255)/255, an exact numerator and one correctly rounded division; a point is copied. With
 * crops, the sample is the middle of image order[i]: its first row is floor((h - crop) / 2), its
 * first column floor((w - crop) / 2). Every order[i] < count. */
void dataset_batch(const dataset *d, const compute *c, const uint32_t *order, int n, float *out);

#endif
