/* cli/data_crops.c - the sizes of the images and their crops, in the report of `gan data`, and the
 * crops of its picture.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/data_crops.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "data/crops.h"

#include "base/banned.h"

/* ---- sizes ---- */

/* The images with the least and the most pixels, and the one in the middle. */
typedef struct size_range {
    dataset_picture smallest, median, largest;
} size_range;

/* Equal numbers of pixels: the lower image first. */
static int compare(const void *a, const void *b)
{
    const dataset_picture *x = a, *y = b;
    int64_t m = (int64_t)x->height * x->width, n = (int64_t)y->height * y->width;
    if (m != n)
        return m < n ? -1 : 1;
    return (x->height > y->height) - (x->height < y->height);
}

static status find_range(size_range *s, const dataset *d)
{
    dataset_picture *all = malloc((size_t)d->count * sizeof *all);
    if (!all)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    for (int i = 0; i < d->count; i++)
        all[i] = dataset_picture_of(d, i);
    qsort(all, (size_t)d->count, sizeof *all, compare);
    *s = (size_range){ all[0], all[d->count / 2], all[d->count - 1] };
    free(all);
    return STATUS_OK;
}

void data_crops_add_table(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    size_range s;
    if (find_range(&s, d) != STATUS_OK) {
        t->failed = true;
        return;
    }
    text_add(t, "sizes       smallest %dx%d, median %dx%d, largest %dx%d\n", s.smallest.width,
             s.smallest.height, s.median.width, s.median.height, s.largest.width, s.largest.height);
    text_add(t, "crops       %" PRIu32 " in an epoch, of %dx%d\n", dataset_crops(d), d->crop,
             d->crop);
}

static void json_size(text *t, const char *key, const dataset_picture *p)
{
    json_begin(t, key, '{');
    json_add(t, "height", "%d", p->height);
    json_add(t, "width", "%d", p->width);
    json_end(t, '}');
}

void data_crops_add_json(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    size_range s;
    if (find_range(&s, d) != STATUS_OK) {
        t->failed = true;
        return;
    }
    json_add(t, "crop", "%d", d->crop);
    json_add(t, "crops", "%" PRIu32, dataset_crops(d));
    json_size(t, "smallest", &s.smallest);
    json_size(t, "median", &s.median);
    json_size(t, "largest", &s.largest);
}

/* ---- the picture ---- */

status data_crops_draw(const dataset *d, const compute *c, int n, float *out)
{
    enum { SEED = 1 };
    const random_stream shuffle = { SEED, 0, random_name(RANDOM_SHUFFLE, 0, 0) };
    const crop_draw draw = { .stream = { SEED, 0, random_name(RANDOM_CROP, 0, 0) } };
    uint32_t *order = malloc(dataset_crops(d) * sizeof *order);
    if (!order)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    random_shuffle(shuffle, (int)dataset_crops(d), order);
    dataset_crop_batch(d, c, &draw, order, 0, n, out);
    free(order);
    return STATUS_OK;
}
