/* data/images.h - the PNG and JPEG files of a folder and those below it, as images of one size.
 *
 * What is a picture is decided by each file's first bytes. Other files are passed over, but not one
 * that is called .png, .jpg or .jpeg, nor a picture in another format: these, and pictures that are
 * broken, are bad files, which are errors, or are left out where the options say so.
 *
 * Where every picture is in a subfolder, and there are 2 to 256 of them, each subfolder is a class.
 *
 * The n pictures in the order of their names' bytes, 0 .. n-1, become samples in an order that is
 * spread: sample i is picture i s mod n, s the first number without a common factor with n from
 * 0.618 n on. So any samples in a row, the first --limit of them or the last that are held back,
 * are from everywhere, whatever the names mean.
 *
 * What was read is kept in the user's cache (format/cache.h) together with all that it depends on:
 * each file's name, size and time, and the options. When any of it changes, all is read again.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_IMAGES_H
#define GAN_DATA_IMAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "data/options.h"
#include "data/tree.h"
#include "math/compute.h"

enum {
    IMAGES_MOST_CLASSES = 256,
    IMAGES_LARGEST_KEPT = 64, /* a side of images that --size 0 leaves as they are, and else: */
    IMAGES_USUAL_SIZE = 32,
    IMAGES_MOST_BYTES = 1 << 28 /* of a file */
};

/* Who watches the reading, which takes some seconds for thousands of files: each function may be
 * NULL, and is called by the thread that opens. */
typedef struct image_watch {
    void *context;
    /* So many pictures will be so many bytes in memory. Not called where the cache has them. */
    void (*start)(void *context, int pictures, size_t bytes);
    void (*progress)(void *context, int done, int pictures);
    void (*end)(void *context);
    /* A bad file is left out. */
    void (*bad)(void *context, const char *message);
    /* Something of the cache does not work. */
    void (*notice)(void *context, const char *message);
} image_watch;

typedef struct images_request {
    const char *folder;
    const image_options *options;
    int channels, height, width; /* what they have to be; 0: what the options say */
    bool fresh;                  /* read the files, with nothing from the cache or to it */
    const compute *compute;      /* NULL: on this thread only */
    const image_watch *watch;    /* may be NULL */
} images_request;

typedef struct image_set {
    int count, channels, height, width;
    unsigned char *pixels; /* (count, channels*height*width) */
    unsigned char *labels; /* (count), or NULL */
    char **names;          /* (count), from the folder on */
    char *note;            /* what was done with them, for people */
    int bad, other;        /* files that were left out, and files that are no pictures */
} image_set;

/* Reads them. STATUS_FORMAT for a bad file, STATUS_IO where there is no picture, STATUS_USAGE for
 * options that cannot be, STATUS_MEMORY. After a failure nothing is left to free. */
status images_open(image_set *s, const images_request *r);

void images_close(image_set *s);

/* Whether the folder has a picture, or a file called one. STATUS_IO, STATUS_MEMORY. */
status images_are_in(const char *folder, bool *found);

/* ---- parts, images_labels.c and images_cache.c ---- */

/* Labels by the names, or none. */
status images_set_labels(image_set *s);

/* Fills *s from the cache, or fails. STATUS_IO where it has nothing. */
status images_cache_read(image_set *s, const images_request *r, const tree *t);
status images_cache_write(const image_set *s, const images_request *r, const tree *t);

#endif
