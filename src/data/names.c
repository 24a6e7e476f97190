/* data/names.c - the names that mean something in a data set, as tables.
 *
 * SPDX-License-Identifier: MIT */
#include "data/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"

#include "base/banned.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is_among(const char *const *words, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(words[i], name) == 0)
            return true;
    return false;
}

/* ---- litter ---- */

/* "FOUND.000" and so on: what Windows' check of a disk recovers. */
static bool is_recovered(const char *name)
{
    return strncasecmp(name, "found.", 6) == 0 && strlen(name) == 9 &&
           strspn(name + 6, "0123456789") == 3;
}

bool name_is_litter(const char *name)
{
    static const char *const litter[] = {
        /* macOS */
        "__MACOSX",
        "Icon\r",
        "Network Trash Folder",
        "Temporary Items",
        /* Windows */
        "Thumbs.db",
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "$RECYCLE.BIN",
        "RECYCLER",
        "Recycled",
        "System Volume Information",
        "Config.Msi",
        "$WinREAgent",
        "WPSystem",
        /* network storage */
        "@eaDir",
        "@Recycle",
        "@Recently-Snapshot",
        "@__thumb",
        "@sharebin",
        "@tmp",
        "@SynoResource",
        "@SynoEAStream",
        "#recycle",
        "#snapshot",
        "~snapshot",
        /* file systems and tools */
        "lost+found",
        "__pycache__",
        "node_modules",
        "CVS",
        "_vti_cnf",
        "_gsdata_",
    };
    return name[0] == '.' || is_among(litter, COUNT(litter), name) || is_recovered(name);
}

/* ---- runs ---- */

static const char *const run_files[] = { "model.bin", "run.json", "metrics.csv" };

/* *found: how many of the names are in the folder. */
static status count_there(size_t *found, const char *folder, const char *const *names, size_t count)
{
    *found = 0;
    for (size_t i = 0; i < count; i++) {
        char *path = NULL;
        bool there = false;
        TRY(path_join(&path, folder, names[i]));
        status s = file_find(path, &there);
        free(path);
        TRY(s);
        *found += there;
    }
    return STATUS_OK;
}

status name_run_is_in(bool *is, const char *folder)
{
    size_t found;
    TRY(count_there(&found, folder, run_files, COUNT(run_files)));
    *is = found >= 2;
    return STATUS_OK;
}

/* A run of many epochs has numbers of more digits. */
status name_run_pictures_are_in(bool *are, const char *folder)
{
    enum { LEAST_DIGITS = 4, MOST_DIGITS = 7 };
    *are = false;
    for (int digits = LEAST_DIGITS; digits <= MOST_DIGITS && !*are; digits++) {
        char fixed[32], fresh[32];
        const char *const names[] = { fixed, fresh };
        size_t found;
        snprintf(fixed, sizeof fixed, "epoch-%0*d.png", digits, 0);
        snprintf(fresh, sizeof fresh, "random-%0*d.png", digits, 0);
        TRY(count_there(&found, folder, names, COUNT(names)));
        *are = found == COUNT(names);
    }
    return STATUS_OK;
}

static bool is_exactly_among(const char *const *words, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], name) == 0)
            return true;
    return false;
}

bool name_is_of_run(const char *name)
{
    static const char *const others[] = { "best.bin", "samples" };
    const size_t n = strlen(name), end = strlen(FILE_TEMPORARY);
    bool copy = strncmp(name, "model-", 6) == 0 && n > 4 && strcmp(name + n - 4, ".bin") == 0;
    bool unfinished = n > end && strcmp(name + n - end, FILE_TEMPORARY) == 0;
    return copy || unfinished || is_exactly_among(run_files, COUNT(run_files), name) ||
           is_exactly_among(others, COUNT(others), name);
}
