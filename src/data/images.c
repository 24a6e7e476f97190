/* data/images.c - a folder of pictures becomes a set of images.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#include "base/banned.h"

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Counts the bad files, which are an error unless the options allow them. */
static status check_files(image_reading *r)
{
    const picture_file *first = NULL;
    r->set->bad = 0;
    for (int i = 0; i < r->count; i++) {
        if (!r->files[i].problem)
            continue;
        first = first ? first : &r->files[i];
        r->set->bad++;
    }
    if (!first || r->request->options->skip_bad)
        return STATUS_OK;
    if (r->set->bad > 1)
        return status_fail(STATUS_FORMAT,
                           "%s; and %d more bad files: gan data lists them, --skip-bad leaves them "
                           "out",
                           first->problem, r->set->bad - 1);
    return status_fail(STATUS_FORMAT, "%s; --skip-bad leaves it out", first->problem);
}

static int common_factor(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static status none_is_good(const image_reading *r)
{
    int first = 0;
    while (first < r->count - 1 && !r->files[first].problem)
        first++;
    const char *problem = r->files[first].problem ? r->files[first].problem : "gone";
    if (r->set->bad == 1)
        return status_fail(STATUS_IO, "%s: its only picture cannot be read: %s", r->request->folder,
                           problem);
    return status_fail(STATUS_IO, "%s: none of its %d pictures can be read; the first: %s",
                       r->request->folder, r->set->bad, problem);
}

/* Chooses the files that are samples, and their order. */
static status make_order(image_reading *r)
{
    int n = 0;
    int *plain = malloc((size_t)r->count * sizeof *plain);
    r->order = malloc((size_t)r->count * sizeof *r->order);
    if (!plain || !r->order) {
        free(plain);
        return status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
    }
    for (int i = 0; i < r->count; i++) {
        r->set->other += images_is_other(r, i);
        if (!r->files[i].picture || r->files[i].problem)
            continue;
        if (images_is_small(r, i))
            r->small++;
        else
            plain[n++] = i;
    }
    int step = (int)((int64_t)n * 618034 / 1000000);
    while (n > 0 && common_factor(step, n) != 1)
        step++;
    for (int i = 0; i < n; i++)
        r->order[i] = plain[(int64_t)i * step % n];
    free(plain);
    int limit = r->set->crop > 0 ? r->request->limit : 0;
    r->set->total = n;
    r->pictures = limit > 0 ? smaller(limit, n) : n;
    return n > 0 ? STATUS_OK : r->small > 0 ? images_all_are_small(r) : none_is_good(r);
}

/* Chooses channels and size by the options and the files; returns the sizes of the files. */
static extent choose_form(image_reading *r)
{
    const images_request *q = r->request;
    image_set *s = r->set;
    const bitmap_header *h = &r->files[r->order[0]].header;
    extent e = { h->width, h->height, h->width, h->height };
    bool colour = false;
    for (int i = 0; i < r->pictures; i++) {
        h = &r->files[r->order[i]].header;
        e = (extent){ smaller(e.least_width, h->width), smaller(e.least_height, h->height),
                      larger(e.most_width, h->width), larger(e.most_height, h->height) };
        colour |= h->colour;
    }
    bool one_size = e.least_width == e.most_width && e.least_height == e.most_height;
    bool keep = one_size && larger(e.most_width, e.most_height) <= IMAGES_LARGEST_KEPT;
    int size = q->options->size > 0 ? q->options->size : IMAGES_USUAL_SIZE;
    s->width = s->crop > 0                     ? s->crop
               : q->width > 0                  ? q->width
               : q->options->size == 0 && keep ? e.most_width
                                               : size;
    s->height = s->crop > 0                     ? s->crop
                : q->height > 0                 ? q->height
                : q->options->size == 0 && keep ? e.most_height
                                                : size;
    s->channels = q->channels > 0 ? q->channels
                  : q->options->channels != CHANNELS_AUTO
                      ? (q->options->channels == CHANNELS_RGB ? 3 : 1)
                      : (colour ? 3 : 1);
    return e;
}

/* Removes the samples whose pixels could not be read. */
static status close_gaps(image_reading *r)
{
    image_set *s = r->set;
    size_t to = 0;
    int kept = 0;
    for (int i = 0; i < r->pictures; i++) {
        size_t from = images_at(s, i), size = images_at(s, i + 1) - from;
        if (r->files[r->order[i]].problem)
            continue;
        if (to < from && s->store)
            TRY(store_move(s->store, to, from, size));
        else if (to < from)
            memmove(s->pixels + to, s->pixels + from, size);
        if (s->areas) {
            s->areas[kept] = s->areas[i];
            s->areas[kept].at = to;
        }
        to += size;
        r->order[kept++] = r->order[i];
    }
    if (s->areas)
        s->areas[kept].at = to;
    s->total -= r->pictures - kept;
    r->pictures = s->count = kept;
    return STATUS_OK;
}

static status copy_names(image_reading *r)
{
    image_set *s = r->set;
    s->names = calloc((size_t)s->count, sizeof *s->names);
    for (int i = 0; s->names && i < s->count; i++) {
        s->names[i] = strdup(r->files[r->order[i]].name);
        if (!s->names[i])
            return status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
    }
    return s->names ? STATUS_OK
                    : status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
}

/* For samples that go to the disk: room for one on each thread, and what is known of the files. */
static size_t memory_on_disk(const image_reading *r)
{
    const compute *c = r->request->compute;
    size_t most = 0, names = 0;
    if (!r->request->on_disk)
        return 0;
    for (int i = 0; i < r->pictures; i++) {
        size_t size = images_at(r->set, i + 1) - images_at(r->set, i);
        most = size > most ? size : most;
    }
    for (int i = 0; i < r->count; i++)
        names += sizeof *r->files + sizeof(tree_file) + 2 * strlen(r->files[i].name);
    return most * (size_t)(c ? c->threads : 1) + names;
}

static status read_pixels(image_reading *r)
{
    const image_watch *w = r->request->watch;
    image_set *s = r->set;
    TRY(images_plan_areas(r));
    r->memory += memory_on_disk(r);
    TRY(images_check_memory(r));
    size_t samples = images_at(s, r->pictures);
    if (w && w->start)
        w->start(w->context, r->pictures, (r->request->on_disk ? 0 : samples) + r->memory);
    s->reading_memory = r->memory;
    if (r->request->on_disk)
        TRY(store_make(&s->store));
    else
        s->pixels = calloc(samples, 1);
    if (!s->pixels && !s->store)
        return status_fail(STATUS_MEMORY, "%s: out of memory for the %.1f MB of its %d pictures",
                           r->request->folder, (double)samples / 1e6, r->pictures);
    status result = images_run_pass(r, true);
    if (w && w->end)
        w->end(w->context);
    return result == STATUS_OK ? store_check(s->store) : result;
}

static void tell_bad(const image_reading *r)
{
    const image_watch *w = r->request->watch;
    for (int i = 0; w && w->bad && i < r->count; i++)
        if (r->files[i].problem)
            w->bad(w->context, r->files[i].problem);
}

static status read_set(image_reading *r)
{
    TRY(images_run_pass(r, false));
    TRY(check_files(r));
    TRY(images_choose_crop(r));
    TRY(make_order(r));
    extent e = choose_form(r);
    TRY(read_pixels(r));
    TRY(check_files(r));
    tell_bad(r);
    TRY(close_gaps(r));
    if (r->pictures == 0)
        return none_is_good(r);
    TRY(images_write_note(r, &e));
    return copy_names(r);
}

/* What could not be looked at is a bad file from the start. */
static status name_files(image_reading *r, const tree *t)
{
    for (int i = 0; i < r->count; i++) {
        const char *problem = t->files[i].problem;
        r->files[i].name = t->files[i].name;
        r->files[i].picture = problem != NULL;
        r->files[i].problem = problem ? strdup(problem) : NULL;
        if (problem && !r->files[i].problem)
            return status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
    }
    return STATUS_OK;
}

static status read_folder(image_set *s, const images_request *q, const tree *t)
{
    image_reading r = { .request = q, .set = s, .count = (int)t->count };
    TRY(image_background(q->options->background, &r.background));
    if (t->count == 0)
        return status_fail(STATUS_IO, "%s: has no files", q->folder);
    r.files = calloc(t->count, sizeof *r.files);
    if (!r.files)
        return status_fail(STATUS_MEMORY, "%s: out of memory", q->folder);
    status result = name_files(&r, t);
    if (result == STATUS_OK)
        result = read_set(&r);
    for (int i = 0; i < r.count; i++)
        free(r.files[i].problem);
    free(r.files);
    free(r.order);
    return result;
}

/* ---- opening ---- */

static void give_notice(const images_request *q, const char *what)
{
    text t = { 0 };
    text_add(&t, "%s; %s", status_message(), what);
    if (q->watch && q->watch->notice && !t.failed)
        q->watch->notice(q->watch->context, t.data);
    text_free(&t);
}

/* The file of the cache replaces the one without a name. */
static status use_kept(image_set *s, const images_request *q, const tree *t)
{
    size_t memory = s->reading_memory;
    images_close(s);
    TRY(images_cache_read(s, q, t));
    s->reading_memory = memory;
    return STATUS_OK;
}

static status read_or_fetch(image_set *s, const images_request *q, const tree *t)
{
    bool fresh = q->fresh || q->crop != 0;
    status cached = fresh ? STATUS_IO : images_cache_read(s, q, t);
    if (cached == STATUS_OK)
        return STATUS_OK;
    images_close(s);
    if (cached != STATUS_IO)
        give_notice(q, "the files are read again");
    TRY(read_folder(s, q, t));
    if (fresh)
        return STATUS_OK;
    if (images_cache_write(s, q, t) == STATUS_OK)
        return q->on_disk ? use_kept(s, q, t) : STATUS_OK;
    TRY(store_check(s->store));
    give_notice(q, "the images are not kept, and are read again next time");
    return STATUS_OK;
}

status images_open(image_set *s, const images_request *q)
{
    tree t;
    *s = (image_set){ 0 };
    TRY(tree_list(&t, q->folder));
    status result = read_or_fetch(s, q, &t);
    if (result == STATUS_OK)
        result = images_set_labels(s);
    if (result == STATUS_OK)
        images_tell(q, s, &t);
    if (result == STATUS_OK)
        result = store_check(s->store);
    tree_free(&t);
    if (result != STATUS_OK)
        images_close(s);
    return result;
}

void images_close(image_set *s)
{
    for (int i = 0; s->names && i < s->count; i++)
        free(s->names[i]);
    free(s->names);
    free(s->pixels);
    store_close(s->store);
    free(s->areas);
    free(s->labels);
    for (int i = 0; i < s->class_count; i++)
        free(s->classes[i]);
    free(s->classes);
    free(s->no_classes);
    free(s->note);
    *s = (image_set){ 0 };
}

status images_are_in(const char *folder, bool *found)
{
    tree t;
    *found = false;
    TRY(tree_list(&t, folder));
    status s = STATUS_OK;
    for (size_t i = 0; i < t.count && !*found && s == STATUS_OK; i++) {
        char *path = NULL;
        *found = t.files[i].problem != NULL;
        if (*found)
            break;
        s = path_join(&path, folder, t.files[i].name);
        if (s == STATUS_OK)
            images_look(path,
                        found); /* a file that cannot be opened counts: reading it reports why */
        free(path);
    }
    tree_free(&t);
    return s;
}
