/* cli/eval_given.c - the samples that `gan eval --samples` is given.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_given.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/terminal.h"
#include "eval/order.h"

#include "base/banned.h"

static size_t size_of(const npy_form *f)
{
    return (size_t)f->channels * (size_t)f->height * (size_t)f->width;
}

static void note(const char *path, const char *what)
{
    text t = { 0 };
    text_add(&t, "%s: %s", path, what);
    if (!t.failed)
        terminal_note(NULL, t.data);
    text_free(&t);
}

/* Catches the usual mistakes, pixels from 0 to 1 or from 0 to 255 as floats, which would otherwise
 * only look like bad samples. */
static status check_range(const char *path, const npy_samples *s, size_t size)
{
    float least = 1;
    for (size_t i = 0; i < (size_t)s->n * size; i++) {
        if (!(s->values[i] >= -1 && s->values[i] <= 1))
            return status_fail(STATUS_FORMAT,
                               "%s: expected pixels from -1 to 1, got %g in sample %zu", path,
                               (double)s->values[i], i / size);
        least = s->values[i] < least ? s->values[i] : least;
    }
    if (least >= 0)
        terminal_note(
            NULL,
            "no pixel of the samples is below 0, but black is -1: do they range from 0 to 1?");
    return STATUS_OK;
}

/* Replaces the samples by `count` of them. */
static status choose(const char *path, npy_samples *s, size_t size, int count)
{
    uint32_t *order = malloc((size_t)s->n * sizeof *order);
    float *chosen = malloc((size_t)count * size * sizeof *chosen);
    if (!order || !chosen) {
        free(order);
        free(chosen);
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d samples", path, count);
    }
    order_shuffle(ORDER_FILE, s->n, order);
    for (size_t i = 0; i < (size_t)count; i++)
        memcpy(chosen + i * size, s->values + order[i] * size, size * sizeof *chosen);
    text what = { 0 };
    text_add(&what, "%d of its %d samples are judged, chosen by a fixed shuffle", count, s->n);
    if (!what.failed)
        note(path, what.data);
    text_free(&what);
    free(order);
    free(s->values);
    s->values = chosen;
    s->n = count;
    return STATUS_OK;
}

status given_read(const eval_options *o, const npy_form *f, int *n, float **values)
{
    npy_samples s;
    TRY(npy_read_samples(o->samples, f, &s));
    if (s.note[0])
        note(o->samples, s.note);
    status result = f->pixels ? check_range(o->samples, &s, size_of(f)) : STATUS_OK;
    if (result == STATUS_OK && s.n > o->count)
        result = choose(o->samples, &s, size_of(f), o->count);
    if (result != STATUS_OK) {
        free(s.values);
        return result;
    }
    *n = s.n;
    *values = s.values;
    return STATUS_OK;
}
