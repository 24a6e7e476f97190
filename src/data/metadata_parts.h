/* data/metadata_parts.h - what metadata.c and metadata_files.c share. Nobody else includes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_METADATA_PARTS_H
#define GAN_DATA_METADATA_PARTS_H

#include "data/metadata.h"

/* The pictures' names, to be found. */
typedef struct name_entry {
    const char *name;
    int sample;
} name_entry;

/* Metadata in the making. */
typedef struct metadata_reading {
    const metadata_request *request;
    metadata *out;
    name_entry *sorted; /* (count), by name */
    char **seen;        /* (count): file and line of the record of the picture; NULL: none yet */
    int room;           /* of out->captions */
} metadata_reading;

/* *sample: the picture of this name below `below` ("" or "sub/folder/"); -1: none of this set,
 * which is no mistake. Fails as metadata_read does. */
status metadata_find(metadata_reading *r, const char *below, const char *name, const char *where,
                     int *sample);

/* Adds a caption, or the label, of a picture. */
status metadata_add_caption(metadata_reading *r, int sample, const char *text, const char *where);
status metadata_add_label(metadata_reading *r, int sample, const char *label, const char *where);

/* Reads a file, CSV or JSON Lines by the end of its name. */
status metadata_read_file(metadata_reading *r, const char *path, const char *below);

#endif
