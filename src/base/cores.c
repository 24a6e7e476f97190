/* base/cores.c - how many cores this process may use. Linux limits the CPU time of a control group;
 * elsewhere the files are not there, and nothing is limited.
 *
 * SPDX-License-Identifier: MIT */
#include "base/cores.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/system.h"
#include "base/text.h"

#include "base/banned.h"

enum { MOST_CORES = 4096, LONGEST_FILE = 1 << 16 };

/* The whole text of a small file, malloc'ed; NULL: it cannot be read. */
static char *text_of(const char *path)
{
    unsigned char *bytes;
    size_t n;
    return file_read(path, LONGEST_FILE, &bytes, &n) == STATUS_OK ? (char *)bytes : NULL;
}

/* The number at the n-th word of a file of the group; 0: there is none. */
static double number_in(const char *folder, const char *file, int word)
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

/* The cores of that many microseconds in each period; INFINITY: there is no limit. */
static double cores_of(double quota, double period)
{
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

/* The least quota of a group and those above it. The path is cut to that of the mount, so that it
 * ends with the root: inside a container this is the container's own group, and the path may be one
 * that only the host has. */
static double least_quota(text *folder, size_t mount)
{
    double least = INFINITY;
    for (;;) {
        const char *at = folder->data;
        /* Version 2 has "200000 100000" or "max 100000" in one file. */
        double cores = fmin(
            cores_of(number_in(at, "cpu.max", 0), number_in(at, "cpu.max", 1)),
            cores_of(number_in(at, "cpu.cfs_quota_us", 0), number_in(at, "cpu.cfs_period_us", 0)));
        least = fmin(least, cores);
        if (folder->length <= mount)
            return least;
        while (folder->length > mount && folder->data[folder->length - 1] != '/')
            folder->length--;
        folder->length -= folder->length > mount; /* the slash */
        folder->data[folder->length] = 0;
    }
}

/* The least quota below one mounted hierarchy, "" or "/cpu", of the group with that path. */
static double quota_below(const char *groups, const char *hierarchy, const char *path, size_t n)
{
    text folder = { 0 };
    text_add(&folder, "%s%s", groups, hierarchy);
    size_t mount = folder.length;
    while (n > 0 && path[n - 1] == '/')
        n--;
    text_add_bytes(&folder, path, n);
    double least = text_check(&folder) == STATUS_OK ? least_quota(&folder, mount) : INFINITY;
    text_free(&folder);
    return least;
}

/* True if the names of a hierarchy's controllers, separated by commas, have "cpu". */
static bool has_cpu(const char *names, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t word = strcspn(names + i, ",:");
        if (word == 3 && memcmp(names + i, "cpu", 3) == 0)
            return true;
        i += word + 1;
    }
    return false;
}

/* A line is "0::/path" in version 2 and "4:cpu,cpuacct:/path" in version 1. */
static double quota_of_line(const char *groups, const char *line, size_t n)
{
    const char *names = memchr(line, ':', n);
    const char *path = names ? memchr(names + 1, ':', n - (size_t)(names + 1 - line)) : NULL;
    if (!path)
        return INFINITY;
    size_t words = (size_t)(path - ++names), length = n - (size_t)(++path - line);
    if (words == 0)
        return quota_below(groups, "", path, length);
    return has_cpu(names, words) ? quota_below(groups, "/cpu", path, length) : INFINITY;
}

int cores_quota(const char *groups, const char *member)
{
    char *lines = text_of(member);
    double least = fmin(quota_below(groups, "", "", 0), quota_below(groups, "/cpu", "", 0));
    for (const char *line = lines; line && *line != 0;) {
        size_t n = strcspn(line, "\n");
        least = fmin(least, quota_of_line(groups, line, n));
        line += n + (line[n] == '\n');
    }
    free(lines);
    return least < MOST_CORES ? (int)ceil(least) : 0;
}

int cores_usable(void)
{
    int cores = system_cpus(), quota = cores_quota("/sys/fs/cgroup", "/proc/self/cgroup");
    if (quota > 0 && quota < cores)
        cores = quota;
    return cores > 0 ? cores : 1;
}
