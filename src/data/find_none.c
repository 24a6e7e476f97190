/* data/find_none.c - looks for what a folder has instead of data: archives, arrays, a run of gan.
 *
 * SPDX-License-Identifier: MIT */
#include "data/find_none.h"

#include <stdlib.h>

#include "base/file.h"
#include "data/find_idx.h"
#include "data/tree.h"
#include "format/foreign.h"
#include "format/gzip.h"

#include "base/banned.h"

enum { MOST_FILES = 1000 }; /* that are looked into */

/* The kind of the file by its first bytes, or its name if these cannot be read. */
static const foreign_kind *kind_of(gzip_file *g, const char *path)
{
    unsigned char start[FOREIGN_MAGIC];
    size_t n = 0;
    if (gzip_open(g, path) == STATUS_OK) {
        if (gzip_read(g, start, sizeof start, &n) != STATUS_OK)
            n = 0;
        gzip_close(g);
    }
    return foreign_kind_of(path, start, n);
}

/* Fails with the first file of a known kind; STATUS_OK if there is none. */
static status name_foreign(const char *folder, const tree *t, gzip_file *g)
{
    for (size_t i = 0; i < t->count && i < MOST_FILES; i++) {
        char *path = NULL;
        if (t->files[i].size < 0)
            continue;
        TRY(path_join(&path, folder, t->files[i].name));
        const foreign_kind *kind = kind_of(g, path);
        status s = kind ? status_fail(STATUS_IO, "%s: has no pictures, but %s is %s: %s", folder,
                                      t->files[i].name, kind->what, kind->advice)
                        : STATUS_OK;
        free(path);
        TRY(s);
    }
    return STATUS_OK;
}

static status explain(const char *folder, const tree *t, gzip_file *g)
{
    if (t->run_count > 0)
        return status_fail(STATUS_IO,
                           "%s: has no pictures except those of a run of gan in %s%s, which are no "
                           "data: name the folder of the data instead",
                           folder, t->runs[0][0] == 0 ? "it" : "", t->runs[0]);
    TRY(name_foreign(folder, t, g));
    return status_fail(STATUS_IO,
                       "%s: expected pictures in this folder or below, %s or %s (with "
                       "or without .gz), or data_batch_1.bin, found none of them",
                       folder, find_image_names[0], find_image_names[2]);
}

status find_why_none(const char *folder)
{
    tree t;
    TRY(tree_list(&t, folder));
    gzip_file *g = malloc(sizeof *g);
    status s = g ? explain(folder, &t, g) : status_fail(STATUS_MEMORY, "%s: out of memory", folder);
    free(g);
    tree_free(&t);
    return s;
}
