/* data/stacked.c - makes the samples of Stacked MNIST from the digits that are there.
 *
 * SPDX-License-Identifier: MIT */
#include "data/stacked.h"

#include <stdlib.h>
#include <string.h>

#include "math/random.h"

#include "base/banned.h"

const char stacked_name[] = "stacked";

bool stacked_is_named(const char *where)
{
    return where && strcmp(where, stacked_name) == 0;
}

/* The key is always 0, as the data do not depend on a run. */
void stacked_choose(bool test, int first, int n, int digits, uint32_t *out)
{
    const random_stream choice = { .step = test, .stream = random_name(RANDOM_STACKED, 0, 0) };
    for (int i = 0; i < n * STACKED_CHANNELS; i++)
        out[i] = random_below(choice, (uint32_t)first * STACKED_CHANNELS + (uint32_t)i,
                              (uint32_t)digits);
}

/* ---- the digits ---- */

static status check_digits(const dataset *d)
{
    if (d->kind == DATA_IDX && d->channels == 1)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s: stacks the grey IDX images of the usual place, such as MNIST; expected "
                       "those, got %s, which $GAN_DATA names",
                       stacked_name, d->path);
}

static status open_test(dataset *test, dataset *train)
{
    dataset_request r = dataset_request_of(NULL, 0);
    return dataset_open_test(test, train, &r);
}

status stacked_digits(dataset *train, dataset *test)
{
    status s = dataset_open(train, NULL, 0);
    if (s != STATUS_OK)
        return status_within(s, "%s, whose digits $GAN_DATA names", stacked_name);
    s = check_digits(train);
    if (s == STATUS_OK && test && (s = open_test(test, train)) != STATUS_OK)
        s = status_within(s, "%s", stacked_name);
    if (s != STATUS_OK)
        dataset_close(train);
    return s;
}

/* ---- the samples ---- */

static status stack(dataset *d, const dataset *digits, bool test, int count)
{
    size_t image = (size_t)dataset_sample_size(digits);
    uint32_t *chosen = malloc((size_t)count * STACKED_CHANNELS * sizeof *chosen);
    d->pixels = malloc((size_t)count * STACKED_CHANNELS * image);
    if (!chosen || !d->pixels) {
        free(chosen);
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d samples", stacked_name, count);
    }
    stacked_choose(test, 0, count, digits->count, chosen);
    for (size_t i = 0; i < (size_t)count * STACKED_CHANNELS; i++)
        memcpy(d->pixels + i * image, digits->pixels + chosen[i] * image, image);
    free(chosen);
    d->channels = STACKED_CHANNELS;
    d->height = digits->height;
    d->width = digits->width;
    return STATUS_OK;
}

/* Says for people what was stacked, and why there are no classes. */
static status describe(dataset *d, const dataset *digits)
{
    text note = { 0 }, classes = { 0 };
    text_add(&note, "three digits each, of the %d of ", digits->count);
    text_add_shown(&note, digits->path);
    text_add(&classes, "gan eval counts the modes, with a classifier of the digits");
    d->note = note.data;
    d->no_classes = classes.data;
    TRY(text_check(&note));
    return text_check(&classes);
}

status stacked_read(dataset *d, bool test, int limit)
{
    dataset train, held_out = { 0 };
    TRY(stacked_digits(&train, test ? &held_out : NULL));
    const dataset *digits = test ? &held_out : &train;
    d->total = test ? STACKED_TEST : STACKED_TRAIN;
    d->count = limit > 0 && limit < d->total ? limit : d->total;
    status s = stack(d, digits, test, d->count);
    if (s == STATUS_OK)
        s = describe(d, digits);
    dataset_close(&train);
    dataset_close(&held_out);
    return s;
}
