/* format/cache.h - results that were computed from files, kept so that they need not be computed
 * again.
 *
 * An entry is a few tensors in a file of the user's cache folder ($XDG_CACHE_HOME/gan, or
 * ~/.cache/gan), in the canonical safetensors form of a checkpoint (format/safetensors.h). The
 * header follows from what the entry is, so the reader composes the header that it expects and
 * compares: a file of another procedure, data set or size is not a hit, and nothing in it is
 * trusted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_CACHE_H
#define GAN_FORMAT_CACHE_H

#include <stddef.h>

#include "base/json.h"
#include "base/status.h"
#include "base/stream.h"

typedef enum cache_type { CACHE_F32, CACHE_U8 } cache_type;

/* A tensor of shape (rows, cols), or (cols) if rows is 0. */
typedef struct cache_tensor {
    const char *name;
    int rows, cols;
    void *data; /* NULL: not held in memory (cache_open, cache_write_from) */
    cache_type type;
} cache_tensor;

typedef struct cache_entry {
    const char *file;     /* its name in the folder */
    const char *metadata; /* string members of a JSON object (base/json.h): "format" with a version
                             first, then everything that determines the tensors */
    const cache_tensor *tensors;
    size_t count;
} cache_entry;

/* Fills the tensors. STATUS_IO if there is no such file or folder, or it cannot be read;
 * STATUS_FORMAT if the file is damaged, has another header or size, or a float in it is not finite.
 * After a failure the values of the tensors are undefined. */
status cache_read(const cache_entry *e);

/* An entry that stays open: its last tensor, whose data is NULL, is at this place in the file. */
typedef struct cache_file {
    int fd;
    char *path; /* malloc'ed */
    size_t at;
} cache_file;

/* As cache_read, verifying the whole file, but keeps it open; fd and path are then the caller's. */
status cache_open(const cache_entry *e, cache_file *f);

/* *folder: the cache folder, malloc'ed, which may not be there yet. STATUS_IO if no variable names
 * one. */
status cache_folder(char **folder);

/* Writes the entry; the file appears whole or not at all. Creates the folder if it is missing. */
status cache_write(const cache_entry *e);

/* As cache_write; the bytes of the last tensor, whose data is NULL, come from the source. Its
 * failures, too. */
status cache_write_from(const cache_entry *e, byte_source last);

/* Reads the metadata of a file in the folder, for an entry whose sizes it states: these are not to
 * be trusted until cache_read has accepted the entry that follows from them. json_free releases *o.
 * Fails as cache_read does; nothing is then left to free. */
status cache_metadata(const char *file, json_object *o);

#endif
