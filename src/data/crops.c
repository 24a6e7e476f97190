/* data/crops.c - numbers the crops of a set and cuts them out.
 *
 * SPDX-License-Identifier: MIT */
#include "data/crops.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset_parts.h"
#include "math/kernels.h"

#include "base/banned.h"

/* ---- numbers ---- */

status dataset_number_crops(dataset *d)
{
    uint64_t number = 0, size = (uint64_t)d->crop * (uint64_t)d->crop;
    for (int i = 0; d->areas && i <= d->count; i++) {
        image_area *a = &d->areas[i];
        if (number > INT_MAX)
            return status_fail(STATUS_USAGE,
                               "--crop: %s has more than %d crops of %dx%d pixels; choose a "
                               "larger crop",
                               d->path, INT_MAX, d->crop, d->crop);
        a->first_crop = (uint32_t)number;
        uint64_t own = i < d->count ? (uint64_t)a->height * (uint64_t)a->width / size : 0;
        number += own > 0 ? own : 1;
    }
    return STATUS_OK;
}

uint32_t dataset_crops(const dataset *d)
{
    return d->areas ? d->areas[d->count].first_crop : (uint32_t)d->count;
}

int dataset_crop_picture(const dataset *d, uint32_t number)
{
    int low = 0, high = d->count - 1; /* it is one of these */
    assert(number < dataset_crops(d));
    if (!d->areas)
        return (int)number;
    while (low < high) {
        int middle = low + (high - low + 1) / 2;
        if (d->areas[middle].first_crop <= number)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* ---- memory ---- */

size_t dataset_at(const dataset *d, int i)
{
    if (d->areas)
        return d->areas[i].at;
    return (size_t)(d->rows ? d->rows[i] : (uint32_t)i) * (size_t)dataset_sample_size(d);
}

dataset_picture dataset_picture_of(const dataset *d, int i)
{
    const image_area *a = d->areas ? &d->areas[i] : NULL;
    return (dataset_picture){ d->store ? NULL : d->pixels + dataset_at(d, i),
                              a ? a->height : d->height, a ? a->width : d->width };
}

status dataset_crop_images(dataset *d, int crop, int step)
{
    int side = d->width < d->height ? d->width : d->height;
    if (crop == 0 || d->areas)
        return STATUS_OK;
    if (crop == CROP_NATURAL)
        crop = crop_natural(side, side, step);
    if (d->points)
        return status_fail(STATUS_USAGE, "--crop: is for images, and %s has points", d->path);
    if (crop > side)
        return status_fail(STATUS_USAGE,
                           "--crop: expected at most %d, as the images of %s are %dx%d, got %d",
                           side, d->path, d->width, d->height, crop);
    d->areas = calloc((size_t)d->count + 1, sizeof *d->areas);
    if (!d->areas)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    size_t size = (size_t)dataset_sample_size(d);
    for (int i = 0; i <= d->count; i++)
        d->areas[i] =
            (image_area){ .at = (size_t)(d->rows && i < d->count ? d->rows[i] : (uint32_t)i) * size,
                          .height = d->height,
                          .width = d->width };
    d->crop = d->height = d->width = crop;
    return d->held ? dataset_crop_images(d->held, crop, step) : STATUS_OK;
}

/* ---- cutting ---- */

/* Where a crop begins and how it lies in its picture: pixel (y, x) of the crop is `first` + y down
 * + x right of each plane. */
typedef struct cut {
    const unsigned char *first;
    ptrdiff_t right, down, plane;
} cut;

/* The part of the picture whose top left pixel is (top, left). */
static cut cut_at(const dataset_picture *p, int top, int left)
{
    return (cut){ .first = p->pixels + (ptrdiff_t)top * p->width + left,
                  .right = 1,
                  .down = p->width,
                  .plane = (ptrdiff_t)p->height * p->width };
}

static cut mirrored(cut c, int side)
{
    c.first += (side - 1) * c.right;
    c.right = -c.right;
    return c;
}

/* By a quarter, counterclockwise: the last column becomes the first row. */
static cut turned(cut c, int side)
{
    return (cut){
        .first = c.first + (side - 1) * c.right, .right = c.down, .down = -c.right, .plane = c.plane
    };
}

/* A crop: its picture, its place there, and how it is changed. */
typedef struct drawn {
    int picture, top, left, quarters;
    bool mirrored;
} drawn;

static drawn draw_crop(const dataset *d, const crop_draw *draw, uint32_t number, uint32_t place)
{
    const random_stream *s = &draw->stream;
    const uint32_t counter[4] = { place, 0, s->step, s->stream };
    const uint32_t key[2] = { (uint32_t)s->seed, (uint32_t)(s->seed >> 32) };
    uint32_t w[4];
    philox(counter, key, w);
    int i = dataset_crop_picture(d, number);
    const dataset_picture p = dataset_picture_of(d, i);
    return (drawn){ .picture = i,
                    .top = random_scaled(w[0], p.height - d->crop + 1),
                    .left = random_scaled(w[1], p.width - d->crop + 1),
                    .quarters = draw->turn ? (int)(w[3] >> 30) : 0,
                    .mirrored = draw->flip && w[2] >> 31 };
}

/* The crop within its picture, or, unless it is NULL, in `read`, which has only its pixels. */
static cut cut_of(const dataset *d, const drawn *c, const unsigned char *read)
{
    const dataset_picture whole =
        read ? (dataset_picture){ read, d->crop, d->crop } : dataset_picture_of(d, c->picture);
    cut out = read ? cut_at(&whole, 0, 0) : cut_at(&whole, c->top, c->left);
    if (c->mirrored)
        out = mirrored(out, d->crop);
    for (int quarter = 0; quarter < c->quarters; quarter++)
        out = turned(out, d->crop);
    return out;
}

static void copy_row(const unsigned char *from, ptrdiff_t step, int n, unsigned char *to)
{
    for (int x = 0; x < n; x++)
        to[x] = from[x * step];
}

/* Row y of channel k. */
static const unsigned char *cut_row(const cut *c, int k, int y)
{
    return c->first + k * c->plane + y * c->down;
}

/* ---- from the disk ---- */

/* Reads row y of channel k of a crop as it is in its picture. */
static void read_row(const dataset *d, const drawn *c, int k, int y, unsigned char *to)
{
    const dataset_picture p = dataset_picture_of(d, c->picture);
    size_t row = (size_t)k * (size_t)p.height + (size_t)(c->top + y);
    size_t at = row * (size_t)p.width + (size_t)c->left;
    /* dataset_check has the failures */
    store_read(d->store, to, (size_t)d->crop, dataset_at(d, c->picture) + at);
}

void dataset_read_crop(const dataset *d, const crop_draw *draw, uint32_t number, uint32_t place,
                       unsigned char *out)
{
    const drawn c = draw_crop(d, draw, number, place);
    for (int k = 0; k < d->channels; k++)
        for (int y = 0; y < d->crop; y++, out += d->crop)
            read_row(d, &c, k, y, out);
}

/* ---- as bytes, and as floats ---- */

void dataset_crop_from(const unsigned char *read, const dataset *d, const crop_draw *draw,
                       uint32_t number, uint32_t place, unsigned char *out)
{
    const drawn own = draw_crop(d, draw, number, place);
    const cut c = cut_of(d, &own, read);
    for (int k = 0; k < d->channels; k++)
        for (int y = 0; y < d->crop; y++, out += d->crop)
            copy_row(cut_row(&c, k, y), c.right, d->crop, out);
}

void dataset_crop(const dataset *d, const crop_draw *draw, uint32_t number, uint32_t place,
                  unsigned char *out)
{
    assert(!d->store || (!draw->flip && !draw->turn));
    if (d->store)
        dataset_read_crop(d, draw, number, place, out);
    else
        dataset_crop_from(NULL, d, draw, number, place, out);
}

static void convert(const dataset *d, const kernels *k, const drawn *own, float *out)
{
    unsigned char row[BITMAP_MOST_SIDE];
    const cut c = d->store ? (cut){ 0 } : cut_of(d, own, NULL);
    for (int channel = 0; channel < d->channels; channel++)
        for (int y = 0; y < d->crop; y++, out += d->crop) {
            const unsigned char *from = d->store ? row : cut_row(&c, channel, y);
            if (d->store)
                read_row(d, own, channel, y, row);
            else if (c.right != 1)
                copy_row(from, c.right, d->crop, row);
            k->pixels(d->crop, c.right == 1 ? from : row, out);
        }
}

void dataset_convert_middle(const dataset *d, const kernels *k, int i, float *out)
{
    const dataset_picture p = dataset_picture_of(d, i);
    const drawn c = { .picture = i,
                      .top = (p.height - d->crop) / 2,
                      .left = (p.width - d->crop) / 2 };
    convert(d, k, &c, out);
}

/* ---- batches ---- */

typedef struct crop_task {
    const dataset *data;
    const kernels *kernels;
    const crop_draw *draw;
    const uint32_t *order;
    uint32_t first;
    float *out;
} crop_task;

static void crop_one(const void *context, int i)
{
    const crop_task *t = context;
    const drawn c = draw_crop(t->data, t->draw, t->order[i], t->first + (uint32_t)i);
    convert(t->data, t->kernels, &c,
            t->out + (ptrdiff_t)i * (ptrdiff_t)dataset_sample_size(t->data));
}

void dataset_crop_batch(const dataset *d, const compute *c, const crop_draw *draw,
                        const uint32_t *order, uint32_t first, int n, float *out)
{
    const crop_task t = { d, c->kernels, draw, order, first, out };
    assert(!d->store || (!draw->flip && !draw->turn));
    team_run(c->team, n, crop_one, &t);
}
