/* data/find_parts.c - looks for the parts of a data set among the subfolders of a folder.
 *
 * SPDX-License-Identifier: MIT */
#include "data/find_parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "data/images_parts.h"
#include "data/names.h"

#include "base/banned.h"

/* The subfolder whose name is the most usual one for a part. */
typedef struct candidate {
    char *name; /* NULL: none yet */
    int rank;
} candidate;

/* What is in a folder. */
typedef struct scan {
    const char *folder;
    candidate train, held_out;
    char **rest; /* other subfolders, at most ENOUGH */
    int rest_count;
    char *only;     /* the first subfolder */
    int subfolders; /* counted up to 2 */
    bool pictures;  /* a file in it is a picture */
} scan;

enum { ENOUGH = 1000, DEEPEST = 8 };

static status out_of_memory(const scan *s)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for the names of its files", s->folder);
}

static void scan_free(scan *s)
{
    for (int i = 0; i < s->rest_count; i++)
        free(s->rest[i]);
    free(s->rest);
    free(s->train.name);
    free(s->held_out.name);
    free(s->only);
    *s = (scan){ 0 };
}

static status keep_rest(scan *s, const char *name)
{
    if (s->rest_count == ENOUGH)
        return STATUS_OK;
    char **more = realloc(s->rest, ((size_t)s->rest_count + 1) * sizeof *more);
    if (!more)
        return out_of_memory(s);
    s->rest = more;
    s->rest[s->rest_count] = strdup(name);
    return s->rest[s->rest_count++] ? STATUS_OK : out_of_memory(s);
}

/* The more usual name wins, then the shorter, then the one that comes first. */
static bool is_better(const candidate *c, const char *name, int rank)
{
    if (!c->name || rank != c->rank)
        return !c->name || rank < c->rank;
    size_t n = strlen(name), old = strlen(c->name);
    return n != old ? n < old : strcmp(name, c->name) < 0;
}

/* Offers a name for a part; the one that loses belongs to the rest. */
static status offer(scan *s, candidate *c, const char *name, int rank)
{
    if (!is_better(c, name, rank))
        return keep_rest(s, name);
    char *copy = strdup(name);
    if (!copy)
        return out_of_memory(s);
    status result = c->name ? keep_rest(s, c->name) : STATUS_OK;
    free(c->name);
    c->name = copy;
    c->rank = rank;
    return result;
}

static status add_folder(scan *s, const char *name)
{
    int train = name_train_rank(name), held_out = name_held_out_rank(name);
    s->subfolders += s->subfolders < 2;
    if (!s->only && !(s->only = strdup(name)))
        return out_of_memory(s);
    if (train >= 0)
        return offer(s, &s->train, name, train);
    return held_out >= 0 ? offer(s, &s->held_out, name, held_out) : keep_rest(s, name);
}

/* Files are looked into only until one is a picture; links and what cannot be looked at count as
 * files, of which reading reports what is wrong. */
static status add_name(scan *s, const char *name)
{
    char *path = NULL;
    bool of_run = false, picture = false;
    TRY(path_join(&path, s->folder, name));
    status result = STATUS_OK;
    if (file_is_folder(path)) {
        name_run_is_in(&of_run, path); /* what cannot be looked at is no run */
        result = of_run ? STATUS_OK : add_folder(s, name);
    } else if (!s->pictures) {
        images_look(path, &picture);
        s->pictures = picture;
    }
    free(path);
    return result;
}

static status scan_folder(scan *s, const char *folder)
{
    *s = (scan){ .folder = folder };
    DIR *d = opendir(folder);
    if (!d)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", folder);
    status result = STATUS_OK;
    while (result == STATUS_OK) {
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e && errno != 0)
            result = status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", folder);
        if (!e)
            break;
        if (!name_is_litter(e->d_name))
            result = add_name(s, e->d_name);
    }
    closedir(d);
    if (result != STATUS_OK)
        scan_free(s);
    return result;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Says which folders are the parts, if others are left out. */
static status write_note(picture_parts *p, scan *s)
{
    enum { MOST_SHOWN = 5 };
    text t = { 0 };
    if (s->rest_count == 0 && !s->pictures)
        return STATUS_OK;
    text_add_shown(&t, p->train);
    text_add(&t, ": is the training part, and ");
    text_add_shown(&t, s->held_out.name);
    text_add(&t, " beside it the test part; not used: ");
    qsort(s->rest, (size_t)s->rest_count, sizeof *s->rest, compare_names);
    for (int i = 0; i < s->rest_count && i < MOST_SHOWN; i++) {
        text_add(&t, "%s", i > 0 ? ", " : "");
        text_add_shown(&t, s->rest[i]);
    }
    if (s->rest_count > MOST_SHOWN)
        text_add(&t, " and %d more", s->rest_count - MOST_SHOWN);
    if (s->pictures)
        text_add(&t, "%spictures beside them", s->rest_count > 0 ? ", " : "");
    p->note = t.data;
    return text_check(&t);
}

static status use_parts(picture_parts *p, scan *s)
{
    TRY(path_join(&p->train, s->folder, s->train.name));
    return write_note(p, s);
}

/* Searches a folder and the one that it consists of; p->train stays NULL if there are no parts. */
static status search(picture_parts *p, const char *folder, int depth)
{
    scan s;
    char *below = NULL;
    TRY(scan_folder(&s, folder));
    status result = STATUS_OK;
    if (s.train.name && s.held_out.name)
        result = use_parts(p, &s);
    else if (s.subfolders == 1 && !s.pictures && depth < DEEPEST)
        result = path_join(&below, folder, s.only);
    scan_free(&s);
    if (result == STATUS_OK && below && search(p, below, depth + 1) == STATUS_MEMORY)
        result = STATUS_MEMORY; /* what cannot be listed there is reported when it is read */
    free(below);
    return result;
}

status picture_parts_find(picture_parts *p, const char *folder)
{
    *p = (picture_parts){ 0 };
    status s = search(p, folder, 0);
    if (s == STATUS_OK && !p->train) {
        p->train = strdup(folder);
        s = p->train ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", folder);
    }
    if (s != STATUS_OK)
        picture_parts_free(p);
    return s;
}

/* *path = the name in the folder of the path `beside`, whose first `stem` bytes name that folder.
 */
static status name_beside(char **path, const char *beside, size_t stem, const char *name)
{
    text t = { 0 };
    text_add_bytes(&t, beside, stem);
    text_add(&t, "%s", name);
    *path = t.data;
    return text_check(&t);
}

status picture_parts_beside(char **path, const char *train)
{
    size_t end = strlen(train);
    *path = NULL;
    while (end > 1 && train[end - 1] == '/')
        end--;
    size_t stem = end;
    while (stem > 0 && train[stem - 1] != '/')
        stem--;
    char *name = strndup(train + stem, end - stem);
    char *folder = stem > 0 ? strndup(train, stem) : strdup(".");
    scan s = { 0 };
    status result = STATUS_OK;
    if (!name || !folder)
        result = status_fail(STATUS_MEMORY, "%s: out of memory", train);
    else if (name_train_rank(name) >= 0 && file_is_folder(folder))
        result = scan_folder(&s, folder);
    if (result == STATUS_OK && s.held_out.name)
        result = name_beside(path, train, stem, s.held_out.name);
    scan_free(&s);
    free(name);
    free(folder);
    return result;
}

void picture_parts_free(picture_parts *p)
{
    free(p->train);
    free(p->note);
    *p = (picture_parts){ 0 };
}
