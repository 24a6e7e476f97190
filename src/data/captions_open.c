/* data/captions_open.c - finds and reads the captions of a data set.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "data/find_idx.h"
#include "data/metadata.h"
#include "data/template.h"
#include "format/text_lines.h"

#include "base/banned.h"

/* Beside IDX and CIFAR files. */
static const char usual_name[] = "captions.txt";

bool captions_are_wanted(const dataset_request *r)
{
    return r->images.captions || r->images.hold_out > 0 || r->captions != CAPTIONS_IF_NAMED;
}

static status out_of_memory(const dataset *d)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for its captions", d->path);
}

/* ---- a line for each sample ---- */

static status add_lines(caption_list *l, text_lines *t)
{
    TRY(text_lines_next(t));
    while (t->line) {
        TRY(caption_list_sample(l));
        TRY(caption_list_add(l, t->line, t->where));
        TRY(text_lines_next(t));
    }
    return STATUS_OK;
}

static status read_lines(dataset *d, const char *path)
{
    text_lines t;
    caption_list l = { 0 };
    TRY(text_lines_open(&t, path));
    status s = add_lines(&l, &t);
    if (s == STATUS_OK && l.samples != d->count)
        s = status_fail(STATUS_FORMAT,
                        "%s: has %d lines, expected one for each of the %d images of %s", path,
                        l.samples, d->count, d->path);
    if (s == STATUS_OK)
        s = captions_make(&d->captions, &l);
    caption_list_free(&l);
    text_lines_close(&t);
    return s;
}

/* ---- templates ---- */

/* Templates give the same captions to all images of the same class with the same levels. */
enum { LEVELS = 3, COMBINATIONS = TEMPLATE_MOST_CLASSES * LEVELS * LEVELS };
_Static_assert(ATTRIBUTES == 2, "a level for each in a combination");

typedef struct filling {
    const dataset *data;
    const caption_template *template;
    const attribute_limits *limits; /* NULL: no line needs attributes */
    caption_list list;
    int first[COMBINATIONS]; /* the first sample of each, + 1; 0: none yet */
    signed char *levels;     /* (samples, ATTRIBUTES) */
    unsigned char *room;     /* for an image that is on the disk */
} filling;

static status check_classes(const caption_template *t, const dataset *d)
{
    int most = 0;
    if (!t->needs_class)
        return STATUS_OK;
    if (!d->labels)
        return status_fail(STATUS_USAGE, "%s: has {class}, but %s has no classes%s%s",
                           t->needs_class, d->path, d->no_classes ? ": " : "",
                           d->no_classes ? d->no_classes : "");
    for (int i = 0; i < d->count; i++)
        most = d->labels[i] > most ? d->labels[i] : most;
    if (t->class_count > 0 && most >= t->class_count)
        return status_fail(STATUS_USAGE,
                           "%s: has {class} for %d classes, but the labels of %s go up to %d",
                           t->needs_class, t->class_count, d->path, most);
    return STATUS_OK;
}

static status check_template(const caption_template *t, const dataset *d)
{
    TRY(check_classes(t, d));
    if (t->needs_attributes && d->channels != 1)
        return status_fail(STATUS_USAGE,
                           "%s: {%s} and {%s} are measured on grey images, but those of %s have %d "
                           "channels",
                           t->needs_attributes, attribute_rows[0].name, attribute_rows[1].name,
                           d->path, d->channels);
    if (t->needs_attributes && d->areas)
        return status_fail(STATUS_USAGE,
                           "%s: {%s} and {%s} are measured on images of one size, but those of %s "
                           "keep their own, for crops",
                           t->needs_attributes, attribute_rows[0].name, attribute_rows[1].name,
                           d->path);
    return STATUS_OK;
}

static void measure_image(const filling *f, int i, double values[ATTRIBUTES])
{
    const dataset *d = f->data;
    attributes_measure(dataset_piece(d, i, 0, dataset_image_bytes(d, i), f->room), d->height,
                       d->width, values);
}

