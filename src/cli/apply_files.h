/* cli/apply_files.h - which pictures `gan upscale` and `gan restore` read, and which files they
 * write.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_APPLY_FILES_H
#define GAN_CLI_APPLY_FILES_H

#include <stdbool.h>

#include "base/status.h"

typedef struct apply_file {
    char *in, *out;
    char *problem; /* why it cannot be read, known before it is opened; NULL: nothing is known */
} apply_file;

typedef struct apply_files {
    apply_file *items;
    int count, room;
    int others;     /* files in folders that are not pictures */
    bool in_folder; /* the results go into a folder, under the names of the pictures */
} apply_files;

/* Finds the pictures that the words name, files or folders, and the names of the results: `out` is
 * a file if there is one picture, else a folder.
 *
 * STATUS_USAGE if `out` does not suit, two results would have one name, or a result would replace
 * an input; STATUS_EXISTS if a result in a folder is there already, unless `overwrite`; STATUS_IO,
 * STATUS_FORMAT if a folder has no pictures, STATUS_MEMORY. *f may be freed in any case. */
status apply_files_find(apply_files *f, char *const *words, int n, const char *out, bool overwrite);

void apply_files_free(apply_files *f);

#endif
