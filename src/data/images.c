/* data/images.c - a folder of pictures becomes a set of images.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "data/fit.h"

#include "base/banned.h"

/* A file of the folder. */
typedef struct entry {
    const char *name;
    bool picture; /* or at least meant as one */
    bitmap_header header;
    char *problem; /* why it is bad; NULL: it is not */
} entry;

typedef struct reading {
    const images_request *request;
    image_set *set;
    rgb background;
    entry *entries;
    int count;
    int *order;      /* of samples: which entry */
    int pictures;    /* that are in it */
    atomic_int done; /* of the pass over the files */
    atomic_bool out_of_memory;
} reading;

/* ---- the options ---- */

/* Of a character that is not 0. */
static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF", *at = strchr(digits, c);
    return at ? (int)(at - digits) % 16 : -1;
}

static status read_colour(const char *word, rgb *colour)
{
    static const struct {
        const char *name;
        rgb colour;
    } names[] = { { "white", { 255, 255, 255 } }, { "black", { 0, 0, 0 } } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(word, names[i].name) == 0) {
            *colour = names[i].colour;
            return STATUS_OK;
        }
    const char *hex = word[0] == '#' ? word + 1 : word;
    unsigned char parts[3] = { 0 };
    for (int i = 0; i < 6; i++) {
        int digit = strlen(hex) == 6 ? hex_digit(hex[i]) : -1;
        if (digit < 0)
            return status_fail(STATUS_USAGE,
                               "--background: expected white, black or six hex digits, RRGGBB, got "
                               "\"%s\"",
                               word);
        parts[i / 2] = (unsigned char)(16 * parts[i / 2] + digit);
    }
    *colour = (rgb){ parts[0], parts[1], parts[2] };
    return STATUS_OK;
}

/* ---- a pass over the files ---- */

static bool is_called_picture(const char *name)
{
    static const char *const ends[] = { ".png", ".jpg", ".jpeg" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strlen(name) > strlen(ends[i]) &&
            strcasecmp(name + strlen(name) - strlen(ends[i]), ends[i]) == 0)
            return true;
    return false;
}

