/* train/pictures.c - lists the pictures of a run.
 *
 * SPDX-License-Identifier: MIT */
#include "train/pictures.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#include "base/banned.h"

/* True for "epoch-NNNN.png", with at least four digits; *digits is where they begin. */
static bool is_picture(const char *name, const char **digits)
{
    static const char stem[] = "epoch-", suffix[] = ".png";
    enum { STEM = sizeof stem - 1, LEAST_DIGITS = 4 };
    *digits = name + STEM;
    if (strncmp(name, stem, STEM) != 0)
        return false;
    size_t n = strspn(*digits, "0123456789");
    return n >= LEAST_DIGITS && strcmp(*digits + n, suffix) == 0;
}

static status add(run_pictures *p, size_t *room, const char *folder, const char *name,
                  const char *digits)
{
    char number[TEXT_NUMBER_SIZE];
    uint64_t epoch = 0;
    char *path;
    snprintf(number, sizeof number, "%.*s", (int)strspn(digits, "0123456789"), digits);
    if (!text_to_u64(number, &epoch) || epoch > FILM_LAST_EPOCH)
        return status_fail(STATUS_FORMAT, "%s/%s: no run has that epoch, expected at most %d",
                           folder, name, FILM_LAST_EPOCH);
    if ((size_t)p->count == *room) {
        *room = *room == 0 ? 64 : 2 * *room;
        film_frame *more = p->count < INT_MAX / 2 ? realloc(p->frames, *room * sizeof *more) : NULL;
        if (!more)
            return status_fail(STATUS_MEMORY, "%s: out of memory for its pictures", folder);
        p->frames = more;
    }
    TRY(path_join(&path, folder, name));
    p->frames[p->count++] = (film_frame){ (uint32_t)epoch, path };
    return STATUS_OK;
}

static status list(run_pictures *p, DIR *d, const char *folder)
{
    size_t room = 0;
    for (;;) {
        const char *digits;
        errno = 0;
        struct dirent *e = readdir(d);
        if (!e && errno != 0)
            return status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", folder);
        if (!e)
            return STATUS_OK;
        if (is_picture(e->d_name, &digits))
            TRY(add(p, &room, folder, e->d_name, digits));
    }
}

static int by_epoch(const void *a, const void *b)
{
    const film_frame *x = a, *y = b;
    return x->epoch != y->epoch ? (x->epoch > y->epoch) - (x->epoch < y->epoch)
                                : strcmp(x->path, y->path);
}

static status check(run_pictures *p, const char *folder)
{
    if (p->count == 0)
        return status_fail(STATUS_IO,
                           "%s: has no pictures of epochs, epoch-NNNN.png, which gan train writes "
                           "unless --picture-every is 0",
                           folder);
    qsort(p->frames, (size_t)p->count, sizeof *p->frames, by_epoch);
    for (int i = 1; i < p->count; i++)
        if (p->frames[i - 1].epoch == p->frames[i].epoch)
            return status_fail(STATUS_FORMAT, "%s: is of the same epoch as %s; remove one of them",
                               p->frames[i].path, p->frames[i - 1].path);
    return STATUS_OK;
}

status pictures_list(run_pictures *p, const char *run)
{
    char *folder;
    *p = (run_pictures){ 0 };
    if (!file_is_folder(run))
        return status_fail(STATUS_IO, "%s: %s, expected the folder of a run", run,
                           file_exists(run) ? "is not a folder" : "no such folder");
    TRY(path_join(&folder, run, "samples"));
    DIR *d = opendir(folder);
    status s = d || errno == ENOENT
                   ? STATUS_OK
                   : status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", folder);
    if (d)
        s = list(p, d, folder);
    if (d)
        closedir(d);
    if (s == STATUS_OK)
        s = check(p, folder);
    free(folder);
    return s;
}

void pictures_free(run_pictures *p)
{
    for (int i = 0; i < p->count; i++)
        free(p->frames[i].path);
    free(p->frames);
    *p = (run_pictures){ 0 };
}
