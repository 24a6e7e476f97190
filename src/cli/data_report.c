/* cli/data_report.c - the report of `gan data`, as a table and as JSON.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/data_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "cli/data_captions.h"
#include "cli/data_crops.h"
#include "data/synthetic.h"

#include "base/banned.h"

enum { MOST_SHOWN = 20 }; /* classes and duplicates; all bad files are listed */

/* ---- for people ---- */

static void add_sample_name(text *t, const dataset *d, int i)
{
    if (d->names)
        text_add(t, "%s", d->names[i]);
    else
        text_add(t, "%d", i);
}

static void show_sample_name(text *t, const dataset *d, int i)
{
    if (d->names)
        text_add_shown(t, d->names[i]);
    else
        text_add(t, "%d", i);
}

static void add_more(text *t, int count)
{
    if (count > MOST_SHOWN)
        text_add(t, "  and %d more\n", count - MOST_SHOWN);
}

static void print_classes(text *t, const data_report *r)
{
    if (!r->data.labels) {
        text_add(t, "classes     none");
        if (r->data.no_classes) {
            text_add(t, ": ");
            text_add_shown(t, r->data.no_classes);
        }
        text_add(t, "\n");
        return;
    }
    text_add(t, "classes     %d\n", r->class_count);
    for (int k = 0; k < r->class_count && k < MOST_SHOWN; k++) {
        text_add(t, "  %8d  ", r->classes[k]);
        dataset_show_class(t, &r->data, k);
        text_add(t, "\n");
    }
    add_more(t, r->class_count);
}

static void print_duplicates(text *t, const data_report *r)
{
    int shown = 0;
    text_add(t, "duplicates  %d\n", r->duplicates);
    for (int i = 0; i < r->data.count && shown < MOST_SHOWN; i++) {
        if (r->first[i] == i)
            continue;
        text_add(t, "  ");
        show_sample_name(t, &r->data, i);
        text_add(t, " is ");
        show_sample_name(t, &r->data, r->first[i]);
        text_add(t, "\n");
        shown++;
    }
    add_more(t, r->duplicates);
}

static void print_bad(text *t, const data_report *r)
{
    text_add(t, "bad files   %d%s\n", r->bad_count,
             r->bad_count > 0 ? " (gan train --skip-bad leaves them out)" : "");
    for (int i = 0; i < r->bad_count; i++) {
        text_add(t, "  ");
        text_add_shown(t, r->bad[i]);
        text_add(t, "\n");
    }
    if (r->data.other > 0)
        text_add(t, "others      %d file%s\n", r->data.other,
                 r->data.other == 1 ? " that is not a picture" : "s that are not pictures");
}

static void print_test_part(text *t, const data_report *r)
{
    text_add(t, "test part   ");
    if (r->test_problem) {
        text_add(t, "cannot be used: ");
        text_add_shown(t, r->test_problem);
        text_add(t, "\n");
    } else if (r->data.held) {
        text_add(t, "%d image%s, which --hold-out keeps out of training\n", r->test.count,
                 text_plural((uint64_t)r->test.count));
    } else if (r->test_path) {
        text_add_shown(t, r->test_path);
        text_add(t, ": %d image%s\n", r->test.count, text_plural((uint64_t)r->test.count));
    } else {
        text_add(t, "%s\n",
                 r->data.kind == DATA_PICTURES ? "none: gan eval holds out the last fifth"
                                               : "none");
    }
}

/* The set as runs see it that use no captions. */
static dataset without_captions(const dataset *d)
{
    dataset plain = *d;
    plain.captions = NULL;
    return plain;
}

/* That a run takes which has the data in memory. */
static size_t memory_of(const dataset *plain)
{
    dataset d = *plain;
    d.store = NULL;
    return dataset_memory(&d);
}

