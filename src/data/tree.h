/* data/tree.h - lists the files in a folder and in those below it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_TREE_H
#define GAN_DATA_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct tree_file {
    char *name;   /* its path, relative to the folder */
    int64_t size; /* bytes; -1: a symbolic link to nothing */
    int64_t time; /* of the last change, in nanoseconds since 1970 */
} tree_file;

typedef struct tree {
    tree_file *files; /* ordered by the bytes of their names */
    size_t count;
} tree;

enum { TREE_MOST_FILES = 1 << 24 };

/* Lists the files. Follows symbolic links, except to a folder that contains them; leaves out names
 * that begin with a dot, and what is neither a file nor a folder. STATUS_IO if a folder cannot be
 * read, STATUS_MEMORY. After a failure nothing is left to free. */
status tree_list(tree *t, const char *folder);

void tree_free(tree *t);

#endif
