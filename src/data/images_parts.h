/* data/images_parts.h - what the parts of images.c share: images_read.c, images_labels.c,
 * images_crops.c, images_notes.c and images_cache.c; find_parts.c and survey.c look into files
 * with it. Nobody else includes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_IMAGES_PARTS_H
#define GAN_DATA_IMAGES_PARTS_H

#include <stdatomic.h>

#include "data/fit.h"
#include "data/images.h"
#include "data/tree.h"

/* A file of the folder. */
typedef struct picture_file {
    const char *name;
    bool picture; /* or named like one */
    bitmap_header header;
    size_t memory; /* that reading it takes at most */
    char *problem; /* why it is bad, malloc'ed; NULL: it is not */
} picture_file;

/* A set in the making. */
typedef struct image_reading {
    const images_request *request;
    image_set *set;
    rgb background;
    picture_file *files;
    int count;
    int *order;      /* (pictures): the files of the samples */
    int pictures;    /* good pictures among the files, within the limit */
    int small;       /* good pictures that are smaller than a crop */
    size_t memory;   /* that decoding takes at most, on all threads */
    atomic_int done; /* files that this pass is done with */
    atomic_bool out_of_memory;
} image_reading;

/* Reads the headers of all files and sets `memory`, or, with `pixels`, reads the samples. A file
 * that cannot be read gets a `problem`; STATUS_MEMORY is the only failure. */
status images_run_pass(image_reading *r, bool pixels);

/* The sizes of the pictures' files. */
typedef struct extent {
    int least_width, least_height, most_width, most_height;
} extent;

/* True if file i is neither a picture nor what is written about one: metadata.csv, metadata.jsonl,
 * NAME.txt beside NAME.png. */
bool images_is_other(const image_reading *r, int i);

/* Writes the set's note. STATUS_MEMORY. */
status images_write_note(image_reading *r, const extent *e);

/* Gives notice of what a run on the set may not expect: folders of runs that were left out, samples
 * from folders named like a held-out part, values that are nearly black. */
void images_tell(const images_request *q, const image_set *s, const tree *files);

/* Sets the set's crop, if it has crops: before the files of the samples are chosen. STATUS_USAGE
 * for options that would scale the pictures. */
status images_choose_crop(image_reading *r);

/* True if the file's picture is smaller than a crop. */
bool images_is_small(const image_reading *r, int file);

/* STATUS_USAGE: no picture is as large as a crop. */
status images_all_are_small(const image_reading *r);

/* Gives each picture its area, if the set has crops. STATUS_MEMORY. */
status images_plan_areas(image_reading *r);

/* Where picture i of the set begins, for i up to `count`, and so where the last one ends. */
size_t images_at(const image_set *s, int i);

/* The pixels from `at` on: those in memory, or n of them, read into `room`. */
const unsigned char *images_pixels(const image_set *s, size_t at, size_t n, unsigned char *room);

/* STATUS_MEMORY if the samples, and decoding them, need more than there is; STATUS_USAGE if more
 * than the request gives them. */
status images_check_memory(const image_reading *r);

/* Sets labels and classes by the names, if the subfolders are classes; else no_classes.
 * STATUS_MEMORY. */
status images_set_labels(image_set *s);

/* Fills *s from the cache. STATUS_IO if it has no entry, or one of other files; STATUS_FORMAT for a
 * damaged entry. After a failure images_close releases what *s has. */
status images_cache_read(image_set *s, const images_request *r, const tree *t);
status images_cache_write(const image_set *s, const images_request *r, const tree *t);

#endif
