/* data/images_labels.c - the classes of a folder of pictures: its subfolders, or those of the one
 * folder that contains everything.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images_parts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

/* The samples' names, sorted, and the length of the folders that all of them begin with. */
typedef struct sorted_names {
    char **names;
    int count;
    size_t common;
} sorted_names;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The bytes of the folders, with their slashes, that both names begin with. */
static size_t common_folders(const char *a, const char *b)
{
    size_t common = 0;
    for (size_t i = 0; a[i] && a[i] == b[i]; i++)
        if (a[i] == '/')
            common = i + 1;
    return common;
}

static status sort_names(sorted_names *s, const image_set *set)
{
    *s = (sorted_names){ .names = malloc((size_t)set->count * sizeof *s->names),
                         .count = set->count };
    if (!s->names)
        return status_fail(STATUS_MEMORY, "out of memory for %d names", set->count);
    memcpy(s->names, set->names, (size_t)set->count * sizeof *s->names);
    qsort(s->names, (size_t)s->count, sizeof *s->names, compare_names);
    s->common = common_folders(s->names[0], s->names[s->count - 1]);
    return STATUS_OK;
}

/* The length of the name's subfolder below the common folders; 0: it is in none. */
static size_t class_length(const sorted_names *s, const char *name)
{
    const char *slash = strchr(name + s->common, '/');
    return slash ? (size_t)(slash - name) - s->common : 0;
}

/* ---- why there are no classes ---- */

__attribute__((format(printf, 2, 3))) static status no_classes(image_set *set, const char *format,
                                                               ...)
{
    text t = { 0 };
    va_list args;
    va_start(args, format);
    text_add_list(&t, format, args);
    va_end(args);
    set->no_classes = t.data;
    return text_check(&t);
}

/* Handles a set of which `loose` pictures, the first called `name`, are in no subfolder. */
static status are_loose(image_set *set, const sorted_names *s, int loose, const char *name)
{
    if (loose == s->count)
        return no_classes(set, "all pictures are in one folder; subfolders would be classes");
    if (loose == 1)
        return no_classes(set,
                          "%s is beside the subfolders, which are classes only if every picture is "
                          "in one of them",
                          name);
    return no_classes(set,
                      "%s and %d more pictures are beside the subfolders, which are classes only "
                      "if every picture is in one of them",
                      name, loose - 1);
}

/* ---- classes ---- */

/* True if the i-th sorted name begins another class than the one before. */
static bool begins_class(const sorted_names *s, int i)
{
    size_t length = class_length(s, s->names[i]);
    return i == 0 || length != class_length(s, s->names[i - 1]) ||
           memcmp(s->names[i] + s->common, s->names[i - 1] + s->common, length) != 0;
}

/* Counts the pictures that are in no subfolder, and the subfolders. */
static int count_classes(const sorted_names *s, int *loose, const char **first_loose)
{
    int classes = 0;
    *loose = 0;
    for (int i = 0; i < s->count; i++) {
        if (class_length(s, s->names[i]) == 0)
            *first_loose = (*loose)++ == 0 ? s->names[i] : *first_loose;
        else
            classes += begins_class(s, i);
    }
    return classes;
}

static status name_classes(image_set *set, const sorted_names *s, int count)
{
    set->classes = calloc((size_t)count, sizeof *set->classes);
    for (int i = 0; set->classes && i < s->count; i++) {
        if (!begins_class(s, i))
            continue;
        char *name = strndup(s->names[i] + s->common, class_length(s, s->names[i]));
        if (!name)
            break;
        set->classes[set->class_count++] = name;
    }
    return set->class_count == count
               ? STATUS_OK
               : status_fail(STATUS_MEMORY, "out of memory for %d classes", count);
}

static status label(image_set *set, size_t common)
{
    set->labels = malloc((size_t)set->count);
    if (!set->labels)
        return status_fail(STATUS_MEMORY, "out of memory for %d labels", set->count);
    for (int i = 0; i < set->count; i++) {
        const char *name = set->names[i] + common;
        size_t length = strcspn(name, "/");
        int k = 0;
        while (k < set->class_count - 1 &&
               (strlen(set->classes[k]) != length || memcmp(name, set->classes[k], length) != 0))
            k++;
        set->labels[i] = (unsigned char)k;
    }
    return STATUS_OK;
}

static status set_labels(image_set *set, const sorted_names *s)
{
    int loose;
    const char *first_loose = NULL;
    int count = count_classes(s, &loose, &first_loose);
    if (loose > 0)
        return are_loose(set, s, loose, first_loose);
    if (count > IMAGES_MOST_CLASSES)
        return no_classes(set, "there are %d subfolders, and at most %d can be classes", count,
                          IMAGES_MOST_CLASSES);
    TRY(name_classes(set, s, count));
    return label(set, s->common);
}

status images_set_labels(image_set *set)
{
    sorted_names s;
    TRY(sort_names(&s, set));
    status result = set_labels(set, &s);
    free(s.names);
    return result;
}