void data_report_add_table(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    text_add_shown(t, d->path);
    text_add(t, ": %d %s%s %s %dx%dx%d\n", d->count, d->kind == DATA_POINTS ? "point" : "image",
             text_plural((uint64_t)d->count), d->crop > 0 ? "in crops of" : "of", d->channels,
             d->height, d->width);
    if (d->note)
        text_add(t, "            %s\n", d->note);
    const dataset plain = without_captions(d);
    text_add(t, "memory      %.1f MB, CRC-32 %08" PRIx32 "\n", (double)memory_of(&plain) / 1e6,
             dataset_fingerprint(&plain, plain.count));
    if (d->crop > 0)
        data_crops_add_table(t, r);
    if (d->kind == DATA_POINTS) {
        text_add(t, "modes       %d\n", mixture_find(d->path)->modes);
        return;
    }
    text_add(t, "values      %d to %d\n", r->least, r->greatest);
    print_test_part(t, r);
    print_classes(t, r);
    data_captions_add_table(t, r);
    print_duplicates(t, r);
    if (d->kind == DATA_PICTURES)
        print_bad(t, r);
}

/* ---- for programs ---- */

/* A name as it is, or, if it is not UTF-8 and so cannot stand in JSON, as utf8_show shows it. */
static void json_name(text *t, const char *key, const char *name)
{
    text shown = { 0 };
    if (name && !utf8_is_valid(name))
        text_add_shown(&shown, name);
    json_add_string(t, key, shown.data ? shown.data : name);
    t->failed |= shown.failed;
    text_free(&shown);
}

static void json_classes(text *t, const data_report *r)
{
    json_begin(t, "classes", '[');
    for (int k = 0; k < r->class_count; k++) {
        text name = { 0 };
        dataset_add_class(&name, &r->data, k);
        json_begin(t, NULL, '{');
        json_name(t, "name", name.data ? name.data : "");
        json_add(t, "images", "%d", r->classes[k]);
        json_end(t, '}');
        text_free(&name);
    }
    json_end(t, ']');
}

static void json_duplicates(text *t, const data_report *r)
{
    json_begin(t, "duplicates", '[');
    for (int i = 0; i < r->data.count; i++) {
        text one = { 0 }, other = { 0 };
        if (r->first[i] == i)
            continue;
        add_sample_name(&one, &r->data, i);
        add_sample_name(&other, &r->data, r->first[i]);
        json_begin(t, NULL, '[');
        json_name(t, NULL, one.data ? one.data : "");
        json_name(t, NULL, other.data ? other.data : "");
        json_end(t, ']');
        text_free(&one);
        text_free(&other);
    }
    json_end(t, ']');
}

/* Adds the members that only images have. */
static void json_images(text *t, const data_report *r)
{
    json_name(t, "test", r->test_path);
    json_add(t, "least", "%d", r->least);
    json_add(t, "greatest", "%d", r->greatest);
    json_classes(t, r);
    json_name(t, "no_classes", r->data.no_classes);
    data_captions_add_json(t, r);
    json_duplicates(t, r);
    json_begin(t, "bad", '[');
    for (int i = 0; i < r->bad_count; i++)
        json_add_string(t, NULL, r->bad[i]);
    json_end(t, ']');
    json_add(t, "other_files", "%d", r->data.other);
}

void data_report_add_json(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    const dataset plain = without_captions(d);
    json_begin(t, NULL, '{');
    json_name(t, "path", d->path);
    json_add(t, "samples", "%d", d->count);
    json_add(t, "channels", "%d", d->channels);
    json_add(t, "height", "%d", d->height);
    json_add(t, "width", "%d", d->width);
    json_add(t, "bytes", "%zu", memory_of(&plain));
    json_add(t, "crc32", "\"%08" PRIx32 "\"", dataset_fingerprint(&plain, plain.count));
    if (d->crop > 0)
        data_crops_add_json(t, r);
    if (d->kind != DATA_POINTS)
        json_images(t, r);
    json_end(t, '}');
    text_add(t, "\n");
}
