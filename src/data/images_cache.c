/* data/images_cache.c - a set of images in the user's cache.
 *
 * An entry has three tensors: the list of all files of the folder with their sizes, times and
 * numbers, which is compared byte by byte with the present list; the names of the samples in their
 * order; and the samples.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images_parts.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/json.h"
#include "base/text.h"
#include "format/bitmap.h"
#include "format/cache.h"

#include "base/banned.h"

/* Increase the number with every change of how files become samples. */
#define FORMAT "gan images 3"

/* What only the files could tell; it is stored in the metadata. */
typedef struct facts {
    int count, channels, height, width, names, files, bad, other;
    const char *note;
} facts;

#define AT(member) offsetof(facts, member)
#define FACT(member_name, word, low, high)                                                         \
    {                                                                                              \
        .name = word, .type = OPTION_INT, .offset = AT(member_name), .least = low, .most = high    \
    }
static const option_row fact_rows[] = {
    FACT(count, "count", 1, INT_MAX),
    FACT(channels, "image_channels", 1, 3),
    FACT(height, "height", 1, BITMAP_MOST_SIDE),
    FACT(width, "width", 1, BITMAP_MOST_SIDE),
    FACT(names, "names", 1, INT_MAX),
    FACT(files, "files", 1, INT_MAX),
    FACT(bad, "bad", 0, INT_MAX),
    FACT(other, "other", 0, INT_MAX),
    { .name = "note", .type = OPTION_TEXT, .offset = AT(note), .arg = "a text" },
};
static const option_table fact_table = { fact_rows, sizeof fact_rows / sizeof *fact_rows };

static void list_files(text *t, const tree *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const tree_file *f = &files->files[i];
        text_add(t, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRIu64 " ", f->size, f->time, f->change,
                 f->number);
        text_add_bytes(t, f->name, strlen(f->name) + 1);
    }
}

/* Another build may read more formats, and its JPEG library may round differently. */
static void add_formats(text *t)
{
    text formats = { 0 };
    bitmap_add_formats(&formats);
    json_add_string(t, "formats", formats.data ? formats.data : "");
    t->failed |= formats.failed;
    text_free(&formats);
}

/* Adds all metadata except the facts. */
static void add_options(text *t, const images_request *q)
{
    json_add_string(t, "format", FORMAT);
    add_formats(t);
    option_add_json(t, &image_option_table, SCOPE_CALL, q->options);
    json_add(t, "wanted", "\"%dx%dx%d\"", q->channels, q->height, q->width);
}

/* One file for each folder and set of options, so that a folder that changes leaves no old entries.
 */
static status name_file(char name[64], const images_request *q, const text *options)
{
    char *folder = realpath(q->folder, NULL);
    if (!folder)
        return status_fail(STATUS_IO, "%s: no such folder", q->folder);
    snprintf(name, 64, "images-%08lx-%08lx.safetensors",
             crc32_z(0, (const unsigned char *)folder, strlen(folder)),
             crc32_z(0, (const unsigned char *)options->data, options->length));
    free(folder);
    return STATUS_OK;
}

/* What a cache_entry points to. */
typedef struct set_entry {
    text metadata, listing;
    char file[64];
    cache_tensor tensors[3];
} set_entry;

static void entry_close(set_entry *e)
{
    text_free(&e->metadata);
    text_free(&e->listing);
}

static status entry_open(set_entry *e, const images_request *q, const tree *t)
{
    *e = (set_entry){ 0 };
    add_options(&e->metadata, q);
    list_files(&e->listing, t);
    TRY(text_check(&e->metadata));
    TRY(text_check(&e->listing));
    if (e->listing.length - 1 >= INT_MAX) /* no files, or too long for a tensor */
        return status_fail(STATUS_IO, "%s: nothing to keep", q->folder);
    return name_file(e->file, q, &e->metadata);
}

static cache_entry entry_of(set_entry *e, const facts *f, unsigned char *listing, char *names,
                            unsigned char *pixels)
{
    option_add_json(&e->metadata, &fact_table, SCOPE_CALL, f);
    e->tensors[0] = (cache_tensor){ "files", 0, (int)e->listing.length, listing, CACHE_U8 };
    e->tensors[1] = (cache_tensor){ "names", 0, f->names, names, CACHE_U8 };
    e->tensors[2] =
        (cache_tensor){ "images", f->count, f->channels * f->height * f->width, pixels, CACHE_U8 };
    return (cache_entry){ e->file, e->metadata.data, e->tensors, 3 };
}

/* ---- reading ---- */

