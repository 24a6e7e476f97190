/* format/cifar.c - reads CIFAR-10's binary batches.
 *
 * SPDX-License-Identifier: MIT */
#include "format/cifar.h"

#include <stdlib.h>
#include <string.h>

#include "format/gzip.h"

#include "base/banned.h"

enum { RECORD = 1 + CIFAR_PIXELS, MOST_RECORDS = 1 << 20, LEAST_ROOM = 100, MOST_ROOM = 10000 };

/* Makes room for one more record. The room grows by as many records as the file has had so far,
 * within limits, so that a short file takes little memory and a batch of 10,000 hardly more than it
 * needs. */
static status make_room(cifar *c, const char *path, int first, int *room)
{
    int had = c->count - first;
    if (c->count < *room)
        return STATUS_OK;
    int more = *room + (had < LEAST_ROOM ? LEAST_ROOM : had < MOST_ROOM ? had : MOST_ROOM);
    unsigned char *pixels = realloc(c->pixels, (size_t)more * CIFAR_PIXELS);
    c->pixels = pixels ? pixels : c->pixels;
    unsigned char *labels = realloc(c->labels, (size_t)more);
    c->labels = labels ? labels : c->labels;
    if (!pixels || !labels)
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d images", path, more);
    *room = more;
    return STATUS_OK;
}

static status add_records(cifar *c, gzip_file *g)
{
    unsigned char record[RECORD];
    int first = c->count, room = c->count;
    for (;;) {
        size_t got = 0;
        TRY(gzip_read(g, record, RECORD, &got));
        if (got == 0 && c->count > first)
            return STATUS_OK;
        if (got < RECORD)
            return status_fail(STATUS_FORMAT,
                               "%s: expected records of %d bytes as CIFAR-10 has them, got %zu "
                               "bytes after %d of them",
                               g->path, RECORD, got, c->count - first);
        if (record[0] >= CIFAR_CLASSES)
            return status_fail(STATUS_FORMAT,
                               "%s: expected labels from 0 to %d as CIFAR-10 has them, got %d in "
                               "record %d",
                               g->path, CIFAR_CLASSES - 1, record[0], c->count - first);
        if (c->count == MOST_RECORDS)
            return status_fail(STATUS_FORMAT, "%s: expected at most %d images in all", g->path,
                               MOST_RECORDS);
        TRY(make_room(c, g->path, first, &room));
        c->labels[c->count] = record[0];
        memcpy(c->pixels + (size_t)c->count++ * CIFAR_PIXELS, record + 1, CIFAR_PIXELS);
    }
}

status cifar_add(cifar *c, const char *path)
{
    gzip_file *g = malloc(sizeof *g);
    if (!g)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    status result = gzip_open(g, path);
    if (result == STATUS_OK) {
        result = add_records(c, g);
        gzip_close(g);
    }
    free(g);
    return result;
}

void cifar_free(cifar *c)
{
    free(c->pixels);
    free(c->labels);
    *c = (cifar){ 0 };
}