/* The limits of the attributes among all images. */
static status find_limits(const filling *f, attribute_limits *l)
{
    const dataset *d = f->data;
    size_t n = (size_t)d->count;
    double *all = calloc(n, ATTRIBUTES * sizeof *all), values[ATTRIBUTES];
    if (!all)
        return out_of_memory(d);
    for (int i = 0; i < d->count; i++) {
        measure_image(f, i, values);
        for (size_t a = 0; a < ATTRIBUTES; a++)
            all[a * n + (size_t)i] = values[a];
    }
    attributes_limits(all, d->count, l);
    free(all);
    return STATUS_OK;
}

static void measure(const filling *f, int i, int levels[ATTRIBUTES])
{
    double values[ATTRIBUTES];
    measure_image(f, i, values);
    for (int a = 0; a < ATTRIBUTES; a++)
        levels[a] = attribute_level(f->limits, (attribute)a, values[a]);
}

/* Adds the lines that apply to images of that class with those levels. */
static status fill_lines(filling *f, int k, const int levels[ATTRIBUTES])
{
    const caption_template *t = f->template;
    text name = { 0 };
    status s = STATUS_OK;
    if (k < t->class_count)
        text_add(&name, "%s", t->classes[k]);
    else
        dataset_add_class(&name, f->data, k);
    for (int i = 0; i < t->count && s == STATUS_OK; i++) {
        text caption = { 0 };
        if (!template_applies(&t->lines[i], levels))
            continue;
        template_fill(&caption, t, &t->lines[i], name.data ? name.data : "", levels);
        s = name.failed || caption.failed
                ? out_of_memory(f->data)
                : caption_list_add(&f->list, caption.data, t->lines[i].where);
        text_free(&caption);
    }
    text_free(&name);
    return s;
}

static status fill_sample(filling *f, int i)
{
    int levels[ATTRIBUTES] = { 0 }, k = f->template->needs_class ? f->data->labels[i] : 0;
    if (f->limits)
        measure(f, i, levels);
    for (int a = 0; a < ATTRIBUTES; a++)
        f->levels[(size_t)i * ATTRIBUTES + (size_t)a] = (signed char)levels[a];
    int *first = &f->first[(k * LEVELS + levels[0] + 1) * LEVELS + levels[1] + 1];
    TRY(caption_list_sample(&f->list));
    if (*first > 0)
        return caption_list_repeat(&f->list, *first - 1);
    *first = i + 1;
    return fill_lines(f, k, levels);
}

/* Notes which words for attributes the captions have: those of the lines that gave them. */
static void say(const filling *f, captions *c)
{
    const caption_template *t = f->template;
    signed char *said = c->said;
    for (int i = 0; i < f->data->count; i++) {
        int levels[ATTRIBUTES];
        for (int a = 0; a < ATTRIBUTES; a++)
            levels[a] = (int)f->levels[(size_t)i * ATTRIBUTES + (size_t)a];
        for (int k = 0; k < t->count; k++)
            for (int a = 0; a < ATTRIBUTES && template_applies(&t->lines[k], levels); a++)
                *said++ = t->lines[k].needs[a] ? (signed char)levels[a] : 0;
    }
}

/* Fills the template for all samples; the limits of attributes are those of the training images. */
static status fill(dataset *d, const caption_template *t, const dataset *train)
{
    attribute_limits limits = { 0 };
    filling *f = calloc(1, sizeof *f);
    if (f)
        f->levels = calloc((size_t)d->count + 1, ATTRIBUTES * sizeof *f->levels);
    if (f && d->store)
        f->room = malloc((size_t)dataset_sample_size(d));
    status s = f && f->levels && (f->room || !d->store) ? STATUS_OK : out_of_memory(d);
    if (f)
        f->data = d;
    if (s == STATUS_OK && t->needs_attributes && !train)
        s = find_limits(f, &limits);
    if (train && train->captions)
        limits = train->captions->limits;
    if (s == STATUS_OK) {
        f->template = t;
        f->limits = t->needs_attributes ? &limits : NULL;
    }
    for (int i = 0; i < d->count && s == STATUS_OK; i++)
        s = fill_sample(f, i);
    if (s == STATUS_OK)
        s = captions_make(&d->captions, &f->list);
    if (s == STATUS_OK)
        d->captions->limits = limits;
    if (s == STATUS_OK && t->needs_attributes)
        s = captions_say(d->captions);
    if (s == STATUS_OK && t->needs_attributes)
        say(f, d->captions);
    if (f) {
        caption_list_free(&f->list);
        free(f->levels);
        free(f->room);
    }
    free(f);
    return s;
}

