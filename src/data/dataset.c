/* data/dataset.c - finds the files of a data set, checks that they fit, hands out batches.
 * Called by the training. Knows where files may be; what is in them is data/idx.c's, what is made
 * up data/synthetic.c's.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/text.h"
#include "data/idx.h"
#include "data/synthetic.h"

#include "base/banned.h"

/* The names that the files have had since 1998, and those that some archives unpack to. */
static const char *const image_names[] = {
    "train-images-idx3-ubyte",
    "train-images-idx3-ubyte.gz",
    "train-images.idx3-ubyte",
    "train-images.idx3-ubyte.gz",
};
static const char *const label_names[] = {
    "train-labels-idx1-ubyte",
    "train-labels-idx1-ubyte.gz",
    "train-labels.idx1-ubyte",
    "train-labels.idx1-ubyte.gz",
};
enum { NAMES = sizeof image_names / sizeof *image_names };

typedef struct files {
    char *images; /* NULL: none data_place */
    char *labels; /* NULL: none data_place */
} files;

/* The first of the names that is in the folder; *path is NULL where none is. */
static status find_name(char **path, const char *folder, const char *const names[NAMES])
{
    for (size_t i = 0; i < NAMES; i++) {
        TRY(path_join(path, folder, names[i]));
        if (file_exists(*path))
            return STATUS_OK;
        free(*path);
        *path = NULL;
    }
    return STATUS_OK;
}

/* The labels beside an image file, where its name says that it has some and they are there. */
static status find_beside(char **path, const char *images)
{
    char *labels = strdup(images);
    if (!labels)
        return status_fail(STATUS_MEMORY, "%s: out of memory", images);
    char *slash = strrchr(labels, '/');
    char *name = slash ? slash + 1 : labels;
    char *word = strstr(name, "images");
    if (word)
        memcpy(word, "labels", strlen("labels")); /* as long as what it replaces */
    word = strstr(name, "idx3");
    if (word)
        memcpy(word, "idx1", strlen("idx1"));
    if (strcmp(labels, images) != 0 && file_exists(labels))
        *path = labels;
    else
        free(labels);
    return STATUS_OK;
}

/* What a folder has under the usual names, or the one file and its labels. */
static status look_in(files *f, const char *place)
{
    if (file_is_folder(place)) {
        TRY(find_name(&f->images, place, image_names));
        return f->images ? find_name(&f->labels, place, label_names) : STATUS_OK;
    }
    if (!file_exists(place))
        return STATUS_OK;
    f->images = strdup(place);
    if (!f->images)
        return status_fail(STATUS_MEMORY, "%s: out of memory", place);
    return find_beside(&f->labels, place);
}

static status find_named(files *f, const char *where)
{
    TRY(look_in(f, where));
    if (f->images)
        return STATUS_OK;
    if (file_is_folder(where))
        return status_fail(STATUS_IO,
                           "%s: expected %s or %s (as it is or with .gz) in this folder, found "
                           "neither",
                           where, image_names[0], image_names[2]);
    const char *near = mixture_nearest(where);
    if (near)
        return status_fail(STATUS_IO, "%s: no such file or folder, did you mean %s?", where, near);
    return status_fail_errno(STATUS_IO, ENOENT,
                             "%s: expected a folder, an IDX file of images, ring or grid", where);
}

static status find_default(files *f)
{
    const char *variable = getenv("GAN_DATA");
    bool is_set = variable && variable[0] != 0;
    const char *const places[] = { is_set ? variable : NULL, "data/mnist", GAN_DATA_DIR "/mnist" };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i])
            TRY(look_in(f, places[i]));
        if (f->images)
            return STATUS_OK;
    }
    return status_fail(STATUS_IO,
                       "no data: looked for %s or %s (as it is or with .gz) in $GAN_DATA (%s), %s "
                       "and %s; say where it is with --data DIR or $GAN_DATA",
                       image_names[0], image_names[2], is_set ? variable : "not set", places[1],
                       places[2]);
}

static status read_labels(dataset *d, const char *path, int images, int limit)
{
    idx_file f;
    TRY(idx_read(&f, path, IDX_LABELS, limit));
    d->labels = f.items;
    if (f.total != images)
        return status_fail(STATUS_FORMAT, "%s: has %d labels, but %s has %d images", path, f.total,
                           d->path, images);
    return STATUS_OK;
}

static status read_files(dataset *d, files *found, int limit)
{
    idx_file f;
    TRY(idx_read(&f, found->images, IDX_IMAGES, limit));
    d->count = f.count;
    d->channels = 1;
    d->height = f.height;
    d->width = f.width;
    d->pixels = f.items;
    d->path = found->images;
    found->images = NULL;
    if (limit > f.total)
        return status_fail(STATUS_USAGE, "--limit: expected at most the %d images of %s, got %d",
                           f.total, d->path, limit);
    return found->labels ? read_labels(d, found->labels, f.total, limit) : STATUS_OK;
}

/* A mixture's first points. */
static status make_points(dataset *d, const mixture *m, int limit)
{
    if (limit > MIXTURE_POINTS)
        return status_fail(STATUS_USAGE, "--limit: expected at most the %d points of %s, got %d",
                           (int)MIXTURE_POINTS, m->name, limit);
    d->count = limit > 0 ? limit : MIXTURE_POINTS;
    d->channels = 2;
    d->height = d->width = 1;
    d->points = calloc((size_t)d->count * 2, sizeof *d->points);
    d->path = strdup(m->name);
    if (!d->points || !d->path)
        return status_fail(STATUS_MEMORY, "%s: out of memory", m->name);
    mixture_points(m, 0, d->count, d->points);
    return STATUS_OK;
}

