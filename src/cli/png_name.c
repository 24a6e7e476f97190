/* cli/png_name.c - whether a name suits a PNG.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/png_name.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "format/bitmap.h"

#include "base/banned.h"

/* The format of films that a name ends in; NULL: it is of none. */
static const char *film_of(const char *path)
{
    static const char *const endings[] = { "mp4", "m4v", "mov", "avi", "mkv", "webm", "ogv" };
    const char *end = strrchr(path, '.');
    for (size_t i = 0; end && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(end + 1, endings[i]) == 0)
            return endings[i];
    return NULL;
}

status png_name_check(const char *option, const char *path)
{
    if (!path || file_is_output(path) || (file_exists(path) && !file_is_regular(path)))
        return STATUS_OK;
    const char *format = bitmap_format_by_name(path);
    if (!format)
        format = film_of(path);
    if (!format || strcmp(format, "PNG") == 0)
        return STATUS_OK;
    return status_fail(STATUS_USAGE, "--%s: only PNG is written, not %s: got \"%s\"", option,
                       format, path);
}
