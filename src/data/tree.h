/* data/tree.h - the files in a folder and in those below it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_TREE_H
#define GAN_DATA_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct tree_file {
    char *name;   /* its path from the folder */
    int64_t size; /* bytes; -1: a symbolic link to nothing */
    int64_t time; /* of its last change, in nanoseconds */
} tree_file;

typedef struct tree {
    tree_file *files; /* by the bytes of their names */
    size_t count;
} tree;

enum { TREE_MOST_FILES = 1 << 24 };

/* Lists them. Symbolic links are followed, except to a folder that they are in; what begins with a
 * dot, and what is neither a file nor a folder, is left out. STATUS_IO where a folder cannot be
 * read. After a failure nothing is left to free. */
status tree_list(tree *t, const char *folder);

void tree_free(tree *t);

#endif
