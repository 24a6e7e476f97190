/* data/dataset_test.c - the test part of a data set: files beside the training part, or samples
 * that are moved out of it.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <stdlib.h>

#include "data/classes.h"
#include "format/cifar.h"

#include "base/banned.h"

enum { HELD_OUT_SHARE = 5 };

/* Copies the images from number `first` on. */
static status copy_from(dataset *d, const dataset *from, int first)
{
    int n = from->count - first;
    uint32_t *order = malloc((size_t)n * sizeof *order);
    if (!order)
        return status_fail(STATUS_MEMORY, "%s: out of memory", from->path);
    for (int i = 0; i < n; i++)
        order[i] = (uint32_t)(first + i);
    status s = dataset_copy(d, from, order, n);
    free(order);
    return s;
}

/* Moves the last fifth of the training images to a test part. */
static status hold_out(dataset *d, dataset *train)
{
    int held = train->count / HELD_OUT_SHARE, kept = train->count - held;
    if (held == 0)
        return status_fail(STATUS_USAGE,
                           "%s: has no test images, and its %d images are too few to hold some out",
                           train->path, train->count);
    TRY(copy_from(d, train, kept));
    d->is_held_out = true;
    TRY(dataset_cut(train, kept));
    train->fingerprint = dataset_crc(train);
    return STATUS_OK;
}

static status check_form(const dataset *d, const dataset *train)
{
    /* The training images may have crops already, those of a test file not yet. */
    const bool cropped = train->areas && !d->areas;
    const int height = cropped ? train->areas[0].height : train->height,
              width = cropped ? train->areas[0].width : train->width;
    if (d->channels == train->channels && d->height == height && d->width == width)
        return STATUS_OK;
    return status_fail(STATUS_FORMAT,
                       "%s: expected images of %d x %d pixels, as in %s, got "
                       "%d x %d",
                       d->path, height, width, train->path, d->height, d->width);
}

/* Handles a data set without a test part. */
static status without_test(dataset *d, dataset *train)
{
    if (train->kind == DATA_PICTURES)
        return hold_out(d, train);
    if (train->kind == DATA_CIFAR)
        return status_fail(STATUS_IO, "%s: expected %s or %s in this folder, found neither",
                           train->path, cifar_10.test[0], cifar_100.test[0]);
    return status_fail(STATUS_IO,
                       "%s: expected test images beside it, under its name with \"t10k\" or "
                       "\"test\" for \"train\" (with or without .gz), found none",
                       train->path);
}

static status match_classes(dataset *d, const dataset *train, const dataset_request *r)
{
    char *report;
    if (d->kind != DATA_PICTURES || d->is_held_out)
        return STATUS_OK;
    TRY(classes_match(d, train, &report));
    if (report)
        dataset_notice(r, "%s", report);
    free(report);
    return STATUS_OK;
}

status dataset_open_test(dataset *d, dataset *train, const dataset_request *r)
{
    data_place f, from = { .kind = train->kind, .path = train->path };
    *d = (dataset){ 0 };
    if (train->held)
        return dataset_opened(d, copy_from(d, train->held, 0));
    TRY(find_test(&f, &from));
    status s = f.kind == DATA_NONE ? without_test(d, train) : dataset_read(d, &f, r, train);
    if (s == STATUS_OK)
        s = check_form(d, train);
    if (s == STATUS_OK)
        s = match_classes(d, train, r);
    if (s == STATUS_OK && !d->is_held_out)
        s = captions_open(d, r, train);
    if (s == STATUS_OK)
        s = dataset_crop_images(d, train->crop, 0);
    data_place_free(&f);
    return dataset_opened(d, s);
}
