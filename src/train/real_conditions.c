/* train/real_conditions.c - the conditions of real images, for samples that are compared with them.
 *
 * SPDX-License-Identifier: MIT */
#include "train/real_conditions.h"

#include <stdlib.h>
#include <string.h>

#include "eval/softmax.h"

#include "base/banned.h"

static status out_of_memory(const dataset *d)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for the conditions of samples", d->path);
}

/* ---- classes ---- */

static int number_of(const known_conditions *k, const char *name)
{
    for (int i = 0; i < k->count; i++)
        if (strcmp(k->names[i], name) == 0)
            return i;
    return -1;
}

/* The model's number for each class of the data, by its name; -1: it does not know it. */
static status match_classes(const known_conditions *k, const dataset *d, int classes[MOST_CLASSES])
{
    for (int c = 0; c < MOST_CLASSES; c++) {
        text name = { 0 };
        dataset_add_class(&name, d, c);
        for (size_t i = 0; name.data && i < name.length; i++)
            name.data[i] = name.data[i] == '\n' ? ' ' : name.data[i]; /* as game/taught.c does */
        status s = text_check(&name);
        classes[c] = s == STATUS_OK ? number_of(k, name.data) : -1;
        text_free(&name);
        TRY(s);
    }
    return STATUS_OK;
}

/* Keeps, in the order, the images of known classes; returns their number. */
static int keep_known(const dataset *d, const int classes[MOST_CLASSES], uint32_t *order)
{
    int kept = 0;
    for (int i = 0; i < d->count; i++)
        if (classes[d->labels[order[i]]] >= 0)
            order[kept++] = order[i];
    return kept;
}

static status take_classes(real_conditions *r, const known_conditions *k, const dataset *d,
                           uint32_t *order)
{
    int classes[MOST_CLASSES], images;
    if (!d->labels)
        return status_fail(STATUS_USAGE, "%s: has no labels, which its samples are asked for",
                           d->path);
    TRY(match_classes(k, d, classes));
    images = keep_known(d, classes, order);
    if (images == 0)
        return status_fail(STATUS_USAGE, "%s: has no class that the model knows", d->path);
    for (int i = 0; i < r->count; i++) {
        r->images[i] = order[i % images];
        r->ids[i] = (uint32_t)classes[d->labels[r->images[i]]];
    }
    r->table = &k->list.table;
    return STATUS_OK;
}

/* ---- captions ---- */

/* Encodes each text once; number (captions' bytes) is its number + 1 in the list. */
static status encode(real_conditions *r, const known_conditions *k, const captions *c,
                     uint32_t *number)
{
    r->texts.table.size = k->list.table.size;
    for (int i = 0; i < r->count; i++) {
        const char *words = c->texts[r->captions[i]];
        uint32_t *own = &number[words - c->bytes];
        if (*own == 0) {
            TRY(condition_add_text(&r->texts, &k->vocabulary, words));
            *own = (uint32_t)r->texts.table.count;
        }
        r->ids[i] = *own - 1;
    }
    r->table = &r->texts.table;
    return STATUS_OK;
}

static status take_captions(real_conditions *r, const known_conditions *k, const dataset *d,
                            const uint32_t *order)
{
    const captions *c = d->captions;
    if (!c)
        return status_fail(STATUS_USAGE, "%s: has no captions, which its samples are asked for",
                           d->path);
    uint32_t *number = calloc(c->length + 1, sizeof *number);
    r->captions = malloc((size_t)r->count * sizeof *r->captions);
    status s = number && r->captions ? STATUS_OK : out_of_memory(d);
    for (int i = 0; s == STATUS_OK && i < r->count; i++) {
        uint32_t image = order[i % d->count], first = c->first[image];
        r->images[i] = image;
        r->captions[i] = first + order_below(ORDER_CAPTION, 0, i, c->first[image + 1] - first);
    }
    if (s == STATUS_OK)
        s = encode(r, k, c, number);
    free(number);
    return s;
}

/* ---- both ---- */

status real_conditions_open(real_conditions *r, const known_conditions *k, const dataset *d,
                            order_of order, int count)
{
    *r = (real_conditions){ 0 };
    if (k->kind == CONDITION_NONE)
        return STATUS_OK;
    r->count = count;
    r->ids = malloc((size_t)count * sizeof *r->ids);
    r->images = malloc((size_t)count * sizeof *r->images);
    uint32_t *all = malloc((size_t)d->count * sizeof *all);
    status s = r->ids && r->images && all ? STATUS_OK : out_of_memory(d);
    if (s == STATUS_OK) {
        order_shuffle(order, d->count, all);
        s = k->kind == CONDITION_LABEL ? take_classes(r, k, d, all) : take_captions(r, k, d, all);
    }
    free(all);
    return s;
}

void real_conditions_close(real_conditions *r)
{
    condition_list_close(&r->texts);
    free(r->ids);
    free(r->images);
    free(r->captions);
    *r = (real_conditions){ 0 };
}

size_t real_conditions_memory(const real_conditions *r)
{
    const condition_list *l = &r->texts;
    size_t each = sizeof *r->ids + sizeof *r->images + (r->captions ? sizeof *r->captions : 0);
    return (size_t)r->count * each + l->room * sizeof *l->table.first +
           l->feature_room * sizeof *l->table.features;
}

asked real_conditions_asked(const real_conditions *r)
{
    return (asked){ r->table, r->ids, r->count, 1 };
}
