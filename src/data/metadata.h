/* data/metadata.h - what is written about the pictures of a folder: in a metadata.csv or
 * metadata.jsonl, as Hugging Face's ImageFolder has them, or in NAME.txt beside NAME.png.
 * docs/captions.md defines the files. For dataset.c and captions_open.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_METADATA_H
#define GAN_DATA_METADATA_H

#include <stdbool.h>

#include "base/status.h"

/* The pictures that the files describe. */
typedef struct metadata_request {
    const char *folder;
    char *const *names; /* (count), relative to the folder, all different */
    int count;
    const char *file; /* the only file to read, with names relative to the folder; NULL: those that
                         are in the folder and below it */
    bool incomplete;  /* some pictures of the folder are not among the names */
} metadata_request;

/* One caption of a picture. */
typedef struct metadata_caption {
    int sample;
    int number; /* in the order of reading */
    char *text;
} metadata_caption;

typedef struct metadata {
    metadata_caption *captions; /* (caption_count), by sample and number */
    int caption_count;
    char **labels; /* (count); NULL: no file has labels; an element of NULL: not this picture */
    char *source;  /* the first file that was read; NULL: there is none */
    int count;     /* of pictures */
} metadata;

/* Reads the files. STATUS_FORMAT, with file and line, for a file that cannot be read, names a
 * picture that is not there or one that it or another has named, or has an empty caption or label;
 * STATUS_IO, STATUS_MEMORY. After a failure nothing is left to free. */
status metadata_read(metadata *m, const metadata_request *q);

/* Reads NAME.txt for each picture that has one, a caption in each line, instead of metadata files.
 * The same failures. */
status metadata_read_texts(metadata *m, const metadata_request *q);

/* True if the name ends like a file that metadata_read reads, .csv or .jsonl. */
bool metadata_is_file(const char *path);

void metadata_free(metadata *m);

#endif
