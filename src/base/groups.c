/* base/groups.c - the limits of control groups. Elsewhere than on Linux the files are not there,
 * and nothing is limited.
 *
 * SPDX-License-Identifier: MIT */
#include "base/groups.h"

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

#include "base/banned.h"

enum { LONGEST_FILE = 1 << 16, LONGEST_PATH = 4096 };

/* The text of a small file, up to `room`; "" if it cannot be read. */
static void read_text(const char *path, char *to, size_t room)
{
    int fd = file_open(path, O_RDONLY);
    size_t n = 0;
    if (fd >= 0 && file_read_some(fd, path, (unsigned char *)to, room - 1, &n) != STATUS_OK)
        n = 0;
    if (fd >= 0)
        close(fd);
    to[n] = 0;
}

double groups_number(const char *folder, const char *file, int word)
{
    char path[LONGEST_PATH], bytes[128] = "";
    double number = 0;
    if (snprintf(path, sizeof path, "%s/%s", folder, file) < LONGEST_PATH)
        read_text(path, bytes, sizeof bytes);
    char *at = bytes;
    for (; word > 0; word--) {
        at += strcspn(at, " \n");
        at += strspn(at, " \n");
    }
    at[strcspn(at, " \n")] = 0;
    return text_to_double(at, &number) ? number : 0;
}

/* The least limit of a group and those above it. The path is cut to that of the mount, so that it
 * ends with the root: inside a container this is the container's own group, and the path may be one
 * that only the host has. */
static double least_upwards(const group_limit *limit, char *folder, size_t length, size_t mount)
{
    double least = INFINITY;
    for (;;) {
        least = fmin(least, limit->read(folder));
        if (length <= mount)
            return least;
        while (length > mount && folder[length - 1] != '/')
            length--;
        length -= length > mount; /* the slash */
        folder[length] = 0;
    }
}

/* The least limit for the group with that path below a mounted hierarchy: that of the controller,
 * or the one of version 2. */
static double least_below(const group_limit *limit, const char *groups, bool own, const char *path,
                          size_t n)
{
    char folder[LONGEST_PATH];
    int mount = snprintf(folder, sizeof folder, "%s%s%s", groups, own ? "/" : "",
                         own ? limit->controller : "");
    while (n > 0 && path[n - 1] == '/')
        n--;
    if ((size_t)mount + n >= sizeof folder) /* no such folder */
        return INFINITY;
    memcpy(folder + mount, path, n);
    folder[(size_t)mount + n] = 0;
    return least_upwards(limit, folder, (size_t)mount + n, (size_t)mount);
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
    char lines[LONGEST_FILE];
    read_text(member, lines, sizeof lines);
    double least =
        fmin(least_below(limit, groups, false, "", 0), least_below(limit, groups, true, "", 0));
    for (const char *line = lines; *line != 0;) {
        size_t n = strcspn(line, "\n");
        least = fmin(least, least_of_line(limit, groups, line, n));
        line += n + (line[n] == '\n');
    }
    return least;
}
