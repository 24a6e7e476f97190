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
    return d->areas ? d->areas[i].at : (size_t)i * (size_t)dataset_sample_size(d);
}

dataset_picture dataset_picture_of(const dataset *d, int i)
{
    const image_area *a = d->areas ? &d->areas[i] : NULL;
    return (dataset_picture){ d->pixels + dataset_at(d, i), a ? a->height : d->height,
                              a ? a->width : d->width };
}

status dataset_crop_images(dataset *d, int crop, int step)
{
    int side = d->width < d->height ? d->width : d->height;
    if (crop == 0 || d->areas)
        return STATUS_OK;
    if (crop == CROP_NATURAL)
        crop = crop_natural(side, side, step);
    if (!d->pixels)
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
            (image_area){ .at = (size_t)i * size, .height = d->height, .width = d->width };
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

static cut draw_cut(const dataset *d, const crop_draw *draw, uint32_t number, uint32_t place)
{
    const dataset_picture p = dataset_picture_of(d, dataset_crop_picture(d, number));
    const random_stream *s = &draw->stream;
    const uint32_t counter[4] = { place, 0, s->step, s->stream };
    const uint32_t key[2] = { (uint32_t)s->seed, (uint32_t)(s->seed >> 32) };
    uint32_t w[4];
    philox(counter, key, w);
    cut c = cut_at(&p, random_scaled(w[0], p.height - d->crop + 1),
                   random_scaled(w[1], p.width - d->crop + 1));
    if (draw->flip && w[2] >> 31)
        c = mirrored(c, d->crop);
    for (uint32_t quarter = 0; draw->turn && quarter < w[3] >> 30; quarter++)
        c = turned(c, d->crop);
    return c;
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

void dataset_crop(const dataset *d, const crop_draw *draw, uint32_t number, uint32_t place,
                  unsigned char *out)
{
    const cut c = draw_cut(d, draw, number, place);
    for (int k = 0; k < d->channels; k++)
        for (int y = 0; y < d->crop; y++, out += d->crop)
            copy_row(cut_row(&c, k, y), c.right, d->crop, out);
}

static void convert(const dataset *d, const kernels *k, const cut *c, float *out)
{
    unsigned char row[BITMAP_MOST_SIDE];
    for (int channel = 0; channel < d->channels; channel++)
        for (int y = 0; y < d->crop; y++, out += d->crop) {
            const unsigned char *from = cut_row(c, channel, y);
            if (c->right != 1) {
                copy_row(from, c->right, d->crop, row);
                from = row;
            }
            k->pixels(d->crop, from, out);
        }
}

void dataset_convert_middle(const dataset *d, const kernels *k, int i, float *out)
{
    const dataset_picture p = dataset_picture_of(d, i);
    const cut c = cut_at(&p, (p.height - d->crop) / 2, (p.width - d->crop) / 2);
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
    const cut c = draw_cut(t->data, t->draw, t->order[i], t->first + (uint32_t)i);
    convert(t->data, t->kernels, &c,
            t->out + (ptrdiff_t)i * (ptrdiff_t)dataset_sample_size(t->data));
}

void dataset_crop_batch(const dataset *d, const compute *c, const crop_draw *draw,
                        const uint32_t *order, uint32_t first, int n, float *out)
{
    const crop_task t = { d, c->kernels, draw, order, first, out };
    team_run(c->team, n, crop_one, &t);
}
