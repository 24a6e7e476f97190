/* data/tree.h - lists the files in a folder and in those below it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_TREE_H
#define GAN_DATA_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct tree_file {
    char *name;      /* its path, relative to the folder */
    int64_t size;    /* bytes; -1: unknown, because it cannot be looked at */
    int64_t time;    /* of the last change of its content, in nanoseconds since 1970 */
    int64_t change;  /* the same of its name, owner or content, which no program can set back */
    uint64_t number; /* of the file in its file system: another file has another number */
    char *problem;   /* why a folder cannot be listed, or a name not looked at; NULL: no problem */
} tree_file;

typedef struct tree {
    tree_file *files; /* ordered by the bytes of their names */
    size_t count;
    char *
        *runs; /* folders that hold a run of gan, relative to the folder; "" is the folder itself */
    size_t run_count;
} tree;

enum { TREE_MOST_FILES = 1 << 24 };

/* Lists the files. Follows symbolic links, except to a folder that contains them. Leaves out names
 * that name_is_litter knows (data/names.h), what is neither a file nor a folder, and what a run of
 * gan wrote: of a folder that holds a run, everything; if it is `folder` itself, the run's files.
 *
 * A folder below that cannot be listed becomes a file with a problem. STATUS_IO if `folder` itself
 * cannot be listed, STATUS_MEMORY. After a failure nothing is left to free. */
status tree_list(tree *t, const char *folder);

void tree_free(tree *t);

#endif
