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
#include "data/names.h"

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

static void free_file(tree_file *f)
{
    free(f->name);
    free(f->problem);
}

/* Adds a file and takes ownership of its name and problem. */
static status add_file(walk *w, tree_file f)
{
    tree *t = w->tree;
    if (t->count == w->room) {
        size_t room = w->room == 0 ? 64 : 2 * w->room;
        tree_file *more = room <= TREE_MOST_FILES ? realloc(t->files, room * sizeof *more) : NULL;
        if (!more) {
            free_file(&f);
            return out_of_memory(w);
        }
        t->files = more;
        w->room = room;
    }
    t->files[t->count++] = f;
    return STATUS_OK;
}

/* Adds what could not be looked at, with the message of the last failure; so it is reported with
 * the bad pictures, of which it may contain any number. */
static status add_problem(walk *w, const char *name)
{
    tree_file f = { .name = strdup(name), .size = -1, .problem = strdup(status_message()) };
    if (f.name && f.problem)
        return add_file(w, f);
    free_file(&f);
    return out_of_memory(w);
}

static status add_run(walk *w, const char *name)
{
    tree *t = w->tree;
    char **more = realloc(t->runs, (t->run_count + 1) * sizeof *more);
    if (!more)
        return out_of_memory(w);
    t->runs = more;
    t->runs[t->run_count] = strdup(name);
    return t->runs[t->run_count++] ? STATUS_OK : out_of_memory(w);
}

static status walk_folder(walk *w, const char *below, const level *above);

/* A link that leads to nothing counts as a file that cannot be opened (*there is false). */
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
    if (s == STATUS_OK && !there)
        return add_file(w, (tree_file){ .name = name, .size = -1 });
    if (s == STATUS_OK && S_ISREG(st.st_mode))
        return add_file(w, (tree_file){ .name = name,
                                        .size = (int64_t)st.st_size,
                                        .time = system_modified(&st),
                                        .change = system_changed(&st),
                                        .number = (uint64_t)st.st_ino });
    if (s == STATUS_OK && S_ISDIR(st.st_mode) && !leads_back(above, &st))
        s = walk_folder(w, name, &(level){ above, st.st_dev, st.st_ino });
    if (s == STATUS_IO)
        s = add_problem(w, name);
    free(name);
    return s;
}

/* of_run: the folder, which is the top, holds a run. */
static status walk_entries(walk *w, DIR *d, const char *path, const char *below, const level *above,
                           bool of_run)
{
    for (;;) {
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e && errno != 0)
            return status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", path);
        if (!e)
            return STATUS_OK;
        if (name_is_litter(e->d_name) || (of_run && name_is_of_run(e->d_name)))
            continue;
        char *name = below[0] == 0 ? strdup(e->d_name) : NULL;
        if (below[0] != 0)
            TRY(path_join(&name, below, e->d_name));
        if (!name)
            return out_of_memory(w);
        TRY(walk_name(w, name, above));
    }
}

/* *of_run: the folder holds a run, or, unless it is the top, the pictures of one. */
static status look_for_run(bool *of_run, const char *path, bool top)
{
    status s = name_run_is_in(of_run, path);
    if (s == STATUS_OK && !*of_run && !top)
        s = name_run_pictures_are_in(of_run, path);
    return s == STATUS_IO ? status_within(s, "%s: cannot look into the folder", path) : s;
}

static status list_folder(walk *w, const char *path, const char *below, const level *above)
{
    bool of_run = false, top = below[0] == 0;
    DIR *d = opendir(path);
    if (!d)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", path);
    status s = look_for_run(&of_run, path, top);
    if (s == STATUS_OK && of_run)
        s = add_run(w, below);
    if (s == STATUS_OK && (top || !of_run))
        s = walk_entries(w, d, path, below, above, of_run);
    closedir(d);
    return s;
}

static status walk_folder(walk *w, const char *below, const level *above)
{
    char *path = below[0] == 0 ? strdup(w->folder) : NULL;
    if (below[0] != 0)
        TRY(path_join(&path, w->folder, below));
    if (!path)
        return out_of_memory(w);
    status s = list_folder(w, path, below, above);
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
        free_file(&t->files[i]);
    free(t->files);
    for (size_t i = 0; i < t->run_count; i++)
        free(t->runs[i]);
    free(t->runs);
    *t = (tree){ 0 };
}
