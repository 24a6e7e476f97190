/* base/groups.c - the limits of control groups. Elsewhere than on Linux the files are not there,
 * and nothing is limited.
 *
 * SPDX-License-Identifier: MIT */
#include "base/groups.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#include "base/banned.h"

enum { LONGEST_FILE = 1 << 16 };

/* The whole text of a small file, malloc'ed; NULL: it cannot be read. */
static char *text_of(const char *path)
{
    unsigned char *bytes;
    size_t n;
    return file_read(path, LONGEST_FILE, &bytes, &n) == STATUS_OK ? (char *)bytes : NULL;
}

double groups_number(const char *folder, const char *file, int word)
{
    text path = { 0 };
    double number = 0;
    text_add(&path, "%s/%s", folder, file);
    char *bytes = text_check(&path) == STATUS_OK ? text_of(path.data) : NULL;
    const char *at = bytes;
    for (; at && word > 0; word--) {
        at += strcspn(at, " \n");
        at += strspn(at, " \n");
    }
    char digits[32] = "";
    size_t n = at ? strcspn(at, " \n") : 0;
    if (n < sizeof digits) {
        memcpy(digits, at ? at : "", n);
        if (!text_to_double(digits, &number))
            number = 0;
    }
    free(bytes);
    text_free(&path);
    return number;
}

/* The least limit of a group and those above it. The path is cut to that of the mount, so that it
 * ends with the root: inside a container this is the container's own group, and the path may be one
 * that only the host has. */
static double least_upwards(const group_limit *limit, text *folder, size_t mount)
{
    double least = INFINITY;
    for (;;) {
        least = fmin(least, limit->read(folder->data));
        if (folder->length <= mount)
            return least;
        while (folder->length > mount && folder->data[folder->length - 1] != '/')
            folder->length--;
        folder->length -= folder->length > mount; /* the slash */
        folder->data[folder->length] = 0;
    }
}

/* The least limit for the group with that path below a mounted hierarchy: that of the controller,
 * or the one of version 2. */
static double least_below(const group_limit *limit, const char *groups, bool own, const char *path,
                          size_t n)
{
    text folder = { 0 };
    text_add(&folder, "%s%s%s", groups, own ? "/" : "", own ? limit->controller : "");
    size_t mount = folder.length;
    while (n > 0 && path[n - 1] == '/')
        n--;
    text_add_bytes(&folder, path, n);
    double least =
        text_check(&folder) == STATUS_OK ? least_upwards(limit, &folder, mount) : INFINITY;
    text_free(&folder);
    return least;
}

/* True if the word is among the names of a hierarchy's controllers, separated by commas. */
static bool has_name(const char *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n;) {
        size_t word = strcspn(names + i, ",:");
        if (word == strlen(name) && memcmp(names + i, name, word) == 0)
            return true;
        i += word + 1;
    }
    return false;
}

/* A line is "0::/path" in version 2 and "4:cpu,cpuacct:/path" in version 1. */
static double least_of_line(const group_limit *limit, const char *groups, const char *line,
                            size_t n)
{
    const char *names = memchr(line, ':', n);
    const char *path = names ? memchr(names + 1, ':', n - (size_t)(names + 1 - line)) : NULL;
    if (!path)
        return INFINITY;
    size_t words = (size_t)(path - ++names), length = n - (size_t)(++path - line);
    bool own = words > 0;
    if (own && !has_name(names, words, limit->controller))
        return INFINITY;
    return least_below(limit, groups, own, path, length);
}

double groups_least(const group_limit *limit, const char *groups, const char *member)
{
    char *lines = text_of(member);
    double least =
        fmin(least_below(limit, groups, false, "", 0), least_below(limit, groups, true, "", 0));
    for (const char *line = lines; line && *line != 0;) {
        size_t n = strcspn(line, "\n");
        least = fmin(least, least_of_line(limit, groups, line, n));
        line += n + (line[n] == '\n');
    }
    free(lines);
    return least;
}
