/* report/pictures.c - the grids of a run, as many as a number of bytes allows.
 *
 * SPDX-License-Identifier: MIT */
#include "report/pictures.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "format/bitmap.h"
#include "report/encode.h"

#include "base/banned.h"

enum { LARGEST_PICTURE = 1 << 26, MOST_PICTURES = 1 << 20 };

typedef struct picture {
    char *path;
    uint64_t epoch;
    size_t size;
} picture;

typedef struct picture_list {
    picture *items;
    size_t count, room;
} picture_list;

/* Is it "epoch-0012.png"? */
static bool read_name(const char *name, uint64_t *epoch)
{
    static const char stem[] = "epoch-";
    char number[20];
    if (strncmp(name, stem, strlen(stem)) != 0)
        return false;
    name += strlen(stem);
    size_t digits = strspn(name, "0123456789");
    if (digits >= sizeof number || strcmp(name + digits, ".png") != 0)
        return false;
    memcpy(number, name, digits);
    number[digits] = 0;
    return text_to_u64(number, epoch);
}

/* A file that cannot be looked at has size 0, and reading it says why. Large ones and what is not a
 * file are left out. */
static status add_file(picture_list *l, const char *folder, const char *name)
{
    picture p = { 0 };
    struct stat st;
    if (!read_name(name, &p.epoch) || l->count == MOST_PICTURES)
        return STATUS_OK;
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 64;
        picture *items = realloc(l->items, room * sizeof *items);
        if (!items)
            return status_fail(STATUS_MEMORY, "out of memory");
        l->items = items;
        l->room = room;
    }
    TRY(path_join(&p.path, folder, name));
    bool is_known = stat(p.path, &st) == 0;
    if (is_known && (!S_ISREG(st.st_mode) || st.st_size > LARGEST_PICTURE)) {
        free(p.path);
        return STATUS_OK;
    }
    p.size = is_known ? (size_t)st.st_size : 0;
    l->items[l->count++] = p;
    return STATUS_OK;
}

static int by_epoch(const void *a, const void *b)
{
    const picture *p = a, *q = b;
    return p->epoch != q->epoch ? (p->epoch > q->epoch) - (p->epoch < q->epoch)
                                : strcmp(p->path, q->path);
}

static status cannot_list(const char *folder, int error)
{
    return status_fail_errno(error == ENOMEM ? STATUS_MEMORY : STATUS_IO, error,
                             "%s: cannot list the folder", folder);
}

static status list_folder(picture_list *l, const char *folder)
{
    DIR *d = opendir(folder);
    status s = STATUS_OK;
    if (!d)
        return errno == ENOENT ? STATUS_OK : cannot_list(folder, errno);
    const struct dirent *e = NULL;
    while (s == STATUS_OK && (errno = 0, e = readdir(d)))
        s = add_file(l, folder, e->d_name);
    if (s == STATUS_OK && errno != 0)
        s = cannot_list(folder, errno);
    closedir(d);
    return s;
}

/* A folder that is missing has no pictures. */
static status list_pictures(picture_list *l, text *notes, const char *folder)
{
    char *samples = NULL;
    TRY(path_join(&samples, folder, "samples"));
    status s = list_folder(l, samples);
    free(samples);
    if (s == STATUS_IO) {
        json_add_string(notes, NULL, status_message());
        s = STATUS_OK;
    }
    if (l->count > 0)
        qsort(l->items, l->count, sizeof *l->items, by_epoch);
    return s;
}

/* The i-th of n pictures out of all, evenly spread, from the first to the last; of one, the last.
 */
static const picture *chosen(const picture_list *l, size_t n, size_t i)
{
    return &l->items[n == 1 ? l->count - 1 : i * (l->count - 1) / (n - 1)];
}

static size_t cost(const picture_list *l, size_t n)
{
    enum { AROUND = 40 }; /* {"epoch":1234,"png":""}, */
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += base64_size(chosen(l, n, i)->size) + AROUND;
    return sum;
}

/* The most pictures that fit. Costs of n pictures hardly fall with n, so halving finds nearly the
 * most. */
static size_t count_that_fits(const picture_list *l, size_t budget)
{
    size_t fits = 0, more = l->count + 1;
    while (more - fits > 1) {
        size_t n = fits + (more - fits) / 2;
        if (cost(l, n) <= budget)
            fits = n;
        else
            more = n;
    }
    return fits;
}

/* A picture that cannot be read is a note, not a failure. */
static status add_picture(text *t, text *notes, const picture *p)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    status s = file_read(p->path, LARGEST_PICTURE, &bytes, &n);
    if (s == STATUS_OK) {
        const char *format = bitmap_format_of(bytes, n);
        if (!format || strcmp(format, "PNG") != 0)
            s = status_fail(STATUS_FORMAT, "%s: not a PNG", p->path);
    }
    if (s == STATUS_OK) {
        json_begin(t, NULL, '{');
        json_add(t, "epoch", "%" PRIu64, p->epoch);
        encode_bytes(t, "png", bytes, n);
        json_end(t, '}');
    } else {
        json_add_string(notes, NULL, status_message());
    }
    free(bytes);
    return s == STATUS_MEMORY ? s : STATUS_OK;
}

status pictures_add(text *t, text *notes, const char *folder, size_t budget)
{
    picture_list l = { 0 };
    status s = list_pictures(&l, notes, folder);
    size_t n = count_that_fits(&l, budget);
    json_begin(t, "pictures", '{');
    json_add(t, "total", "%zu", l.count);
    json_begin(t, "shown", '[');
    for (size_t i = 0; i < n && s == STATUS_OK; i++)
        s = add_picture(t, notes, chosen(&l, n, i));
    json_end(t, ']');
    json_end(t, '}');
    for (size_t i = 0; i < l.count; i++)
        free(l.items[i].path);
    free(l.items);
    return s;
}
