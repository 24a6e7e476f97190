/* data/captions_open.c - finds and reads the captions of a data set.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

#include "base/banned.h"

enum { MOST_BYTES = 1 << 30 }; /* of a file of captions */

bool captions_are_wanted(const dataset_request *r)
{
    return r->images.captions || r->captions != CAPTIONS_IF_NAMED;
}

static status add_line(caption_list *l, const char *line, const char *path, int number)
{
    text where = { 0 };
    text_add(&where, "%s:%d", path, number);
    status s = text_check(&where);
    if (s == STATUS_OK)
        s = caption_list_sample(l);
    if (s == STATUS_OK)
        s = caption_list_add(l, line, where.data);
    text_free(&where);
    return s;
}

/* Adds each line as the caption of a sample. */
static status add_lines(caption_list *l, char *bytes, size_t n, const char *path)
{
    int number = 0;
    for (char *line = bytes, *end; line < bytes + n; line = end + 1) {
        end = memchr(line, '\n', (size_t)(bytes + n - line));
        end = end ? end : bytes + n;
        *end = 0;
        number++;
        if (strlen(line) < (size_t)(end - line))
            return status_fail(STATUS_FORMAT, "%s:%d: has a NUL, which no text has", path, number);
        TRY(add_line(l, line, path, number));
    }
    return STATUS_OK;
}

static status read_lines(dataset *d, const char *path)
{
    unsigned char *bytes = NULL;
    caption_list l = { 0 };
    size_t n = 0;
    TRY(file_read(path, MOST_BYTES, &bytes, &n));
    status s = add_lines(&l, (char *)bytes, n, path);
    if (s == STATUS_OK && l.samples != d->count)
        s = status_fail(STATUS_FORMAT,
                        "%s: has %d lines, expected one for each of the %d images of %s", path,
                        l.samples, d->count, d->path);
    if (s == STATUS_OK)
        s = captions_make(&d->captions, &l);
    caption_list_free(&l);
    free(bytes);
    return s;
}

status captions_open(dataset *d, const dataset_request *r, const dataset *train)
{
    if (!captions_are_wanted(r) || train)
        return STATUS_OK;
    if (r->images.captions)
        return read_lines(d, r->images.captions);
    if (r->captions == CAPTIONS_NEED)
        return status_fail(STATUS_USAGE,
                           "%s: has no captions; --captions FILE names a file with a "
                           "line for each image",
                           d->path);
    return STATUS_OK;
}
