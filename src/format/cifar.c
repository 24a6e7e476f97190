/* format/cifar.c - reads the binary batches of CIFAR-10 and CIFAR-100.
 *
 * SPDX-License-Identifier: MIT */
#include "format/cifar.h"

#include <stdlib.h>
#include <string.h>

#include "format/gzip.h"

#include "base/banned.h"

enum { MOST_RECORDS = 1 << 20, LEAST_ROOM = 100, MOST_ROOM = 10000 };

const cifar_form cifar_10 = {
    .name = "CIFAR-10",
    .labels = 1,
    .classes = { 10 },
    .train = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
               "data_batch_5.bin" },
    .test = { "test_batch.bin" },
};

const cifar_form cifar_100 = {
    .name = "CIFAR-100",
    .labels = 2,
    .classes = { 20, 100 },
    .train = { "train.bin" },
    .test = { "test.bin" },
};

/* Makes room for one more record. The room grows by as many records as the file has had so far,
 * within limits, so that a short file takes little memory and a batch of 10,000 hardly more than it
 * needs. */
static status make_room(cifar *c, const char *path, int first, int *room)
{
    int had = c->count - first;
    if (c->count < *room)
        return STATUS_OK;
    int more = *room + (had < LEAST_ROOM ? LEAST_ROOM : had < MOST_ROOM ? had : MOST_ROOM);
    size_t kept = c->sink ? 0 : (size_t)more * CIFAR_PIXELS;
    unsigned char *pixels = kept > 0 ? realloc(c->pixels, kept) : NULL;
    c->pixels = pixels ? pixels : c->pixels;
    unsigned char *labels = realloc(c->labels, (size_t)more);
    c->labels = labels ? labels : c->labels;
    if ((kept > 0 && !pixels) || !labels)
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d images", path, more);
    *room = more;
    return STATUS_OK;
}

static status check_labels(const cifar_form *form, const gzip_file *g, const unsigned char *record,
                           int number)
{
    for (int i = 0; i < form->labels; i++)
        if (record[i] >= form->classes[i])
            return status_fail(STATUS_FORMAT,
                               "%s: expected labels from 0 to %d as %s has them, got %d in "
                               "record %d",
                               g->path, form->classes[i] - 1, form->name, record[i], number);
    return STATUS_OK;
}

static status keep_pixels(cifar *c, const unsigned char *pixels)
{
    if (c->sink)
        return c->sink->put(c->sink->context, pixels, CIFAR_PIXELS);
    memcpy(c->pixels + (size_t)c->count * CIFAR_PIXELS, pixels, CIFAR_PIXELS);
    return STATUS_OK;
}

static status add_records(cifar *c, const cifar_form *form, gzip_file *g)
{
    unsigned char record[CIFAR_LABELS + CIFAR_PIXELS];
    int first = c->count, room = c->count;
    size_t length = (size_t)form->labels + CIFAR_PIXELS;
    for (;;) {
        size_t got = 0;
        TRY(gzip_read(g, record, length, &got));
        if (got == 0 && c->count > first)
            return STATUS_OK;
        if (got < length)
            return status_fail(STATUS_FORMAT,
                               "%s: expected records of %zu bytes as %s has them, got %zu bytes "
                               "after %d of them",
                               g->path, length, form->name, got, c->count - first);
        TRY(check_labels(form, g, record, c->count - first));
        if (c->count == MOST_RECORDS)
            return status_fail(STATUS_FORMAT, "%s: expected at most %d images in all", g->path,
                               MOST_RECORDS);
        TRY(make_room(c, g->path, first, &room));
        c->labels[c->count] = record[form->labels - 1];
        TRY(keep_pixels(c, record + form->labels));
        c->count++;
    }
}

status cifar_add(cifar *c, const cifar_form *form, const char *path)
{
    gzip_file *g = malloc(sizeof *g);
    if (!g)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    status result = gzip_open(g, path);
    if (result == STATUS_OK) {
        result = add_records(c, form, g);
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
