/* cli/upscale_files.h - which pictures `gan upscale` reads, and which files it writes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_UPSCALE_FILES_H
#define GAN_CLI_UPSCALE_FILES_H

#include <stdbool.h>

#include "base/status.h"

typedef struct upscale_file {
    char *in, *out;
    char *problem; /* why it cannot be read, known before it is opened; NULL: nothing is known */
} upscale_file;

typedef struct upscale_files {
    upscale_file *items;
    int count, room;
    int others;     /* files in folders that are not pictures */
    bool in_folder; /* the results go into a folder, under the names of the pictures */
} upscale_files;

/* Finds the pictures that the words name, files or folders, and the names of the results: `out` is
 * a file if there is one picture, else a folder.
 *
 * STATUS_USAGE if `out` does not suit, two results would have one name, or a result would replace
 * an input; STATUS_EXISTS if a result in a folder is there already, unless `overwrite`; STATUS_IO,
 * STATUS_FORMAT if a folder has no pictures, STATUS_MEMORY. *f may be freed in any case. */
status upscale_files_find(upscale_files *f, char *const *words, int n, const char *out,
                          bool overwrite);

void upscale_files_free(upscale_files *f);

#endif
