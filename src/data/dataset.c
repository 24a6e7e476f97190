/* data/dataset.c - opens a data set of any kind, checks that its parts fit, hands out batches.
 * data/find.c knows where files may be; format/idx.c, format/cifar.c and data/images.c know what is
 * in them; data/synthetic.c makes points.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/bytes.h"
#include "base/size.h"
#include "data/find.h"
#include "data/stacked.h"
#include "data/synthetic.h"
#include "format/cifar.h"
#include "format/idx.h"

#include "base/banned.h"

void dataset_notice(const dataset_request *r, const char *format, ...)
{
    const image_watch *w = r->watch;
    text plain = { 0 }, shown = { 0 };
    va_list args;
    va_start(args, format);
    text_add_list(&plain, format, args);
    va_end(args);
    if (plain.data)
        text_add_shown(&shown, plain.data);
    if (w && w->notice && shown.data && !shown.failed)
        w->notice(w->context, shown.data);
    text_free(&plain);
    text_free(&shown);
}

/* ---- IDX files ---- */

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

/* A store to be filled, for a set that stays on the disk. */
static status make_store(dataset *d, const dataset_request *r, store_end *end)
{
    if (r->on_disk)
        TRY(store_make(&d->store));
    *end = (store_end){ .store = d->store };
    return STATUS_OK;
}

static status read_idx(dataset *d, const data_place *f, const dataset_request *r, int limit)
{
    idx_file images;
    store_end end;
    TRY(make_store(d, r, &end));
    TRY(d->store ? idx_read_to(&images, f->path, limit, store_sink(&end))
                 : idx_read(&images, f->path, IDX_IMAGES, limit));
    d->count = images.count;
    d->total = images.total;
    d->channels = images.channels;
    d->height = images.height;
    d->width = images.width;
    d->pixels = images.items;
    return f->labels ? read_labels(d, f->labels, images.total, limit) : STATUS_OK;
}

/* ---- CIFAR ---- */

static status add_batches(cifar *c, const char *folder, bool test)
{
    const cifar_form *form;
    TRY(find_cifar(&form, folder));
    for (int i = 0; form; i++) {
        char *path = NULL;
        TRY(find_batch(&path, form, folder, test, i));
        if (!path)
            return STATUS_OK;
        status s = cifar_add(c, form, path);
        free(path);
        if (s != STATUS_OK)
            return s;
    }
    return status_fail(STATUS_IO, "%s: the batches are gone", folder);
}

static status read_cifar(dataset *d, const data_place *f, const dataset_request *r, bool test)
{
    store_end end;
    TRY(make_store(d, r, &end));
    const byte_sink sink = store_sink(&end);
    cifar c = { .sink = d->store ? &sink : NULL };
    status s = add_batches(&c, f->path, test);
    if (s != STATUS_OK) {
        cifar_free(&c);
        return s;
    }
    d->count = d->total = c.count;
    d->channels = CIFAR_CHANNELS;
    d->height = d->width = CIFAR_SIDE;
    d->pixels = c.pixels;
    d->labels = c.labels;
    return STATUS_OK;
}

/* ---- pictures ---- */

/* Reads a folder of pictures; unless `like` is NULL, in the channels and the size of that set. */
static status read_images(dataset *d, const data_place *f, const dataset_request *r, int limit,
                          const dataset *like)
{
    image_set s;
    images_request q = { .folder = f->path,
                         .options = &r->images,
                         .channels = like ? like->channels : r->channels,
                         .height = like ? like->height : r->height,
                         .width = like ? like->width : r->width,
                         .crop = like ? like->crop : r->crop,
                         .crop_step = r->crop_step,
                         .limit = limit,
                         .memory = r->memory,
                         .too_large = r->too_large,
                         .fresh = r->fresh,
                         .on_disk = r->on_disk,
                         .held_out = like != NULL,
                         .compute = r->compute,
                         .watch = r->watch };
    TRY(images_open(&s, &q));
    d->count = s.count;
    d->total = s.total;
    d->channels = s.channels;
    d->height = s.height;
    d->width = s.width;
    d->pixels = s.pixels;
    d->store = s.store;
    d->crop = s.crop;
    d->areas = s.areas;
    d->labels = s.labels;
    d->names = s.names;
    d->classes = s.classes;
    d->class_count = s.class_count;
    d->no_classes = s.no_classes;
    d->note = s.note;
    d->bad = s.bad;
    d->other = s.other;
    d->reading_memory = s.reading_memory;
    return captions_set_labels(d, r);
}