static status read_template(dataset *d, const char *path, const dataset *train)
{
    caption_template t;
    TRY(template_read(&t, path));
    status s = check_template(&t, d);
    if (s == STATUS_OK)
        s = fill(d, &t, train);
    template_free(&t);
    return s;
}

/* ---- which file ---- */

/* *path: the file named `usual_name` in the folder of an IDX file or of CIFAR's; NULL: none. */
static status find_usual(char **path, const dataset *d)
{
    const char *slash = d->kind == DATA_IDX ? strrchr(d->path, '/') : NULL;
    text t = { 0 };
    *path = NULL;
    if (d->kind != DATA_IDX && d->kind != DATA_CIFAR)
        return STATUS_OK;
    if (d->kind == DATA_IDX)
        text_add_bytes(&t, d->path, slash ? (size_t)(slash + 1 - d->path) : 0);
    else
        text_add(&t, "%s/", d->path);
    text_add(&t, "%s", usual_name);
    TRY(text_check(&t));
    *path = t.data;
    return find_keep(path);
}

static status read_file(dataset *d, const dataset_request *r, const char *path,
                        const dataset *train)
{
    bool is_template = false;
    char *of_test = NULL;
    if (d->points)
        return status_fail(STATUS_USAGE, "%s: captions are of images, and %s has points", path,
                           d->path);
    bool is_metadata = d->kind == DATA_PICTURES && metadata_is_file(path);
    if (!is_metadata)
        TRY(template_is(path, &is_template));
    if (is_template)
        return read_template(d, path, train);
    if (d->kind == DATA_PICTURES && !is_metadata)
        return status_fail(STATUS_USAGE,
                           "--captions: %s has no line with {class}; captions of pictures are in a "
                           ".csv or .jsonl file with their names",
                           path);
    if (train)
        TRY(find_test_file(&of_test, path));
    path = train ? of_test : path;
    status s = !path         ? STATUS_OK
               : is_metadata ? captions_of_pictures(d, r, path, train != NULL)
                             : read_lines(d, path);
    free(of_test);
    return s;
}

/* Reads the captions that are there. */
static status read_any(dataset *d, const dataset_request *r, const dataset *train)
{
    char *usual = NULL;
    if (r->images.captions)
        return read_file(d, r, r->images.captions, train);
    if (d->kind == DATA_PICTURES)
        return captions_of_pictures(d, r, NULL, train != NULL);
    TRY(find_usual(&usual, train ? train : d));
    status s = usual ? read_file(d, r, usual, train) : STATUS_OK;
    free(usual);
    return s;
}

/* Says why there are none; a test part may do without. */
static status without_captions(dataset *d, const dataset_request *r, const dataset *train)
{
    text t = { 0 };
    if (d->kind == DATA_POINTS || d->kind == DATA_STACKED)
        text_add(&t, "%s cannot have any", d->points ? "points" : "stacked digits");
    else if (d->kind == DATA_PICTURES)
        text_add(&t, "expected a metadata.csv or metadata.jsonl in the folder, with file_name and "
                     "text, or a NAME.txt beside each NAME.png");
    else
        text_add(&t, "--captions FILE names them, or %s beside the images has them", usual_name);
    if (r->captions != CAPTIONS_LOOK && !train) {
        status s =
            status_fail(STATUS_USAGE, "%s: has no captions; %s", d->path, t.data ? t.data : "");
        text_free(&t);
        return s;
    }
    d->no_captions = t.data;
    return text_check(&t);
}

status captions_open(dataset *d, const dataset_request *r, const dataset *train)
{
    if (!captions_are_wanted(r))
        return STATUS_OK;
    status s = read_any(d, r, train);
    if (s == STATUS_OK)
        return d->captions ? STATUS_OK : without_captions(d, r, train);
    if (s == STATUS_MEMORY || r->captions != CAPTIONS_LOOK)
        return s;
    d->no_captions = strdup(status_message());
    return d->no_captions ? STATUS_OK : out_of_memory(d);
}
