/* data/captions_pictures.c - the captions of a folder of pictures, and its labels, from what is
 * written about them.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <stdlib.h>
#include <string.h>

#include "data/metadata.h"

#include "base/banned.h"

static status out_of_memory(const dataset *d)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for what is written about its pictures",
                       d->path);
}

static metadata_request request_of(const dataset *d, const char *file, bool is_test)
{
    /* Pictures may have been left out of a set: bad ones, and those of unknown classes. */
    return (metadata_request){ d->path, d->names, d->count, file, d->bad > 0 || is_test };
}

/* ---- captions ---- */

/* Keeps the pictures that have captions, and says so. */
static status leave_out(dataset *d, const dataset_request *r, const metadata *m, int missing,
                        const uint32_t *order)
{
    dataset_notice(r, "%s: has no caption for %d of the %d pictures of %s: left out", m->source,
                   missing, d->count, d->path);
    return dataset_keep(d, order, d->count - missing);
}

static status add_captions(caption_list *l, const metadata *m, int count)
{
    int k = 0;
    for (int i = 0; i < count; i++) {
        bool begun = false;
        for (; k < m->caption_count && m->captions[k].sample == i; k++) {
            if (!begun)
                TRY(caption_list_sample(l));
            begun = true;
            TRY(caption_list_add(l, m->captions[k].text, m->source));
        }
    }
    return STATUS_OK;
}

/* Fills order (count) with the pictures that have captions; returns how many have none. */
static int find_missing(const metadata *m, int count, uint32_t *order, int *first)
{
    int n = 0, k = 0;
    for (int i = 0; i < count; i++) {
        while (k < m->caption_count && m->captions[k].sample < i)
            k++;
        if (k < m->caption_count && m->captions[k].sample == i)
            order[n++] = (uint32_t)i;
        else if (i == n)
            *first = i;
    }
    return count - n;
}

static status use_captions(dataset *d, const dataset_request *r, const metadata *m)
{
    caption_list l = { 0 };
    uint32_t *order = malloc((size_t)d->count * sizeof *order);
    int first = 0, missing = order ? find_missing(m, d->count, order, &first) : 0;
    status s = order ? STATUS_OK : out_of_memory(d);
    if (s == STATUS_OK && missing > 0 && !r->images.skip_bad)
        s = status_fail(STATUS_FORMAT,
                        "%s: has no caption for %d of the %d pictures of %s, the first %s; "
                        "--skip-bad leaves pictures without one out",
                        m->source, missing, d->count, d->path, d->names[first]);
    if (s == STATUS_OK)
        s = add_captions(&l, m, d->count);
    if (s == STATUS_OK && missing > 0)
        s = leave_out(d, r, m, missing, order);
    if (s == STATUS_OK)
        s = captions_make(&d->captions, &l);
    caption_list_free(&l);
    free(order);
    return s;
}

status captions_of_pictures(dataset *d, const dataset_request *r, const char *file, bool is_test)
{
    const metadata_request q = request_of(d, file, is_test);
    metadata m;
    TRY(metadata_read(&m, &q));
    if (m.caption_count == 0 && !file) {
        metadata_free(&m);
        TRY(metadata_read_texts(&m, &q));
    }
    status s = STATUS_OK;
    if (m.caption_count > 0)
        s = use_captions(d, r, &m);
    else if (file)
        s = status_fail(STATUS_FORMAT, "%s: expected captions, in a column text or caption", file);
    metadata_free(&m);
    return s;
}

/* ---- labels ---- */

static bool is_number(const char *s)
{
    size_t n = strlen(s);
    return n > 0 && n <= 9 && strspn(s, "0123456789") == n;
}

/* Numbers in their order, before other names in theirs. */
static int compare_labels(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    bool p = is_number(x), q = is_number(y);
    if (p && q) {
        long i = strtol(x, NULL, 10), j = strtol(y, NULL, 10);
        if (i != j)
            return (i > j) - (i < j);
    }
    return p != q ? (q > p) - (q < p) : strcmp(x, y);
}

static void drop_classes(dataset *d)
{
    for (int k = 0; k < d->class_count; k++)
        free(d->classes[k]);
    free(d->classes);
    free(d->labels);
    free(d->no_classes);
    d->classes = NULL;
    d->labels = NULL;
    d->no_classes = NULL;
    d->class_count = 0;
}

static status without_classes(dataset *d, const metadata *m, int unlabelled, int different)
{
    text t = { 0 };
    drop_classes(d);
    if (unlabelled > 0)
        text_add(&t, "%s has no label for %d of the pictures", m->source, unlabelled);
    else
        text_add(&t, "%s has %d different label%s, expected 2 to %d", m->source, different,
                 text_plural((uint64_t)different), IMAGES_MOST_CLASSES);
    d->no_classes = t.data;
    return text_check(&t);
}

/* Makes the first `count` of the sorted labels, which are all different, the classes. */
static status name_classes(dataset *d, char *const *sorted, int count)
{
    drop_classes(d);
    d->labels = malloc((size_t)d->count);
    d->classes = calloc((size_t)count, sizeof *d->classes);
    for (int k = 0; d->classes && k < count; k++) {
        d->classes[k] = strdup(sorted[k]);
        if (!d->classes[k])
            return out_of_memory(d);
        d->class_count++;
    }
    return d->labels && d->classes ? STATUS_OK : out_of_memory(d);
}

static status use_labels(dataset *d, const metadata *m, char **sorted)
{
    int unlabelled = 0, different = 0;
    for (int i = 0; i < d->count; i++) {
        unlabelled += m->labels[i] == NULL;
        sorted[i] = m->labels[i];
    }
    if (unlabelled > 0)
        return without_classes(d, m, unlabelled, 0);
    qsort(sorted, (size_t)d->count, sizeof *sorted, compare_labels);
    for (int i = 0; i < d->count; i++)
        if (i == 0 || strcmp(sorted[i], sorted[different - 1]) != 0)
            sorted[different++] = sorted[i];
    if (different < 2 || different > IMAGES_MOST_CLASSES)
        return without_classes(d, m, 0, different);
    TRY(name_classes(d, sorted, different));
    for (int i = 0; i < d->count; i++) {
        char **at =
            bsearch(&m->labels[i], sorted, (size_t)different, sizeof *sorted, compare_labels);
        d->labels[i] = (unsigned char)(at - sorted);
    }
    d->has_named_labels = true;
    return STATUS_OK;
}

status captions_set_labels(dataset *d, const dataset_request *r)
{
    const metadata_request q = request_of(d, NULL, false);
    metadata m;
    status s = metadata_read(&m, &q);
    if (s == STATUS_MEMORY)
        return s;
    if (s != STATUS_OK) { /* who wants captions is told by captions_of_pictures */
        if (!captions_are_wanted(r))
            dataset_notice(r, "%s; what is written about the pictures is not used",
                           status_message());
        return STATUS_OK;
    }
    if (m.labels) {
        char **sorted = malloc((size_t)d->count * sizeof *sorted);
        s = sorted ? use_labels(d, &m, sorted) : out_of_memory(d);
        free(sorted);
    }
    metadata_free(&m);
    return s;
}
