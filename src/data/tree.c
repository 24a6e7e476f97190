/* data/tree.c - walks a folder and those below it.
 *
 * SPDX-License-Identifier: MIT */
#include "data/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/system.h"

#include "base/banned.h"

/* A folder on the path from the top: reaching one of them again means that a link leads back. */
typedef struct level {
    const struct level *above;
    dev_t device;
    ino_t number;
} level;

typedef struct walk {
    tree *tree;
    size_t room;
    const char *folder;
} walk;

static status out_of_memory(const walk *w)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for the names of its files", w->folder);
}

static bool leads_back(const level *above, const struct stat *st)
{
    for (; above; above = above->above)
        if (above->device == st->st_dev && above->number == st->st_ino)
            return true;
    return false;
}

/* Adds a file and takes ownership of the name. */
static status add_file(walk *w, char *name, const struct stat *st)
{
    tree *t = w->tree;
    if (t->count == w->room) {
        size_t room = w->room == 0 ? 64 : 2 * w->room;
        tree_file *more = room <= TREE_MOST_FILES ? realloc(t->files, room * sizeof *more) : NULL;
        if (!more) {
            free(name);
            return out_of_memory(w);
        }
        t->files = more;
        w->room = room;
    }
    int64_t time = st ? system_modified(st) : 0;
    t->files[t->count++] = (tree_file){ name, st ? (int64_t)st->st_size : -1, time };
    return STATUS_OK;
}

static status walk_folder(walk *w, const char *below, const level *above);

/* A link that leads to nothing counts as a file that cannot be opened (*there is false). Anything
 * else that cannot be examined is an error, because it may contain any number of pictures. */
static status look_at(const walk *w, const char *name, struct stat *st, bool *there)
{
    char *path = NULL;
    TRY(path_join(&path, w->folder, name));
    *there = stat(path, st) == 0;
    status s = *there || errno == ENOENT || errno == ELOOP
                   ? STATUS_OK
                   : status_fail_errno(STATUS_IO, errno, "%s: cannot look at it", path);
    free(path);
    return s;
}

/* Adds the file, or walks the folder, of this name (relative to the top); takes ownership of it. */
static status walk_name(walk *w, char *name, const level *above)
{
    struct stat st;
    bool there = false;
    status s = look_at(w, name, &st, &there);
    if (s == STATUS_OK && (!there || S_ISREG(st.st_mode)))
        return add_file(w, name, there ? &st : NULL);
    if (s == STATUS_OK && S_ISDIR(st.st_mode) && !leads_back(above, &st))
        s = walk_folder(w, name, &(level){ above, st.st_dev, st.st_ino });
    free(name);
    return s;
}

static status walk_entries(walk *w, DIR *d, const char *path, const char *below, const level *above)
{
    for (;;) {
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e && errno != 0)
            return status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", path);
        if (!e)
            return STATUS_OK;
        if (e->d_name[0] == '.')
            continue;
        char *name = below[0] == 0 ? strdup(e->d_name) : NULL;
        if (below[0] != 0)
            TRY(path_join(&name, below, e->d_name));
        if (!name)
            return out_of_memory(w);
        TRY(walk_name(w, name, above));
    }
}

static status walk_folder(walk *w, const char *below, const level *above)
{
    char *path = NULL;
    TRY(path_join(&path, w->folder, below));
    DIR *d = opendir(path);
    status s = d ? walk_entries(w, d, path, below, above)
                 : status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", path);
    if (d)
        closedir(d);
    free(path);
    return s;
}

static int compare(const void *a, const void *b)
{
    const tree_file *x = a, *y = b;
    return strcmp(x->name, y->name);
}

status tree_list(tree *t, const char *folder)
{
    struct stat st;
    *t = (tree){ 0 };
    walk w = { .tree = t, .folder = folder };
    if (stat(folder, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", folder);
    status s = walk_folder(&w, "", &(level){ NULL, st.st_dev, st.st_ino });
    if (s != STATUS_OK)
        tree_free(t);
    else if (t->count > 0)
        qsort(t->files, t->count, sizeof *t->files, compare);
    return s;
}

void tree_free(tree *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->files[i].name);
    free(t->files);
    *t = (tree){ 0 };
}