/* Options of pictures must not contradict other files, which they cannot change. */
static status check_options(const dataset *d, const image_options *o)
{
    int channels = o->channels == CHANNELS_AUTO ? d->channels : o->channels == CHANNELS_RGB ? 3 : 1;
    if (o->size > 0 && (o->size != d->width || o->size != d->height))
        return status_fail(STATUS_USAGE,
                           "--size: is for folders of pictures, and the images of %s are "
                           "%dx%d, got %d",
                           d->path, d->width, d->height, o->size);
    if (channels != d->channels)
        return status_fail(STATUS_USAGE,
                           "--channels: is for folders of pictures, and the images of %s "
                           "have %d, got %d",
                           d->path, d->channels, channels);
    return STATUS_OK;
}

/* ---- points ---- */

/* Makes the first points of a mixture. */
static status make_points(dataset *d, const data_place *f, int limit)
{
    const mixture *m = mixture_find(f->path);
    d->count = limit > 0 && limit < MIXTURE_POINTS ? limit : MIXTURE_POINTS;
    d->total = MIXTURE_POINTS;
    d->channels = 2;
    d->height = d->width = 1;
    d->points = calloc((size_t)d->count * 2, sizeof *d->points);
    if (!d->points)
        return status_fail(STATUS_MEMORY, "%s: out of memory", m->name);
    mixture_points(m, 0, d->count, d->points);
    return STATUS_OK;
}

/* Goes on with the images; of a set with crops, each image's height and width come before it. */
static uLong crc_of_images(uLong crc, const dataset *d)
{
    unsigned char sizes[8], room[DATASET_PIECE];
    if (d->pixels && !d->areas)
        return crc32_z(crc, d->pixels, dataset_bytes(d));
    for (int i = 0; i < d->count; i++) {
        if (d->areas) {
            bytes_put(sizes, (uint32_t)d->areas[i].height, 4);
            bytes_put(sizes + 4, (uint32_t)d->areas[i].width, 4);
            crc = crc32_z(crc, sizes, sizeof sizes);
        }
        size_t size = dataset_image_bytes(d, i);
        for (size_t from = 0, n; from < size; from += n) {
            n = size_min(size - from, sizeof room);
            crc = crc32_z(crc, dataset_piece(d, i, from, n, room), n);
        }
    }
    return crc;
}

uint32_t dataset_crc(const dataset *d)
{
    const int sizes[4] = { d->count, d->channels, d->height, d->width };
    unsigned char bytes[16];
    for (int i = 0; i < 4; i++)
        bytes_put(bytes + 4 * i, (uint32_t)sizes[i], 4);
    uLong crc = crc32_z(0, bytes, sizeof bytes);
    if (!d->points) {
        crc = crc_of_images(crc, d);
        return d->captions ? captions_crc((uint32_t)crc, d->captions, d->count) : (uint32_t)crc;
    }
    for (size_t i = 0, values = (size_t)d->count * 2; i < values; i++) {
        bytes_put_floats(bytes, &d->points[i], 1);
        crc = crc32_z(crc, bytes, 4);
    }
    return (uint32_t)crc;
}

uint32_t dataset_fingerprint(const dataset *d, int count)
{
    dataset first = *d;
    assert(count <= d->count);
    first.count = count;
    return dataset_crc(&first);
}

/* ---- opening ---- */

status dataset_cut(dataset *d, int limit)
{
    if (limit == 0 || limit >= d->count)
        return STATUS_OK;
    for (int i = limit; d->names && i < d->count; i++)
        free(d->names[i]);
    d->count = limit;
    if (d->captions)
        captions_cut(d->captions, limit);
    /* Shrinking may fail; the block then keeps its size. */
    unsigned char *less = d->pixels ? realloc(d->pixels, dataset_at(d, limit)) : NULL;
    d->pixels = less ? less : d->pixels;
    return dataset_number_crops(d);
}

/* Reads what was found, or its first samples if it has more than `limit`. */
static status read_kind(dataset *d, const data_place *f, const dataset_request *r, int limit,
                        const dataset *like)
{
    d->kind = f->kind;
    d->path = strdup(f->path);
    if (!d->path)
        return status_fail(STATUS_MEMORY, "%s: out of memory", f->path);
    switch (f->kind) {
    case DATA_POINTS:
        return make_points(d, f, limit);
    case DATA_STACKED:
        return stacked_read(d, like != NULL, limit);
    case DATA_IDX:
        return read_idx(d, f, r, limit);
    case DATA_CIFAR:
        return read_cifar(d, f, r, like != NULL);
    case DATA_PICTURES:
        return read_images(d, f, r, limit, like);
    case DATA_NONE:
        break;
    }
    return STATUS_OK;
}

