/* data/classes.c - gives the pictures of a test part the class numbers of the training part.
 *
 * SPDX-License-Identifier: MIT */
#include "data/classes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "data/dataset_parts.h"

#include "base/banned.h"

static status out_of_memory(const dataset *d)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory for its classes", d->path);
}

/* The class of that name, `length` bytes; -1: there is none. */
static int named(const dataset *d, const char *name, size_t length)
{
    for (int k = 0; k < d->class_count; k++)
        if (strlen(d->classes[k]) == length && memcmp(d->classes[k], name, length) == 0)
            return k;
    return -1;
}

/* The class of `train` that the picture's label names, or the first folder on its path; -1: none.
 */
static int class_of(const dataset *test, int i, const dataset *train)
{
    const char *name = test->names[i];
    if (test->has_named_labels)
        return named(train, test->classes[test->labels[i]], strlen(test->classes[test->labels[i]]));
    for (const char *slash; (slash = strchr(name, '/')); name = slash + 1) {
        size_t length = (size_t)(slash - name);
        int k = named(train, name, length);
        if (k >= 0)
            return k;
    }
    return -1;
}

static void drop_labels(dataset *d)
{
    for (int k = 0; k < d->class_count; k++)
        free(d->classes[k]);
    free(d->classes);
    free(d->labels);
    d->classes = NULL;
    d->labels = NULL;
    d->class_count = 0;
}

/* Moves picture i of the set to place `to`, where nothing is any more. */
static void move_picture(dataset *d, int i, int to)
{
    if (i == to)
        return;
    dataset_move(d, i, to);
    d->names[to] = d->names[i];
}

/* ---- the report ---- */

enum { MOST_SHOWN = 5 };

/* Adds a name to a list of which some are shown. */
static void add_shown(text *t, int number, const char *name, size_t length)
{
    char *copy = strndup(name, length);
    if (number < MOST_SHOWN) {
        text_add(t, "%s", number > 0 ? ", " : "");
        text_add_shown(t, copy ? copy : "");
    } else if (number == MOST_SHOWN) {
        text_add(t, ", ...");
    }
    free(copy);
}

static void add_missing(text *t, const dataset *train, const int *counts)
{
    int missing = 0;
    text names = { 0 };
    for (int k = 0; k < train->class_count; k++)
        if (counts[k] == 0)
            add_shown(&names, missing++, train->classes[k], strlen(train->classes[k]));
    if (missing > 0)
        text_add(t, "has no pictures of %d class%s of %s (%s)", missing, missing == 1 ? "" : "es",
                 train->path, names.data ? names.data : "");
    text_free(&names);
}

/* Collects the folders of pictures that have no class; `seen` is sorted as the names come. */
typedef struct strangers {
    int pictures, folders;
    const char **seen; /* (folders), names that begin with another folder each */
    text names;
} strangers;

static bool is_seen(const strangers *s, const char *name, size_t length)
{
    for (int i = 0; i < s->folders; i++)
        if (strncmp(s->seen[i], name, length + 1) == 0)
            return true;
    return false;
}

/* Takes note of a picture without a class; after ENOUGH folders only the pictures are counted. */
static void add_stranger(strangers *s, const char *name)
{
    enum { ENOUGH = MOST_SHOWN + 1 };
    size_t length = strcspn(name, "/");
    s->pictures++;
    if (name[length] == 0 || s->folders == ENOUGH || is_seen(s, name, length))
        return;
    add_shown(&s->names, s->folders, name, length);
    s->seen[s->folders++] = name;
}

/* ---- matching ---- */

/* Numbers the classes; counts (train->class_count) those that are there. */
static void number_all(dataset *test, const dataset *train, int *counts, strangers *s)
{
    int kept = 0;
    for (int i = 0; i < test->count; i++) {
        int k = class_of(test, i, train);
        if (k < 0) {
            add_stranger(s, test->names[i]);
            continue;
        }
        counts[k]++;
        test->labels[kept] = (unsigned char)k;
        char *swapped = test->names[kept];
        move_picture(test, i, kept);
        if (i != kept)
            test->names[i] = swapped; /* freed below with the names of the others */
        kept++;
    }
    test->count = test->total = kept;
}

static status copy_classes(dataset *test, const dataset *train)
{
    for (int k = 0; k < test->class_count; k++)
        free(test->classes[k]);
    free(test->classes);
    test->class_count = 0;
    test->classes = calloc((size_t)train->class_count, sizeof *test->classes);
    for (int k = 0; test->classes && k < train->class_count; k++) {
        test->classes[k] = strdup(train->classes[k]);
        if (!test->classes[k])
            return out_of_memory(test);
        test->class_count++;
    }
    return test->classes ? STATUS_OK : out_of_memory(test);
}

static void write_report(text *t, const dataset *test, const dataset *train, const int *counts,
                         const strangers *s)
{
    text_add(t, "%s: ", test->path);
    size_t start = t->length;
    add_missing(t, train, counts);
    if (s->pictures > 0)
        text_add(t, "%s%d of its pictures %s of no class of %s%s%s%s: left out",
                 t->length > start ? "; " : "", s->pictures, s->pictures == 1 ? "is" : "are",
                 train->path, s->folders > 0 ? " (" : "", s->names.data ? s->names.data : "",
                 s->folders > 0 ? ")" : "");
    if (t->length == start)
        text_free(t);
}

static bool has_any(const dataset *test, const dataset *train)
{
    for (int i = 0; i < test->count; i++)
        if (class_of(test, i, train) >= 0)
            return true;
    return false;
}

static status match(dataset *test, const dataset *train, text *report)
{
    int counts[IMAGES_MOST_CLASSES] = { 0 }, all = test->count;
    const char *seen[MOST_SHOWN + 1];
    strangers s = { .seen = seen };
    if (!test->labels)
        test->labels = malloc((size_t)test->count);
    if (!test->labels)
        return out_of_memory(test);
    number_all(test, train, counts, &s);
    for (int i = test->count; i < all; i++)
        free(test->names[i]);
    status copied = copy_classes(test, train);
    write_report(report, test, train, counts, &s);
    text_free(&s.names);
    TRY(copied);
    free(test->no_classes);
    test->no_classes = NULL;
    return text_check(report);
}

status classes_match(dataset *test, const dataset *train, char **report)
{
    text t = { 0 };
    status s = STATUS_OK;
    *report = NULL;
    if (train->class_count == 0)
        return STATUS_OK;
    if (has_any(test, train)) {
        s = match(test, train, &t);
    } else {
        drop_labels(test);
        text_add(&t, "%s: none of its pictures is in a folder named like a class of %s: no labels",
                 test->path, train->path);
        s = text_check(&t);
    }
    if (s == STATUS_OK)
        *report = t.data;
    else
        text_free(&t);
    return s;
}
