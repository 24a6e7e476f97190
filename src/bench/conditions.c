/* bench/conditions.c - what the random samples are said to show, for nets with a condition: as many
 * classes as MNIST has, or texts like those of data/mnist/captions.txt.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "bench/measurement.h"

#include "base/banned.h"

enum { CLASSES = 10 };

static const char *const digits[CLASSES] = { "zero", "one", "two",   "three", "four",
                                             "five", "six", "seven", "eight", "nine" };
static const char *const weights[] = { "", "thin, ", "bold, " };
static const char *const slants[] = { "upright", "slanted", "handwritten" };

/* Each sample has one of 10 x 3 x 3 captions. */
static status describe(captions **c, int count)
{
    enum { WAYS = 3 };
    caption_list l = { 0 };
    status s = STATUS_OK;
    for (int i = 0; i < count && s == STATUS_OK; i++) {
        text t = { 0 };
        text_add(&t, "a %s%s %s", weights[i / CLASSES % WAYS], slants[i / CLASSES / WAYS % WAYS],
                 digits[i % CLASSES]);
        s = text_check(&t);
        if (s == STATUS_OK)
            s = caption_list_sample(&l);
        if (s == STATUS_OK)
            s = caption_list_add(&l, t.data, "captions");
        text_free(&t);
    }
    if (s == STATUS_OK)
        s = captions_make(c, &l);
    caption_list_free(&l);
    return s;
}

static status label(unsigned char **labels, int count)
{
    *labels = malloc((size_t)count);
    if (!*labels)
        return status_fail(STATUS_MEMORY, "out of memory for %d labels", count);
    for (int i = 0; i < count; i++)
        (*labels)[i] = (unsigned char)(i % CLASSES);
    return STATUS_OK;
}

status measurement_teach(measurement *m, const model_options *o, data_identity *id)
{
    if (o->condition == CONDITION_LABEL)
        TRY(label(&m->data.labels, m->data.count));
    if (o->condition == CONDITION_CAPTION)
        TRY(describe(&m->data.captions, m->data.count));
    return taught_open(&m->taught, o, &m->data, id);
}

void measurement_forget(measurement *m)
{
    taught_close(&m->taught);
    free(m->data.labels);
    captions_free(m->data.captions);
}
