/* data/images.h - the pictures of a folder and those below it, as images of one size.
 *
 * The first bytes of a file tell whether it is a picture. Other files are left out, except those
 * named like a picture. These, broken pictures, pictures in a format that is not supported and
 * folders that cannot be listed are bad files: an error, or left out if the options say so.
 *
 * If every picture is in a subfolder, and there are 2 to 256 subfolders, each subfolder is a class.
 * If one folder contains everything, its subfolders count.
 *
 * The n pictures, ordered by the bytes of their names, become samples in an order that spreads
 * them: sample i is picture i s mod n, where s is the smallest number from 0.618 n on that has no
 * common factor with n. So any consecutive samples, such as the first --limit or the last that are
 * held out, come from the whole folder, whatever the names mean.
 *
 * Or each picture keeps its own size, to be trained on in crops (data/crops.h): then pictures
 * that are smaller than a crop are left out, only the first `limit` are read, and the cache is
 * not used, as decoding them takes hardly longer than reading what they decode to.
 *
 * Otherwise the samples are kept in the user's cache (format/cache.h) together with all that they
 * depend on: the name, size, times and number of each file, and the options. If any of these
 * changes, everything is read again.
 *
 * A set that memory does not hold stays in the cache, whose file is verified once, or in a file
 * without a name where the cache does not keep it (data/store.h).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_IMAGES_H
#define GAN_DATA_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "data/options.h"
#include "data/store.h"
#include "math/compute.h"

enum {
    IMAGES_MOST_CLASSES = 256,
    IMAGES_LARGEST_KEPT = 64, /* largest side that --size 0 keeps; else it becomes */
    IMAGES_USUAL_SIZE = 32,
    IMAGES_MOST_BYTES = 1 << 28, /* of a file */
    IMAGES_USUAL_CROP = 48
};

/* Is told of the progress: thousands of files take some seconds. Each function may be NULL, and is
 * called by the thread that opens the set. */
typedef struct image_watch {
    void *context;
    /* The pictures are about to be read, with at most so many bytes of memory for the samples and
     * for decoding them; not from the cache. */
    void (*start)(void *context, int pictures, size_t bytes);
    void (*progress)(void *context, int done, int pictures);
    void (*end)(void *context);
    /* A bad file was left out. */
    void (*bad)(void *context, const char *message);
    /* The cache could not be read or written, or a run on this set may do what people do not
     * expect.
     */
    void (*notice)(void *context, const char *message);
} image_watch;

/* A picture that keeps its own size, among those in memory. */
typedef struct image_area {
    size_t at; /* of its first byte */
    int height, width;
    uint32_t first_crop; /* its number; data/crops.c sets it */
} image_area;

/* A crop instead of a number of pixels: IMAGES_USUAL_CROP, or the shorter side of the middle
 * picture in the order of these sides if that is less; rounded down to a multiple of crop_step. */
enum { CROP_NATURAL = -1 };

/* The largest multiple of `step` (0: 1) that is at most `side` and at most `usual`; at least one
 * step. */
int crop_natural(int side, int usual, int step);

typedef struct images_request {
    const char *folder;
    const image_options *options;
    int channels, height, width; /* required; 0: as the options say */
    int crop;                    /* the side of a crop, or CROP_NATURAL; 0: pictures of one size */
    int crop_step;               /* 0: 1 */
    int limit;                   /* of pictures that keep their sizes; 0: none */
    double memory;               /* for the pictures; 0: what this process may use */
    bool *too_large;             /* set to true if that is too little; may be NULL */
    bool fresh;                  /* read the files, and do not use the cache */
    bool on_disk;                /* the pixels stay there: in the cache, or where it has none */
    bool held_out;               /* the folder is a held-out part */
    const compute *compute;      /* NULL: on this thread only */
    const image_watch *watch;    /* may be NULL */
} images_request;

typedef struct image_set {
    int count, channels, height, width;
    int total;             /* pictures that could be samples; more than `count` by a limit */
    unsigned char *pixels; /* (count, channels*height*width), or each in its own area; NULL: */
    store *store;          /* they are on the disk, in the same order; NULL: in memory */
    int crop;              /* 0: no crops; else height and width */
    image_area *areas;     /* (count); NULL: no crops */
    unsigned char *labels; /* (count), or NULL */
    char **names;          /* (count), relative to the folder */
    char **classes;        /* (class_count), the names of the labels 0, 1, ... */
    int class_count;       /* 0: no classes */
    char *no_classes;      /* why there are none, for people; NULL: there are classes */
    char *note;            /* how they were scaled and selected, for people */
    int bad, other;        /* bad files that were left out, and files that are not pictures */
    size_t reading_memory; /* that decoding took at most; 0: they came from the cache */
} image_set;

/* Reads the pictures of a folder. STATUS_FORMAT for a bad file, STATUS_IO if there is no picture,
 * STATUS_USAGE for an invalid background and for a crop into which no picture fits, STATUS_MEMORY,
 * also if the pictures need more than there is: then none has been read but its header. After a
 * failure nothing is left to free. */
status images_open(image_set *s, const images_request *r);

void images_close(image_set *s);

/* *picture: the file is a picture, or named like one. STATUS_IO if such a file cannot be opened. */
status images_look(const char *path, bool *picture);

/* *found: the folder contains a picture, or a file named like one. STATUS_IO, STATUS_MEMORY. */
status images_are_in(const char *folder, bool *found);

#endif
