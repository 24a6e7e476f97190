/* data/images_labels.c - the classes of a folder of pictures: its subfolders.
 *
 * SPDX-License-Identifier: MIT */
#include "data/images_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lists the first name of each subfolder, *count of them, at most IMAGES_MOST_CLASSES; false if the
 * subfolders are not classes. */
static bool find_classes(image_set *s, char *const *sorted, const char **folders, int *count)
{
    size_t length = 0;
    *count = 0;
    for (int i = 0; i < s->count; i++) {
        const char *slash = strchr(sorted[i], '/');
        if (!slash)
            return false;
        if (*count > 0 && (size_t)(slash - sorted[i]) == length &&
            memcmp(sorted[i], folders[*count - 1], length) == 0)
            continue;
        if (*count == IMAGES_MOST_CLASSES)
            return false;
        length = (size_t)(slash - sorted[i]);
        folders[(*count)++] = sorted[i];
    }
    return *count >= 2;
}

static unsigned char class_of(const char *name, const char *const *folders, int count)
{
    size_t length = (size_t)(strchr(name, '/') - name) + 1;
    int k = 0;
    while (k < count - 1 && strncmp(name, folders[k], length) != 0)
        k++;
    return (unsigned char)k;
}

status images_set_labels(image_set *s)
{
    const char *folders[IMAGES_MOST_CLASSES];
    int count = 0;
    char **sorted = malloc((size_t)s->count * sizeof *sorted);
    if (!sorted)
        return status_fail(STATUS_MEMORY, "out of memory for %d names", s->count);
    memcpy(sorted, s->names, (size_t)s->count * sizeof *sorted);
    qsort(sorted, (size_t)s->count, sizeof *sorted, compare_names);
    status result = STATUS_OK;
    if (find_classes(s, sorted, folders, &count)) {
        s->labels = malloc((size_t)s->count);
        if (!s->labels)
            result = status_fail(STATUS_MEMORY, "out of memory for %d labels", s->count);
        for (int i = 0; s->labels && i < s->count; i++)
            s->labels[i] = class_of(s->names[i], folders, count);
    }
    free(sorted);
    return result;
}
