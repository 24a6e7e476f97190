/* data/images_notes.c - what people are told about a folder of pictures: the note on how the files
 * became samples, and notices of what a run on it may not expect.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/text.h"
#include "data/part_names.h"

#include "base/banned.h"

/* ---- the note ---- */

/* The end of a file's name, from its last dot on; NULL: it has none, or one too long to be one. */
static const char *ending_of(const char *name)
{
    enum { LONGEST = 12 };
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    return dot && dot != base && strlen(dot) <= LONGEST ? dot : NULL;
}

/* The length of a name without the ending of its file. */
static size_t stem_of(const char *name)
{
    const char *end = ending_of(name);
    return end ? (size_t)(end - name) : strlen(name);
}

/* A file beside picture `i` in the order of the names is its text. */
static bool is_text_of(const image_reading *r, int file, int i)
{
    if (i < 0 || i >= r->count || !r->files[i].picture)
        return false;
    size_t n = stem_of(r->files[file].name);
    return n == stem_of(r->files[i].name) && strncmp(r->files[file].name, r->files[i].name, n) == 0;
}

bool images_is_other(const image_reading *r, int i)
{
    const char *name = r->files[i].name, *slash = strrchr(name, '/'), *end = ending_of(name);
    const char *base = slash ? slash + 1 : name;
    if (r->files[i].picture)
        return false;
    if (strcmp(base, "metadata.csv") == 0 || strcmp(base, "metadata.jsonl") == 0)
        return false;
    return !end || strcmp(end, ".txt") != 0 ||
           (!is_text_of(r, i, i - 1) && !is_text_of(r, i, i + 1));
}

typedef struct ending {
    const char *name; /* NULL: files without one */
    int count;
} ending;

static int compare_endings(const void *a, const void *b)
{
    const ending *x = a, *y = b;
    if (!x->name || !y->name)
        return (x->name == NULL) - (y->name == NULL);
    return strcmp(x->name, y->name);
}

static int compare_counts(const void *a, const void *b)
{
    const ending *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count) - (x->count > y->count)
                                : compare_endings(a, b);
}

/* Joins equal endings, the most frequent first; returns how many there are. */
static int count_endings(ending *all, int n)
{
    int kinds = 0;
    qsort(all, (size_t)n, sizeof *all, compare_endings);
    for (int i = 0; i < n; i++) {
        if (kinds > 0 && compare_endings(&all[i], &all[kinds - 1]) == 0)
            all[kinds - 1].count++;
        else
            all[kinds++] = all[i];
    }
    qsort(all, (size_t)kinds, sizeof *all, compare_counts);
    return kinds;
}

/* Adds ": 38 .tga, 2 .txt" for the files that are not pictures. */
static void add_endings(text *t, const image_reading *r)
{
    enum { MOST_SHOWN = 4 };
    int n = 0;
    ending *all = malloc((size_t)r->set->other * sizeof *all);
    if (!all) {
        t->failed = true;
        return;
    }
    for (int i = 0; i < r->count; i++)
        if (images_is_other(r, i))
            all[n++] = (ending){ ending_of(r->files[i].name), 1 };
    int kinds = count_endings(all, n);
    for (int i = 0; i < kinds && i < MOST_SHOWN && (kinds > 1 || all[0].name); i++) {
        text_add(t, "%s%d ", i == 0 ? ": " : ", ", all[i].count);
        text_add_shown(t, all[i].name ? all[i].name : "without an ending");
    }
    if (kinds > MOST_SHOWN)
        text_add(t, ", ...");
    free(all);
}

/* Adds how many pictures are smaller than a crop, and the first of them in the order of the names.
 */
static void add_small(text *t, const image_reading *r)
{
    int first = 0;
    if (r->small == 0)
        return;
    while (!r->files[first].picture || r->files[first].problem || !images_is_small(r, first))
        first++;
    text_add(t, ", %d smaller than the crops of %dx%d left out (", r->small, r->set->crop,
             r->set->crop);
    text_add_shown(t, r->files[first].name);
    text_add(t, "%s)", r->small > 1 ? ", ..." : "");
}

static void add_left_out(text *t, const image_reading *r)
{
    const image_set *s = r->set;
    if (s->bad > 0)
        text_add(t, "%s%d bad file%s", t->length > 0 ? ", " : "", s->bad, s->bad == 1 ? "" : "s");
    if (s->bad > 0)
        text_add(t, " left out");
    if (s->other == 0)
        return;
    text_add(t, "%s%d file%s left out", t->length > 0 ? ", " : "", s->other,
             s->other == 1 ? " that is not a picture" : "s that are not pictures");
    add_endings(t, r);
}