static status read_facts(const char *file, const json_object *o, const text *listing, facts *f)
{
    for (size_t i = 0; i < fact_table.count; i++) {
        const char *value = json_get(o, fact_rows[i].name);
        if (!value || option_set(&fact_rows[i], f, value) != STATUS_OK)
            return status_fail(STATUS_FORMAT, "%s: its metadata lacks \"%s\"", file,
                               fact_rows[i].name);
    }
    if ((int64_t)f->channels * f->height > INT_MAX / f->width)
        return status_fail(STATUS_FORMAT, "%s: its images are too large", file);
    /* The length of its list tells an entry of other files, which is only old, not damaged. */
    if ((size_t)f->files != listing->length)
        return status_fail(STATUS_IO, "%s: is of files that have changed", file);
    return STATUS_OK;
}

/* Splits the n bytes at `names`, texts that each end in a NUL, into s->names. */
static status split_names(image_set *s, const char *file, const char *names, size_t n)
{
    s->names = calloc((size_t)s->count, sizeof *s->names);
    if (!s->names)
        return status_fail(STATUS_MEMORY, "%s: out of memory", file);
    const char *end = names + n;
    for (int i = 0; i < s->count; i++) {
        if (names == end || end[-1] != 0)
            return status_fail(STATUS_FORMAT, "%s: does not have a name for each image", file);
        s->names[i] = strdup(names);
        if (!s->names[i])
            return status_fail(STATUS_MEMORY, "%s: out of memory", file);
        names += strlen(names) + 1;
    }
    return STATUS_OK;
}

/* Verifies the entry and leaves its images where they are. */
static status open_entry(image_set *s, const cache_entry *cached)
{
    cache_file f;
    TRY(cache_open(cached, &f));
    return store_of_file(&s->store, f.fd, f.path, f.at);
}

static status read_entry(image_set *s, set_entry *e, const facts *f, bool on_disk)
{
    size_t length = e->listing.length;
    unsigned char *listing = malloc(length);
    char *names = malloc((size_t)f->names);
    if (!on_disk)
        s->pixels =
            calloc((size_t)f->count, (size_t)f->channels * (size_t)f->height * (size_t)f->width);
    cache_entry cached = entry_of(e, f, listing, names, s->pixels);
    status result = !listing || !names || (!on_disk && !s->pixels) || !s->note || e->metadata.failed
                        ? status_fail(STATUS_MEMORY, "%s: out of memory", e->file)
                    : on_disk ? open_entry(s, &cached)
                              : cache_read(&cached);
    /* An entry of changed files is only old, not damaged. */
    if (result == STATUS_OK && memcmp(listing, e->listing.data, length) != 0)
        result = status_fail(STATUS_IO, "%s: is of files that have changed", e->file);
    if (result == STATUS_OK)
        result = split_names(s, e->file, names, (size_t)f->names);
    free(listing);
    free(names);
    return result;
}

status images_cache_read(image_set *s, const images_request *q, const tree *t)
{
    set_entry e;
    facts f = { 0 };
    json_object o = { 0 };
    status result = entry_open(&e, q, t);
    if (result == STATUS_OK)
        result = cache_metadata(e.file, &o);
    if (result == STATUS_OK)
        result = read_facts(e.file, &o, &e.listing, &f);
    if (result == STATUS_OK) {
        *s = (image_set){ .count = f.count,
                          .total = f.count,
                          .channels = f.channels,
                          .height = f.height,
                          .width = f.width,
                          .bad = f.bad,
                          .other = f.other,
                          .note = strdup(f.note) };
        s->reading_memory = q->on_disk ? 2 * (e.listing.length + (size_t)f.names) : 0;
        result = read_entry(s, &e, &f, q->on_disk);
    }
    json_free(&o);
    entry_close(&e);
    return result;
}

/* ---- writing ---- */

status images_cache_write(const image_set *s, const images_request *q, const tree *t)
{
    set_entry e;
    text names = { 0 };
    status result = entry_open(&e, q, t);
    for (int i = 0; i < s->count; i++)
        text_add_bytes(&names, s->names[i], strlen(s->names[i]) + 1);
    if (result == STATUS_OK)
        result = text_check(&names); /* shorter than the listing, which contains the names */
    if (result == STATUS_OK) {
        facts f = { .count = s->count,
                    .channels = s->channels,
                    .height = s->height,
                    .width = s->width,
                    .names = (int)names.length,
                    .files = (int)e.listing.length,
                    .bad = s->bad,
                    .other = s->other,
                    .note = s->note };
        cache_entry kept = entry_of(&e, &f, (unsigned char *)e.listing.data, names.data, s->pixels);
        result = text_check(&e.metadata);
        if (result == STATUS_OK)
            result =
                s->store ? cache_write_from(&kept, store_source(s->store)) : cache_write(&kept);
    }
    text_free(&names);
    entry_close(&e);
    return result;
}