static uint32_t fingerprint_of(const dataset *d)
{
    const int sizes[4] = { d->count, d->channels, d->height, d->width };
    unsigned char bytes[16];
    for (int i = 0; i < 4; i++)
        bytes_put(bytes + 4 * i, (uint32_t)sizes[i], 4);
    uLong crc = crc32_z(0, bytes, sizeof bytes);
    size_t values = (size_t)d->count * (size_t)dataset_sample_size(d);
    if (d->pixels)
        return (uint32_t)crc32_z(crc, d->pixels, values);
    for (size_t i = 0; i < values; i++) {
        bytes_put_floats(bytes, &d->points[i], 1);
        crc = crc32_z(crc, bytes, 4);
    }
    return (uint32_t)crc;
}

/* The end of each way to open one: it is whole, or closed. */
static status opened(dataset *d, status s)
{
    if (s != STATUS_OK) {
        dataset_close(d);
        return s;
    }
    d->fingerprint = fingerprint_of(d);
    return STATUS_OK;
}

/* Reads what was found and frees the names. */
static status open_found(dataset *d, files *found, int limit, status so_far)
{
    status s = so_far;
    if (s == STATUS_OK)
        s = read_files(d, found, limit);
    free(found->images);
    free(found->labels);
    return opened(d, s);
}

status dataset_open(dataset *d, const char *where, int limit)
{
    const mixture *m = where ? mixture_find(where) : NULL;
    files found = { 0 };
    *d = (dataset){ 0 };
    assert(limit >= 0);
    if (m)
        return opened(d, make_points(d, m, limit));
    status s = where ? find_named(&found, where) : find_default(&found);
    return open_found(d, &found, limit, s);
}

/* ---- the test part ---- */

static const char *const test_words[] = { "t10k", "test" };
enum { TEST_WORDS = sizeof test_words / sizeof *test_words };

/* The path with that word for the "train" of its name, and with .gz or without; NULL in *path where
 * there is no such file. */
static status find_test_name(char **path, const char *train, const char *word, bool gz)
{
    const char *slash = strrchr(train, '/');
    const char *at = strstr(slash ? slash : train, "train");
    text t = { 0 };
    *path = NULL;
    if (!at)
        return STATUS_OK;
    text_add_bytes(&t, train, (size_t)(at - train));
    text_add(&t, "%s%s", word, at + strlen("train"));
    TRY(text_check(&t));
    if (t.length > 3 && strcmp(t.data + t.length - 3, ".gz") == 0)
        t.data[t.length -= 3] = 0;
    text_add(&t, "%s", gz ? ".gz" : "");
    if (!t.failed && file_exists(t.data))
        *path = t.data;
    else
        text_free(&t);
    return STATUS_OK;
}

static status find_test(files *f, const char *train)
{
    for (int i = 0; i < 2 * TEST_WORDS && !f->images; i++)
        TRY(find_test_name(&f->images, train, test_words[i / 2], i % 2 == 0));
    if (f->images)
        return find_beside(&f->labels, f->images);
    return status_fail(STATUS_IO,
                       "%s: expected test images beside it, under its name with \"t10k\" or "
                       "\"test\" for \"train\" (as it is or with .gz), found none",
                       train);
}

status dataset_open_test(dataset *d, const dataset *train)
{
    files found = { 0 };
    *d = (dataset){ 0 };
    TRY(open_found(d, &found, 0, find_test(&found, train->path)));
    if (d->height == train->height && d->width == train->width)
        return STATUS_OK;
    status s = status_fail(STATUS_FORMAT,
                           "%s: expected images of %d x %d pixels, as in %s, got "
                           "%d x %d",
                           d->path, train->height, train->width, train->path, d->height, d->width);
    dataset_close(d);
    return s;
}

void dataset_close(dataset *d)
{
    free(d->pixels);
    free(d->points);
    free(d->labels);
    free(d->path);
    *d = (dataset){ 0 };
}

int dataset_sample_size(const dataset *d)
{
    return d->channels * d->height * d->width;
}

size_t dataset_memory(const dataset *d)
{
    size_t value = d->points ? sizeof *d->points : sizeof *d->pixels;
    size_t samples = (size_t)d->count * (size_t)dataset_sample_size(d) * value;
    return samples + (d->labels ? (size_t)d->count : 0);
}

typedef struct batch {
    const dataset *data;
    const kernels *kernels;
    const uint32_t *order;
    int n;
    float *out;
} batch;

enum { BATCH_PART = 16 }; /* samples that a thread converts at a time */

static void convert_part(const void *context, int i)
{
    const batch *b = context;
    const dataset *d = b->data;
    int size = dataset_sample_size(d), first = i * BATCH_PART;
    for (int j = first; j < first + BATCH_PART && j < b->n; j++) {
        assert(b->order[j] < (uint32_t)d->count);
        size_t from = (size_t)b->order[j] * (size_t)size;
        float *to = b->out + (size_t)j * (size_t)size;
        if (d->points)
            memcpy(to, d->points + from, (size_t)size * sizeof *to);
        else
            b->kernels->pixels(size, d->pixels + from, to);
    }
}

void dataset_batch(const dataset *d, const compute *c, const uint32_t *order, int n, float *out)
{
    batch b = { d, c->kernels, order, n, out };
    team_run(c->team, (n + BATCH_PART - 1) / BATCH_PART, convert_part, &b);
}