static status read_start(const char *path, unsigned char *bytes, size_t *n)
{
    int fd = file_open(path, O_RDONLY);
    if (fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status s = file_read_some(fd, path, bytes, BITMAP_MAGIC, n);
    close(fd);
    return s;
}

/* Is it a picture, or meant as one? */
static status look(const char *path, bool *picture)
{
    unsigned char start[BITMAP_MAGIC];
    const char *format;
    size_t n = 0;
    *picture = is_called_picture(path);
    if (read_start(path, start, &n) != STATUS_OK)
        return *picture ? STATUS_IO : STATUS_OK;
    if (bitmap_format_of(start, n, &format) != BITMAP_NO_PICTURE)
        *picture = true;
    return STATUS_OK;
}

static status read_header(const char *path, entry *e)
{
    bitmap_file f = { .path = path };
    unsigned char *bytes = NULL;
    TRY(look(path, &e->picture));
    if (!e->picture)
        return STATUS_OK;
    TRY(file_read(path, IMAGES_MOST_BYTES, &bytes, &f.n));
    f.bytes = bytes;
    status s = bitmap_read_header(&e->header, &f);
    free(bytes);
    return s;
}

static status read_sample(const reading *r, const char *path, unsigned char *out)
{
    const image_set *set = r->set;
    bitmap_file f = { .path = path };
    bitmap b = { 0 };
    unsigned char *bytes = NULL;
    TRY(file_read(path, IMAGES_MOST_BYTES, &bytes, &f.n));
    f.bytes = bytes;
    status s = bitmap_read(&b, &f);
    free(bytes);
    if (s == STATUS_OK)
        s = fit_channels(&b, set->channels, r->background);
    if (s == STATUS_OK)
        s = fit_size(&b, (fit_mode)r->request->options->fit, r->background, set->width, set->height,
                     out);
    bitmap_free(&b);
    return s;
}

static size_t sample_size(const image_set *s)
{
    return (size_t)s->channels * (size_t)s->height * (size_t)s->width;
}

/* What each thread does with a file: its header at first, its pixels when the set's form is known.
 */
static void read_entry(reading *r, entry *e, unsigned char *out)
{
    char *path = NULL;
    status s = path_join(&path, r->request->folder, e->name);
    if (s == STATUS_OK)
        s = out ? read_sample(r, path, out) : read_header(path, e);
    if (s != STATUS_OK) {
        e->problem = strdup(status_message());
        if (s == STATUS_MEMORY || !e->problem)
            atomic_store(&r->out_of_memory, true);
    }
    free(path);
}

typedef struct pass {
    reading *reading;
    bool pixels;
} pass;

static void pass_task(const void *context, int i)
{
    const pass *p = context;
    reading *r = p->reading;
    const image_watch *w = r->request->watch;
    if (p->pixels)
        read_entry(r, &r->entries[r->order[i]], r->set->pixels + (size_t)i * sample_size(r->set));
    else
        read_entry(r, &r->entries[i], NULL);
    int done = atomic_fetch_add(&r->done, 1) + 1;
    if (p->pixels && w && w->progress && team_member() == 0)
        w->progress(w->context, done, r->pictures);
}

static status run_pass(reading *r, bool pixels)
{
    pass p = { r, pixels };
    int n = pixels ? r->pictures : r->count;
    atomic_store(&r->done, 0);
    if (r->request->compute)
        team_run(r->request->compute->team, n, pass_task, &p);
    else
        for (int i = 0; i < n; i++)
            pass_task(&p, i);
    return atomic_load(&r->out_of_memory)
               ? status_fail(STATUS_MEMORY, "%s: out of memory for its pictures",
                             r->request->folder)
               : STATUS_OK;
}

/* Bad files are an error, or are counted. */
static status check_entries(reading *r)
{
    const entry *first = NULL;
    r->set->bad = 0;
    for (int i = 0; i < r->count; i++) {
        if (!r->entries[i].problem)
            continue;
        first = first ? first : &r->entries[i];
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

/* ---- what the set is ---- */

static int common_factor(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static status none_is_good(const reading *r)
{
    int first = 0;
    while (first < r->count - 1 && !r->entries[first].problem)
        first++;
    return status_fail(STATUS_IO, "%s: none of its %d pictures can be read; the first: %s",
                       r->request->folder, r->set->bad,
                       r->entries[first].problem ? r->entries[first].problem : "gone");
}

/* Which entries are samples, in their order. */
static status make_order(reading *r)
{
    int n = 0;
    int *plain = malloc((size_t)r->count * sizeof *plain);
    r->order = malloc((size_t)r->count * sizeof *r->order);
    if (!plain || !r->order) {
        free(plain);
        return status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
    }
    for (int i = 0; i < r->count; i++) {
        if (r->entries[i].picture && !r->entries[i].problem)
            plain[n++] = i;
        r->set->other += !r->entries[i].picture;
    }
    int step = (int)((int64_t)n * 618034 / 1000000);
    while (n > 0 && common_factor(step, n) != 1)
        step++;
    for (int i = 0; i < n; i++)
        r->order[i] = plain[(int64_t)i * step % n];
    free(plain);
    r->pictures = n;
    return n > 0 ? STATUS_OK : none_is_good(r);
}

typedef struct extent {
    int least_width, least_height, most_width, most_height;
} extent;

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Channels and size, from the options and the files. */
static extent choose_form(reading *r)
{
    const images_request *q = r->request;
    image_set *s = r->set;
    const bitmap_header *h = &r->entries[r->order[0]].header;
    extent e = { h->width, h->height, h->width, h->height };
    bool colour = false;
    for (int i = 0; i < r->pictures; i++) {
        h = &r->entries[r->order[i]].header;
        e = (extent){ smaller(e.least_width, h->width), smaller(e.least_height, h->height),
                      larger(e.most_width, h->width), larger(e.most_height, h->height) };
        colour |= h->colour;
    }
    bool one_size = e.least_width == e.most_width && e.least_height == e.most_height;
    bool keep = one_size && larger(e.most_width, e.most_height) <= IMAGES_LARGEST_KEPT;
    int size = q->options->size > 0 ? q->options->size : IMAGES_USUAL_SIZE;
    s->width = q->width > 0 ? q->width : q->options->size == 0 && keep ? e.most_width : size;
    s->height = q->height > 0 ? q->height : q->options->size == 0 && keep ? e.most_height : size;
    s->channels = q->channels > 0 ? q->channels
                  : q->options->channels != CHANNELS_AUTO
                      ? (q->options->channels == CHANNELS_RGB ? 3 : 1)
                      : (colour ? 3 : 1);
    return e;
}

static status write_note(reading *r, const extent *e)
{
    const image_set *s = r->set;
    const char *how = fit_choice(r->request->options->fit)->name;
    text t = { 0 };
    text_add(&t, "files of %dx%d", e->least_width, e->least_height);
    if (e->least_width != e->most_width || e->least_height != e->most_height)
        text_add(&t, " to %dx%d", e->most_width, e->most_height);
    if (e->least_width != s->width || e->most_width != s->width || e->least_height != s->height ||
        e->most_height != s->height)
        text_add(&t, ", brought to %dx%d (--size %d --fit %s)", s->width, s->height, s->width, how);
    if (s->bad > 0)
        text_add(&t, ", %d bad ones left out", s->bad);
    r->set->note = t.data;
    return text_check(&t);
}

/* Samples whose pixels were bad are closed up over. */
static void close_gaps(reading *r)
{
    image_set *s = r->set;
    size_t size = sample_size(s);
    int kept = 0;
    for (int i = 0; i < r->pictures; i++) {
        if (r->entries[r->order[i]].problem)
            continue;
        if (kept < i)
            memcpy(s->pixels + (size_t)kept * size, s->pixels + (size_t)i * size, size);
        r->order[kept++] = r->order[i];
    }
    r->pictures = s->count = kept;
}

static status copy_names(reading *r)
{
    image_set *s = r->set;
    s->names = calloc((size_t)s->count, sizeof *s->names);
    for (int i = 0; s->names && i < s->count; i++) {
        s->names[i] = strdup(r->entries[r->order[i]].name);
        if (!s->names[i])
            return status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
    }
    return s->names ? STATUS_OK
                    : status_fail(STATUS_MEMORY, "%s: out of memory", r->request->folder);
}

static status read_pixels(reading *r)
{
    const image_watch *w = r->request->watch;
    image_set *s = r->set;
    if (w && w->start)
        w->start(w->context, r->pictures, (size_t)r->pictures * sample_size(s));
    s->pixels = calloc((size_t)r->pictures, sample_size(s)); /* which knows sizes that overflow */
    if (!s->pixels)
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d images of %dx%dx%d",
                           r->request->folder, r->pictures, s->channels, s->height, s->width);
    status result = run_pass(r, true);
    if (w && w->end)
        w->end(w->context);
    return result;
}

static void tell_bad(const reading *r)
{
    const image_watch *w = r->request->watch;
    for (int i = 0; w && w->bad && i < r->count; i++)
        if (r->entries[i].problem)
            w->bad(w->context, r->entries[i].problem);
}

static status read_set(reading *r)
{
    TRY(run_pass(r, false));
    TRY(check_entries(r));
    TRY(make_order(r));
    extent e = choose_form(r);
    TRY(read_pixels(r));
    TRY(check_entries(r));
    tell_bad(r);
    close_gaps(r);
    if (r->pictures == 0)
        return none_is_good(r);
    TRY(write_note(r, &e));
    return copy_names(r);
}

static status read_folder(image_set *s, const images_request *q, const tree *t)
{
    reading r = { .request = q, .set = s, .count = (int)t->count };
    TRY(read_colour(q->options->background, &r.background));
    if (t->count == 0)
        return status_fail(STATUS_IO, "%s: has no files", q->folder);
    r.entries = calloc(t->count, sizeof *r.entries);
    if (!r.entries)
        return status_fail(STATUS_MEMORY, "%s: out of memory", q->folder);
    for (int i = 0; i < r.count; i++)
        r.entries[i].name = t->files[i].name;
    status result = read_set(&r);
    for (int i = 0; i < r.count; i++)
        free(r.entries[i].problem);
    free(r.entries);
    free(r.order);
    return result;
}

/* ---- all of it ---- */

static void give_notice(const images_request *q, const char *what)
{
    text t = { 0 };
    text_add(&t, "%s; %s", status_message(), what);
    if (q->watch && q->watch->notice && !t.failed)
        q->watch->notice(q->watch->context, t.data);
    text_free(&t);
}

static status read_or_fetch(image_set *s, const images_request *q, const tree *t)
{
    status cached = q->fresh ? STATUS_IO : images_cache_read(s, q, t);
    if (cached == STATUS_OK)
        return STATUS_OK;
    images_close(s);
    if (cached != STATUS_IO)
        give_notice(q, "the files are read again");
    TRY(read_folder(s, q, t));
    if (!q->fresh && images_cache_write(s, q, t) != STATUS_OK)
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
    free(s->labels);
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
        s = path_join(&path, folder, t.files[i].name);
        if (s == STATUS_OK)
            look(path, found); /* one that cannot be opened counts: its reading says why */
        free(path);
    }
    tree_free(&t);
    return s;
}
