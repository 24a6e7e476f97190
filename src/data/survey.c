/* data/survey.c - how large the pictures of a folder are.
 *
 * SPDX-License-Identifier: MIT */
#include "data/survey.h"

#include <stdlib.h>

#include "data/find.h"
#include "data/images_parts.h"

#include "base/banned.h"

enum { MOST_FILES = 512 };

static int compare_sides(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void measure(picture_survey *s, const image_reading *r)
{
    int sides[MOST_FILES];
    for (int i = 0; i < r->count; i++) {
        const bitmap_header *h = &r->files[i].header;
        if (!r->files[i].picture || r->files[i].problem)
            continue;
        bool same = s->pictures == 0 || (h->width == s->width && h->height == s->height);
        s->width = same ? h->width : 0;
        s->height = same ? h->height : 0;
        sides[s->pictures++] = h->width < h->height ? h->width : h->height;
    }
    if (s->pictures == 0)
        return;
    qsort(sides, (size_t)s->pictures, sizeof *sides, compare_sides);
    s->side = sides[s->pictures / 2];
}

static status look(picture_survey *s, const char *folder, const tree *t, const compute *c)
{
    const image_options usual = { 0 };
    image_set none = { 0 };
    const images_request q = { .folder = folder, .options = &usual, .compute = c };
    image_reading r = { .request = &q, .set = &none };
    r.count = t->count < MOST_FILES ? (int)t->count : MOST_FILES;
    r.files = calloc((size_t)r.count + 1, sizeof *r.files);
    if (!r.files)
        return status_fail(STATUS_MEMORY, "%s: out of memory", folder);
    for (int i = 0; i < r.count; i++)
        r.files[i].name = t->files[t->count * (size_t)i / (size_t)r.count].name;
    status result = images_run_pass(&r, false);
    if (result == STATUS_OK)
        measure(s, &r);
    for (int i = 0; i < r.count; i++)
        free(r.files[i].problem);
    free(r.files);
    return result;
}

status survey_pictures(picture_survey *s, const char *where, const compute *c)
{
    data_place f;
    tree t;
    *s = (picture_survey){ 0 };
    TRY(find_data(&f, where));
    status result = STATUS_OK;
    if (f.kind == DATA_PICTURES) {
        result = tree_list(&t, f.path);
        if (result == STATUS_OK) {
            result = look(s, f.path, &t, c);
            tree_free(&t);
        }
    }
    data_place_free(&f);
    return result;
}
