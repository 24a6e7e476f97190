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
#include "data/part_names.h"

#include "base/banned.h"

/* A subfolder, and what its name says. */
typedef struct subfolder {
    char *name;
    part_name part;
} subfolder;

/* What is in a folder. */
typedef struct scan {
    const char *folder;
    subfolder *subfolders; /* at most ENOUGH */
    int count;
    bool pictures;       /* a file in it is a picture */
    int files;           /* that were looked into */
    int train, held_out; /* the two that go together best; -1: no such */
} scan;

enum { ENOUGH = 1000, DEEPEST = 8, MOST_LOOKED_AT = 2000 };

static status out_of_memory(const scan *s)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for the names of its files", s->folder);
}

static void scan_free(scan *s)
{
    for (int i = 0; i < s->count; i++)
        free(s->subfolders[i].name);
    free(s->subfolders);
    *s = (scan){ 0 };
}

static status add_folder(scan *s, const char *name)
{
    if (s->count == ENOUGH)
        return STATUS_OK;
    subfolder *more = realloc(s->subfolders, ((size_t)s->count + 1) * sizeof *more);
    if (!more)
        return out_of_memory(s);
    s->subfolders = more;
    more[s->count] = (subfolder){ strdup(name), part_name_of(name) };
    return more[s->count++].name ? STATUS_OK : out_of_memory(s);
}

/* "/dev" contains the devices of the machine; in all other folders, "dev" may be a held-out part.
 */
static bool has_devices(const scan *s, const char *name)
{
    return s->folder[strspn(s->folder, "/")] == 0 && strcmp(name, "dev") == 0;
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
        s->files++;
    }
    free(path);
    return result;
}

static int compare_folders(const void *a, const void *b)
{
    const subfolder *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static status scan_folder(scan *s, const char *folder)
{
    *s = (scan){ .folder = folder, .train = -1, .held_out = -1 };
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
        if (!name_is_litter(e->d_name) && !has_devices(s, e->d_name))
            result = add_name(s, e->d_name);
    }
    closedir(d);
    if (result == STATUS_OK && s->count > 0)
        qsort(s->subfolders, (size_t)s->count, sizeof *s->subfolders, compare_folders);
    if (result != STATUS_OK)
        scan_free(s);
    return result;
}

/* ---- the parts among them ---- */

/* How far two subfolders are from being the parts: what they have beside their words for the parts
 * counts first, then how usual these words are, then the length of the names. */
typedef struct distance {
    int match, held_out, train;
    size_t length;
} distance;

static bool is_nearer(distance a, distance b)
{
    if (a.match != b.match)
        return a.match < b.match;
    if (a.held_out != b.held_out)
        return a.held_out < b.held_out;
    return a.train != b.train ? a.train < b.train : a.length < b.length;
}

/* Finds the held-out part that is the nearest to a training part; true if it is nearer than *least,
 * which it then is. Of equals, the first in the order of the names. */
static bool choose_held_out(scan *s, const subfolder *train, distance *least)
{
    bool found = false;
    for (int i = 0; i < s->count && train->part.train >= 0; i++) {
        const subfolder *f = &s->subfolders[i];
        int match = f->part.held_out >= 0 ? part_names_match(&train->part, &f->part) : -1;
        distance d = { match, f->part.held_out, train->part.train,
                       strlen(train->name) + strlen(f->name) };
        if (match < 0 || (s->held_out >= 0 && !is_nearer(d, *least)))
            continue;
        s->held_out = i;
        *least = d;
        found = true;
    }
    return found;
}

static void choose_parts(scan *s)
{
    distance least = { 0 };
    for (int i = 0; i < s->count; i++)
        if (choose_held_out(s, &s->subfolders[i], &least))
            s->train = i;
}

/* ---- looking for pictures ---- */

/* *has: a file in the folder or below it is a picture. True as well where nothing can be known: the
 * folder cannot be listed, which reading reports, or `budget` files, which it counts down, were
 * looked at without an answer. STATUS_MEMORY. */
static status find_picture(bool *has, const char *folder, int depth, int *budget)
{
    scan s;
    *has = true;
    if (depth == 0)
        return STATUS_OK;
    status result = scan_folder(&s, folder);
    if (result != STATUS_OK)
        return result == STATUS_MEMORY ? result : STATUS_OK;
    *budget -= s.files;
    *has = s.pictures || *budget <= 0;
    for (int i = 0; i < s.count && !*has && result == STATUS_OK; i++) {
        char *below = NULL;
        result = path_join(&below, folder, s.subfolders[i].name);
        if (result == STATUS_OK)
            result = find_picture(has, below, depth - 1, budget);
        free(below);
    }
    scan_free(&s);
    return result;
}

/* *below: the path of the only subfolder that contains pictures; NULL if several do. */
static status only_with_pictures(char **below, const scan *s)
{
    int budget = MOST_LOOKED_AT, only = -1;
    *below = NULL;
    for (int i = 0; i < s->count; i++) {
        char *path = NULL;
        bool has = false;
        TRY(path_join(&path, s->folder, s->subfolders[i].name));
        status looked = find_picture(&has, path, DEEPEST, &budget);
        free(path);
        TRY(looked);
        if (has && only >= 0)
            return STATUS_OK;
        if (has)
            only = i;
    }
    return only >= 0 ? path_join(below, s->folder, s->subfolders[only].name) : STATUS_OK;
}

/* Says which folders are the parts, if others are left out. */
static status write_note(picture_parts *p, const scan *s)
{
    enum { MOST_SHOWN = 5 };
    text t = { 0 };
    int rest = 0;
    if (s->count == 2 && !s->pictures)
        return STATUS_OK;
    text_add_shown(&t, p->train);
    text_add(&t, ": is the training part, and ");
    text_add_shown(&t, s->subfolders[s->held_out].name);
    text_add(&t, " beside it the test part; not used: ");
    for (int i = 0; i < s->count; i++) {
        if (i == s->train || i == s->held_out || rest++ >= MOST_SHOWN)
            continue;
        text_add(&t, "%s", rest > 1 ? ", " : "");
        text_add_shown(&t, s->subfolders[i].name);
    }
    if (rest > MOST_SHOWN)
        text_add(&t, " and %d more", rest - MOST_SHOWN);
    if (s->pictures)
        text_add(&t, "%spictures beside them", rest > 0 ? ", " : "");
    p->note = t.data;
    return text_check(&t);
}

static status use_parts(picture_parts *p, const scan *s)
{
    TRY(path_join(&p->train, s->folder, s->subfolders[s->train].name));
    return write_note(p, s);
}

/* Searches a folder and the one in it that has the pictures; p->train stays NULL if there are no
 * parts. */
static status search(picture_parts *p, const char *folder, int depth)
{
    scan s;
    char *below = NULL;
    TRY(scan_folder(&s, folder));
    choose_parts(&s);
    status result = STATUS_OK;
    if (s.train >= 0)
        result = use_parts(p, &s);
    else if (!s.pictures && depth < DEEPEST)
        result = only_with_pictures(&below, &s);
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
    else if (part_name_of(name).train >= 0 && file_is_folder(folder))
        result = scan_folder(&s, folder);
    if (result == STATUS_OK && s.count > 0 &&
        choose_held_out(&s, &(subfolder){ name, part_name_of(name) }, &(distance){ 0 }))
        result = name_beside(path, train, stem, s.subfolders[s.held_out].name);
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
