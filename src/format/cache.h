/* format/cache.h - what was computed from files and need not be computed again.
 *
 * An entry is a few tensors in a file of the user's cache folder ($XDG_CACHE_HOME/gan, or
 * ~/.cache/gan), in the same canonical safetensors form as a checkpoint (docs/checkpoint.md). Its
 * header is a function of what the entry is, so the reader makes the header that it expects and
 * compares: a file of another procedure, data set or size is no hit, and nothing of it is believed.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_CACHE_H
#define GAN_FORMAT_CACHE_H

#include <stddef.h>

#include "base/json.h"
#include "base/status.h"

typedef enum cache_type { CACHE_F32, CACHE_U8 } cache_type;

/* A tensor of shape (rows, cols), or (cols) where rows is 0. */
typedef struct cache_tensor {
    const char *name;
    int rows, cols;
    void *data;
    cache_type type;
} cache_tensor;

typedef struct cache_entry {
    const char *file;     /* its name in the folder */
    const char *metadata; /* members of a JSON object (base/json.h), all that the tensors follow
                             from, "format" and its version the first */
    const cache_tensor *tensors;
    size_t count;
} cache_entry;

/* Fills the tensors. STATUS_IO where there is no such file or no folder, or it cannot be read;
 * STATUS_FORMAT where it is not what it has to be: damaged, of another size or header, with a float
 * that is not finite. The tensors are then of no use. */
status cache_read(const cache_entry *e);

/* Writes the entry; the file appears whole or not at all. The folder is made if it is missing. */
status cache_write(const cache_entry *e);

/* What the metadata of a file in the folder says, for an entry whose sizes it decides: they are
 * claims until cache_read has found the entry that follows from them. Failures as cache_read; after
 * one nothing is left to free. */
status cache_metadata(const char *file, json_object *o);

#endif