/* Captions are of all samples, whatever the limit. */
status dataset_read(dataset *d, const data_place *f, const dataset_request *r, const dataset *like)
{
    int limit = like ? 0 : r->limit;
    TRY(read_kind(d, f, r, captions_are_wanted(r) ? 0 : limit, like));
    TRY(dataset_number_rows(d));
    if (f->kind != DATA_PICTURES && f->kind != DATA_POINTS && !like)
        TRY(check_options(d, &r->images));
    if (f->note)
        dataset_notice(r, "%s", f->note);
    if (limit > d->total)
        dataset_notice(r, "%s: has %d %s: --limit %d uses all of them", d->path, d->total,
                       d->points ? "points" : "images", limit);
    return STATUS_OK;
}

status dataset_opened(dataset *d, status s)
{
    if (s == STATUS_OK)
        s = dataset_number_crops(d);
    if (s != STATUS_OK) {
        dataset_close(d);
        return s;
    }
    d->fingerprint = dataset_crc(d);
    s = dataset_check(d);
    if (s != STATUS_OK)
        dataset_close(d);
    return s;
}

status dataset_open_with(dataset *d, const dataset_request *r)
{
    data_place f;
    *d = (dataset){ 0 };
    assert(r->limit >= 0);
    TRY(find_data(&f, r->where));
    status s = dataset_read(d, &f, r, NULL);
    if (s == STATUS_OK)
        s = captions_open(d, r, NULL);
    if (s == STATUS_OK)
        s = dataset_hold_out(d, r->images.hold_out);
    if (s == STATUS_OK)
        s = dataset_cut(d, r->limit);
    if (s == STATUS_OK)
        s = dataset_crop_images(d, r->crop, r->crop_step);
    data_place_free(&f);
    return dataset_opened(d, s);
}

dataset_request dataset_request_of(const char *where, int limit)
{
    dataset_request r = { .where = where, .limit = limit };
    option_defaults(&image_option_table, &r.images);
    return r;
}

status dataset_open(dataset *d, const char *where, int limit)
{
    dataset_request r = dataset_request_of(where, limit);
    return dataset_open_with(d, &r);
}

void dataset_close(dataset *d)
{
    free(d->pixels);
    store_close(d->store);
    free(d->rows);
    free(d->areas);
    free(d->points);
    free(d->labels);
    for (int i = 0; d->names && i < d->count; i++)
        free(d->names[i]);
    free(d->names);
    for (int k = 0; k < d->class_count; k++)
        free(d->classes[k]);
    free(d->classes);
    free(d->no_classes);
    free(d->note);
    free(d->path);
    captions_free(d->captions);
    free(d->no_captions);
    if (d->held)
        dataset_close(d->held);
    free(d->held);
    *d = (dataset){ 0 };
}

int dataset_sample_size(const dataset *d)
{
    return d->channels * d->height * d->width;
}

void dataset_add_class(text *t, const dataset *d, int k)
{
    if (k < d->class_count)
        text_add(t, "%s", d->classes[k]);
    else
        text_add(t, "%d", k);
}

void dataset_show_class(text *t, const dataset *d, int k)
{
    text name = { 0 };
    dataset_add_class(&name, d, k);
    if (name.data)
        text_add_shown(t, name.data);
    t->failed |= name.failed;
    text_free(&name);
}

/* Where the images of a set on the disk are, and their names, each with what malloc adds. */
static size_t names_memory(const dataset *d)
{
    enum { ADDED = 24 };
    size_t bytes = d->rows ? (size_t)d->count * sizeof *d->rows : 0;
    for (int i = 0; d->names && i < d->count; i++)
        bytes += strlen(d->names[i]) + ADDED;
    return bytes;
}

size_t dataset_memory(const dataset *d)
{
    size_t samples = d->points ? (size_t)d->count * 2 * sizeof *d->points : 0;
    samples += d->store ? names_memory(d) : dataset_bytes(d);
    samples += d->areas ? ((size_t)d->count + 1) * sizeof *d->areas : 0;
    return samples + (d->labels ? (size_t)d->count : 0) + captions_memory(d->captions) +
           (d->held ? dataset_memory(d->held) : 0);
}
