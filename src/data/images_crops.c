/* data/images_crops.c - pictures that keep their own sizes: the side of a crop, which pictures are
 * too small for one, where each is in memory, and whether all fit there.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images_parts.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

#include "base/banned.h"

static int shorter_side(const bitmap_header *h)
{
    return h->width < h->height ? h->width : h->height;
}

static bool is_good(const picture_file *f)
{
    return f->picture && !f->problem;
}

/* The k-th smallest of the shorter sides, by counting: it is the least side such that more than k
 * of them are no longer. */
static int middle_side(const image_reading *r)
{
    int low = 1, high = BITMAP_MOST_SIDE, good = 0;
    for (int i = 0; i < r->count; i++)
        good += is_good(&r->files[i]);
    while (low < high) {
        int side = (low + high) / 2, most = 0;
        for (int i = 0; i < r->count; i++)
            most += is_good(&r->files[i]) && shorter_side(&r->files[i].header) <= side;
        if (most > good / 2)
            high = side;
        else
            low = side + 1;
    }
    return low;
}

int crop_natural(int side, int usual, int step)
{
    int crop = side < usual ? side : usual;
    crop -= step > 0 ? crop % step : 0;
    return crop > 0 ? crop : step;
}

status images_choose_crop(image_reading *r)
{
    const images_request *q = r->request;
    const image_options *o = q->options;
    if (q->crop != 0 && o->size > 0)
        return status_fail(
            STATUS_USAGE,
            "--size: crops are parts of pictures that keep their own sizes; leave it "
            "out, got %d",
            o->size);
    if (q->crop != 0 && o->fit != FIT_CROP)
        return status_fail(STATUS_USAGE,
                           "--fit: crops are parts of pictures that keep their own sizes; leave it "
                           "out, got %s",
                           fit_choice(o->fit)->name);
    r->set->crop = q->crop == CROP_NATURAL
                       ? crop_natural(middle_side(r), IMAGES_USUAL_CROP, q->crop_step)
                       : q->crop;
    return STATUS_OK;
}

bool images_is_small(const image_reading *r, int file)
{
    return r->set->crop > 0 && shorter_side(&r->files[file].header) < r->set->crop;
}

status images_all_are_small(const image_reading *r)
{
    int most = 0;
    for (int i = 0; i < r->count; i++)
        if (is_good(&r->files[i]) && shorter_side(&r->files[i].header) > most)
            most = shorter_side(&r->files[i].header);
    return status_fail(STATUS_USAGE,
                       "--crop: expected at most %d, the shorter side of the largest of the %d "
                       "pictures in %s, got %d",
                       most, r->small, r->request->folder, r->set->crop);
}

status images_plan_areas(image_reading *r)
{
    image_set *s = r->set;
    size_t at = 0;
    if (s->crop == 0)
        return STATUS_OK;
    s->areas = calloc((size_t)r->pictures + 1, sizeof *s->areas);
    if (!s->areas)
        return status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
    for (int i = 0; i < r->pictures; i++) {
        const bitmap_header *h = &r->files[r->order[i]].header;
        s->areas[i] = (image_area){ .at = at, .height = h->height, .width = h->width };
        at += (size_t)s->channels * (size_t)h->height * (size_t)h->width;
    }
    s->areas[r->pictures].at = at;
    return STATUS_OK;
}

size_t images_at(const image_set *s, int i)
{
    size_t size = (size_t)s->channels * (size_t)s->height * (size_t)s->width;
    return s->areas ? s->areas[i].at : (size_t)i * size;
}

const unsigned char *images_pixels(const image_set *s, size_t at, size_t n, unsigned char *room)
{
    if (!s->store)
        return s->pixels + at;
    store_read(s->store, room, n, at); /* whose failures stay there */
    return room;
}

/* In floating point, as the sum may be more than size_t holds. */
static double sum_samples(const image_reading *r)
{
    const image_set *s = r->set;
    double sum = 0;
    for (int i = 0; i < r->pictures; i++)
        sum += s->areas ? (double)s->channels * s->areas[i].height * s->areas[i].width
                        : (double)s->channels * s->height * s->width;
    return sum;
}

status images_check_memory(const image_reading *r)
{
    const images_request *q = r->request;
    double usable = q->memory > 0 ? q->memory : memory_usable();
    double samples = q->on_disk ? 0 : sum_samples(r), decoding = (double)r->memory;
    decoding += q->on_disk ? MEMORY_OF_PROGRAM : 0;
    if (samples < (double)SIZE_MAX && samples + decoding <= usable)
        return STATUS_OK;
    if (q->too_large && q->memory > 0)
        *q->too_large = true;
    if (q->on_disk)
        return status_fail(STATUS_USAGE,
                           "--memory: expected at least %.0fM, which reading the pictures of %s "
                           "takes, got %.4gM",
                           ceil(decoding / 1e6), q->folder, usable / 1e6);
    return status_fail(q->memory > 0 ? STATUS_USAGE : STATUS_MEMORY,
                       "%s: its %d pictures %s take %.1f MB and reading them %.1f MB, but this "
                       "process may use %.1f MB; %s",
                       q->folder, r->pictures, r->set->crop > 0 ? "at full size" : "as samples",
                       samples / 1e6, decoding / 1e6, usable / 1e6,
                       r->set->crop > 0 ? "use fewer with --limit, or smaller ones, or --memory to "
                                          "leave them on the disk"
                                        : "choose a smaller --size, or --memory to leave them on "
                                          "the disk");
}