status images_write_note(image_reading *r, const extent *e)
{
    const image_set *s = r->set;
    const char *how = fit_choice(r->request->options->fit)->name;
    text t = { 0 };
    text_add(&t, "files of %dx%d", e->least_width, e->least_height);
    if (e->least_width != e->most_width || e->least_height != e->most_height)
        text_add(&t, " to %dx%d", e->most_width, e->most_height);
    bool brought = e->least_width != s->width || e->most_width != s->width ||
                   e->least_height != s->height || e->most_height != s->height;
    if (s->crop > 0)
        add_small(&t, r);
    else if (brought)
        text_add(&t, ", brought to %dx%d (--size %d --fit %s)", s->width, s->height, s->width, how);
    add_left_out(&t, r);
    r->set->note = t.data;
    return text_check(&t);
}

/* ---- notices ---- */

/* Passes the text on and frees it. */
static void tell(const images_request *q, text *t)
{
    if (q->watch && q->watch->notice && !t->failed && t->length > 0)
        q->watch->notice(q->watch->context, t->data);
    text_free(t);
}

/* Says which folders hold runs: their pictures are outputs, not data. */
static void tell_runs(const images_request *q, const tree *files)
{
    for (size_t i = 0; i < files->run_count; i++) {
        bool top = files->runs[i][0] == 0;
        text t = { 0 };
        text_add_shown(&t, q->folder);
        text_add(&t, "%s", top ? "" : "/");
        text_add_shown(&t, files->runs[i]);
        text_add(&t, ": is the folder of a run of gan: %s left out",
                 top ? "the run's files and its samples are" : "all pictures in it are");
        tell(q, &t);
    }
}

/* True if a folder on the path of the sample is named like a held-out part; *length is that of the
 * path to the folder. */
static bool is_in_held_out(const char *name, size_t *length)
{
    for (const char *at = name, *slash; (slash = strchr(at, '/')); at = slash + 1) {
        char folder[64];
        size_t n = (size_t)(slash - at);
        *length = (size_t)(slash - name);
        if (n >= sizeof folder)
            continue;
        memcpy(folder, at, n);
        folder[n] = 0;
        if (part_name_looks_held_out(folder))
            return true;
    }
    return false;
}

/* Says that samples come from a folder that is named like a held-out part, although no folder
 * beside it is named like a training part. */
static void tell_held_out(const images_request *q, const image_set *s)
{
    const char *first = NULL;
    size_t length = 0, first_length = 0;
    int count = 0;
    for (int i = 0; i < s->count; i++)
        if (is_in_held_out(s->names[i], &length) && count++ == 0) {
            first = s->names[i];
            first_length = length;
        }
    if (count == 0)
        return;
    char *folder = strndup(first, first_length);
    text t = { 0 };
    text_add_shown(&t, q->folder);
    text_add(&t, "/");
    text_add_shown(&t, folder ? folder : "");
    text_add(&t,
             ": is named like a held-out part, but is used with the rest: %d of the %d pictures "
             "are in such a folder; only a folder that contains both a \"train\" and a \"test\" "
             "keeps its \"test\" out of the training",
             count, s->count);
    free(folder);
    tell(q, &t);
}

enum { LEVELS = 256, DARK = 64, TAIL = 1000 };

/* Says that nearly all values (all but 1/TAIL) are dark. */
static void tell_dark(const images_request *q, const image_set *s)
{
    size_t n = images_at(s, s->count), counts[LEVELS] = { 0 };
    unsigned char room[1 << 14];
    for (size_t i = 0, part; i < n; i += part) {
        part = size_min(n - i, sizeof room);
        const unsigned char *pixels = images_pixels(s, i, part, room);
        for (size_t k = 0; k < part; k++)
            counts[pixels[k]]++;
    }
    int greatest = LEVELS - 1;
    for (size_t above = counts[greatest]; above <= n / TAIL && greatest > 0;
         above += counts[--greatest])
        ;
    if (greatest >= DARK)
        return;
    text t = { 0 };
    text_add_shown(&t, q->folder);
    text_add(
        &t,
        ": nearly all values of the pixels are at most %d, of 255, so the pictures look black; "
        "16-bit files that use only the low bits are read like this: stretch their values "
        "first",
        greatest);
    tell(q, &t);
}

void images_tell(const images_request *q, const image_set *s, const tree *files)
{
    tell_runs(q, files);
    if (!q->held_out)
        tell_held_out(q, s);
    tell_dark(q, s);
}
