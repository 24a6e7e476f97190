/* game/taught.c - the conditions of a data set: encoded once, drawn for each sample of a batch.
 *
 * SPDX-License-Identifier: MIT */
#include "game/taught.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/banned.h"

/* Equal captions are one pointer (data/captions.h), so that pointers tell them apart. */
typedef struct caption_place {
    const char *text, *shown;
    int caption;
} caption_place;

static int by_text(const void *a, const void *b)
{
    const caption_place *x = a, *y = b;
    if (x->text == y->text)
        return (x->caption > y->caption) - (x->caption < y->caption);
    return strcmp(x->text, y->text);
}

/* ---- labels ---- */

static int count_classes(const dataset *d)
{
    int count = d->class_count;
    for (int i = 0; i < d->count; i++)
        count = d->labels[i] >= count ? d->labels[i] + 1 : count;
    return count;
}

static status open_labels(taught_conditions *t, const dataset *d)
{
    text names = { 0 };
    if (!d->labels)
        return status_fail(STATUS_USAGE,
                           "--condition label: the samples in %s have no labels%s%s; "
                           "give images with labels, or a subfolder for each class",
                           d->path, d->no_classes ? ": " : "", d->no_classes ? d->no_classes : "");
    int count = count_classes(d);
    if (count < 2)
        return status_fail(STATUS_USAGE,
                           "--condition label: all samples in %s have the same "
                           "class; expected two at least",
                           d->path);
    t->labels = d->labels;
    t->list.table.size = count;
    for (int k = 0; k < count; k++) {
        TRY(condition_add_class(&t->list, k));
        text_add(&names, "%s", k > 0 ? "\n" : "");
        size_t begin = names.length;
        dataset_add_class(&names, d, k);
        for (size_t i = begin; names.data && i < names.length; i++)
            names.data[i] = names.data[i] == '\n' ? ' ' : names.data[i];
    }
    t->examples = names.data;
    return text_check(&names);
}

/* ---- captions ---- */

/* The captions to show: of the different ones in the order of a shuffle. */
static status choose_examples(taught_conditions *t, const char *const *texts, int count)
{
    text lines = { 0 };
    uint32_t *order = malloc((size_t)count * sizeof *order);
    if (!order)
        return status_fail(STATUS_MEMORY, "out of memory for %d captions", count);
    random_shuffle((random_stream){ 0, 0, random_name(RANDOM_EXAMPLES, 0, 0) }, count, order);
    for (int i = 0; i < count && i < KNOWN_MOST_EXAMPLES; i++)
        text_add(&lines, "%s%s", i > 0 ? "\n" : "", texts[order[i]]);
    free(order);
    t->examples = lines.data;
    return text_check(&lines);
}

static int by_pointed_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The captions to show are those that were kept out of training, where there are any: what the
 * net makes of them shows whether it has learned words or sentences. `texts` (count) are those of
 * the training, in order. */
static status choose_held(taught_conditions *t, const dataset *d, const char *const *texts,
                          int count)
{
    const captions *held = d->held ? d->held->captions : NULL;
    const char **unseen = held ? malloc((size_t)held->count * sizeof *unseen) : NULL;
    int n = 0, different = 0;
    if (held && !unseen)
        return status_fail(STATUS_MEMORY, "out of memory for %d captions", held->count);
    for (int i = 0; held && i < held->count; i++) {
        const char *caption = held->texts[i];
        if (!bsearch(&caption, texts, (size_t)count, sizeof *texts, by_pointed_text))
            unseen[n++] = caption;
    }
    if (n > 0)
        qsort(unseen, (size_t)n, sizeof *unseen, by_pointed_text);
    for (int i = 0; i < n; i++)
        if (i == 0 || unseen[i] != unseen[i - 1])
            unseen[different++] = unseen[i];
    status s =
        different > 0 ? choose_examples(t, unseen, different) : choose_examples(t, texts, count);
    free(unseen);
    return s;
}

static status encode_captions(taught_conditions *t, const char *const *texts, int count)
{
    vocabulary v = { 0 };
    text words = { 0 };
    status s = vocabulary_learn(&v, texts, count);
    t->list.table.size = v.size;
    for (int i = 0; i < count && s == STATUS_OK; i++)
        s = condition_add_text(&t->list, &v, texts[i]);
    vocabulary_write(&v, &words);
    vocabulary_close(&v);
    t->words = words.data;
    return s == STATUS_OK ? text_check(&words) : s;
}

/* Numbers the different captions in the order of their bytes, so that the numbers depend neither
 * on the order of the samples nor on where texts lie. */
static status number_captions(taught_conditions *t, const captions *c, const char **texts,
                              int *different)
{
    caption_place *places = malloc((size_t)c->count * sizeof *places);
    *different = 0;
    if (!places)
        return status_fail(STATUS_MEMORY, "out of memory for %d captions", c->count);
    for (int i = 0; i < c->count; i++)
        places[i] = (caption_place){ c->texts[i], c->shown[i], i };
    qsort(places, (size_t)c->count, sizeof *places, by_text);
    for (int i = 0; i < c->count; i++) {
        if (i == 0 || places[i].text != places[i - 1].text)
            texts[(*different)++] = places[i].text;
        t->ids[places[i].caption] = (uint32_t)(*different - 1);
    }
    free(places);
    return STATUS_OK;
}

