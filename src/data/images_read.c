/* data/images_read.c - a pass over the files of a folder, on all threads: their headers at first,
 * their pixels when the channels and the size of the set are known.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/system.h"
#include "base/text.h"

#include "base/banned.h"

static status read_start(const char *path, unsigned char *bytes, size_t *n)
{
    int fd = file_open(path, O_RDONLY);
    if (fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status s = file_read_some(fd, path, bytes, BITMAP_MAGIC, n);
    close(fd);
    return s;
}

status images_look(const char *path, bool *picture)
{
    unsigned char start[BITMAP_MAGIC];
    size_t n = 0;
    *picture = bitmap_format_by_name(path) != NULL;
    if (read_start(path, start, &n) != STATUS_OK)
        return *picture ? STATUS_IO : STATUS_OK;
    if (bitmap_format_of(start, n))
        *picture = true;
    return STATUS_OK;
}

static status read_header(const char *path, picture_file *e)
{
    bitmap_file f = { .path = path };
    unsigned char *bytes = NULL;
    TRY(images_look(path, &e->picture));
    if (!e->picture)
        return STATUS_OK;
    TRY(file_read(path, IMAGES_MOST_BYTES, &bytes, &f.n));
    f.bytes = bytes;
    e->memory = f.n;
    status s = bitmap_read_header(&e->header, &f);
    int side = e->header.width > e->header.height ? e->header.width : e->header.height;
    e->memory += e->header.memory + fit_memory(side);
    free(bytes);
    return s;
}

/* What picture i of the set becomes. */
static fit_target target_of(const image_reading *r, int i)
{
    const image_set *s = r->set;
    const image_area *own = s->areas ? &s->areas[i] : NULL;
    return (fit_target){ .channels = s->channels,
                         .height = own ? own->height : s->height,
                         .width = own ? own->width : s->width,
                         .mode = (fit_mode)r->request->options->fit,
                         .background = r->background };
}

/* A picture that keeps its size must still have the size for which there is memory. */
static status check_size(const image_reading *r, const bitmap_file *f, int i)
{
    const image_area *own = r->set->areas ? &r->set->areas[i] : NULL;
    bitmap_header h;
    if (!own)
        return STATUS_OK;
    TRY(bitmap_read_header(&h, f));
    if (h.width == own->width && h.height == own->height)
        return STATUS_OK;
    return status_fail(STATUS_FORMAT,
                       "%s: has changed while the pictures were read: from %dx%d to %dx%d pixels",
                       f->path, own->width, own->height, h.width, h.height);
}

static status read_sample(const image_reading *r, const char *path, int i)
{
    const fit_target target = target_of(r, i);
    const size_t at = images_at(r->set, i), size = images_at(r->set, i + 1) - at;
    bitmap_file f = { .path = path };
    unsigned char *bytes = NULL, *own = r->set->store ? malloc(size) : NULL;
    fit picture;
    status s = file_read(path, IMAGES_MOST_BYTES, &bytes, &f.n);
    f.bytes = bytes;
    if (r->set->store && !own)
        s = status_fail(STATUS_MEMORY, "%s: out of memory", path);
    if (s == STATUS_OK)
        s = check_size(r, &f, i);
    if (s == STATUS_OK) {
        fit_start(&picture, &target, own ? own : r->set->pixels + at);
        const bitmap_sink sink = fit_sink(&picture);
        s = bitmap_read(&sink, &f);
        fit_free(&picture);
    }
    free(bytes);
    if (s == STATUS_OK && own)
        s = store_write(r->set->store, own, size, at);
    free(own);
    return s;
}

/* Reads the header of a file, or, unless `sample` is negative, its pixels as that sample. */
static void read_file(image_reading *r, picture_file *e, int sample)
{
    char *path = NULL;
    if (e->problem) /* known before it was opened */
        return;
    status s = path_join(&path, r->request->folder, e->name);
    if (s == STATUS_OK)
        s = sample >= 0 ? read_sample(r, path, sample) : read_header(path, e);
    if (s != STATUS_OK) {
        e->problem = strdup(status_message());
        if (s == STATUS_MEMORY || !e->problem)
            atomic_store(&r->out_of_memory, true);
    }
    free(path);
}

typedef struct picture_pass {
    image_reading *reading;
    bool pixels;
} picture_pass;

static void pass_task(const void *context, int i)
{
    const picture_pass *p = context;
    image_reading *r = p->reading;
    const image_watch *w = r->request->watch;
    if (p->pixels)
        read_file(r, &r->files[r->order[i]], i);
    else
        read_file(r, &r->files[i], -1);
    int done = atomic_fetch_add(&r->done, 1) + 1;
    if (p->pixels && w && w->progress && team_member() == 0)
        w->progress(w->context, done, r->pictures);
}

/* The memory for the files that take most, one on each thread: any of them may meet. */
static status sum_memory(image_reading *r)
{
    const compute *c = r->request->compute;
    int threads = c && c->threads > 1 ? c->threads : 1;
    size_t *most = calloc((size_t)threads, sizeof *most); /* in rising order */
    if (!most)
        return status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
    for (int i = 0; i < r->count; i++) {
        int at = 0;
        for (; at < threads && most[at] < r->files[i].memory; at++)
            if (at > 0)
                most[at - 1] = most[at];
        if (at > 0)
            most[at - 1] = r->files[i].memory;
    }
    r->memory = 0;
    for (int i = 0; i < threads; i++)
        r->memory += most[i];
    free(most);
    return STATUS_OK;
}

status images_run_pass(image_reading *r, bool pixels)
{
    picture_pass p = { r, pixels };
    int n = pixels ? r->pictures : r->count;
    atomic_store(&r->done, 0);
    if (r->request->compute)
        team_run(r->request->compute->team, n, pass_task, &p);
    else
        for (int i = 0; i < n; i++)
            pass_task(&p, i);
    system_give_back_memory(); /* the run would take it besides its own */
    if (!pixels)
        TRY(sum_memory(r));
    return atomic_load(&r->out_of_memory)
               ? status_fail(STATUS_MEMORY, "%s: out of memory for its pictures",
                             r->request->folder)
               : STATUS_OK;
}