static status open_captions(taught_conditions *t, const dataset *d)
{
    const captions *c = d->captions;
    int different = 0;
    if (!c)
        return status_fail(STATUS_USAGE,
                           "--condition caption: the samples in %s have no captions; "
                           "name a file of them with --captions, or put metadata.csv, "
                           "metadata.jsonl or NAME.txt beside the pictures",
                           d->path);
    const char **texts = malloc((size_t)c->count * sizeof *texts);
    t->ids = malloc((size_t)c->count * sizeof *t->ids);
    t->first = c->first;
    status s = texts && t->ids
                   ? number_captions(t, c, texts, &different)
                   : status_fail(STATUS_MEMORY, "out of memory for %d captions", c->count);
    if (s == STATUS_OK && different < 2)
        s = status_fail(STATUS_USAGE,
                        "--condition caption: all samples in %s have the same "
                        "caption, \"%.60s\"; expected two at least",
                        d->path, texts[0]);
    if (s == STATUS_OK)
        s = encode_captions(t, texts, different);
    if (s == STATUS_OK)
        s = choose_held(t, d, texts, different);
    free(texts);
    return s;
}

/* ---- both ---- */

status taught_open(taught_conditions *t, const model_options *o, const dataset *d,
                   data_identity *id)
{
    *t = (taught_conditions){ .samples = d->count, .near_share = o->mismatch_near };
    if (o->condition == CONDITION_NONE)
        return STATUS_OK;
    TRY(o->condition == CONDITION_LABEL ? open_labels(t, d) : open_captions(t, d));
    if (t->near_share > 0)
        TRY(near_find(&t->near, &t->list.table));
    id->conditions = t->list.table.size;
    id->words = t->words;
    id->examples = t->examples;
    id->fingerprint = taught_fingerprint(o->condition, d, d->count);
    return STATUS_OK;
}

void taught_close(taught_conditions *t)
{
    condition_list_close(&t->list);
    near_close(&t->near);
    free(t->ids);
    free(t->words);
    free(t->examples);
    *t = (taught_conditions){ 0 };
}

size_t taught_memory(const taught_conditions *t)
{
    const condition_list *l = &t->list;
    size_t ids = t->ids ? t->first[t->samples] * sizeof *t->ids : 0;
    return l->room * sizeof *l->table.first + l->feature_room * sizeof *l->table.features + ids +
           t->near.memory;
}

uint32_t taught_of(const taught_conditions *t, uint64_t seed, uint32_t epoch, uint32_t place,
                   uint32_t sample)
{
    if (t->labels)
        return t->labels[sample];
    const uint32_t *first = &t->first[sample];
    random_stream s = { seed, epoch, random_name(RANDOM_CAPTION, 0, 0) };
    return t->ids[first[0] + random_below(s, place, first[1] - first[0])];
}

static bool is_own(const taught_conditions *t, uint32_t sample, uint32_t id)
{
    if (t->labels)
        return t->labels[sample] == id;
    for (uint32_t i = t->first[sample]; i < t->first[sample + 1]; i++)
        if (t->ids[i] == id)
            return true;
    return false;
}

/* One that is near to the sample's own, if this place in the epoch gets such a one. */
static bool draw_near(const taught_conditions *t, uint64_t seed, uint32_t epoch, uint32_t place,
                      uint32_t sample, uint32_t *id)
{
    random_stream whether = { seed, epoch, random_name(RANDOM_NEAR, 0, 0) };
    random_stream which = { seed, epoch, random_name(RANDOM_NEAR, 1, 0) };
    if (!t->near.ids || random_below(whether, place, 1 << 24) >= t->near_share * (1 << 24))
        return false;
    uint32_t own = taught_of(t, seed, epoch, place, sample);
    *id = near_to(&t->near, own)[random_below(which, place, NEAR_MOST)];
    return !is_own(t, sample, *id);
}

uint32_t taught_other(const taught_conditions *t, uint64_t seed, uint32_t epoch, uint32_t place,
                      uint32_t sample)
{
    enum { TRIES = 64 };
    uint32_t count = (uint32_t)t->list.table.count, alike;
    if (draw_near(t, seed, epoch, place, sample, &alike))
        return alike;
    for (int i = 0; i < TRIES; i++) {
        random_stream s = { seed, epoch, random_name(RANDOM_MISMATCH, i, 0) };
        uint32_t other = random_below(s, place, (uint32_t)t->samples);
        uint32_t id = taught_of(t, seed, epoch, place, other);
        if (!is_own(t, sample, id))
            return id;
    }
    /* Nearly all samples have this one's conditions: the next in the list that is not its own. */
    for (uint32_t i = 0, id = place % count; i < count; i++, id = (id + 1) % count)
        if (!is_own(t, sample, id))
            return id;
    return place % count; /* the sample has every caption there is */
}

uint32_t taught_fingerprint(int kind, const dataset *d, int count)
{
    uint32_t crc = dataset_fingerprint(d, count);
    if (kind != CONDITION_LABEL || !d->labels)
        return crc;
    return (uint32_t)crc32_z(crc, d->labels, (size_t)count);
}
