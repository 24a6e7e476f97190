/* report/training.c - finds the training data of a run, and in them the images nearest to samples.
 *
 * S = channels * height * width values in a sample.
 *
 * SPDX-License-Identifier: MIT */
#include "report/training.h"

#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "data/dataset.h"
#include "eval/distance.h"
#include "image/field.h"
#include "image/grid.h"
#include "report/encode.h"
#include "train/folder.h"
#include "train/resume.h"

#include "base/banned.h"

/* Of images, MOST are shown, fewer where they have more than MOST_VALUES values. */
enum { MOST = 16, LEAST = 4, MOST_VALUES = MOST * 3 * 64 * 64, POINTS = 500 };

/* ---- the data ---- */

static status open_data(dataset *d, json_object *saved, const generator *g, const char *folder,
                        const image_watch *watch)
{
    const model *m = &g->model;
    char *checkpoint = NULL;
    dataset_request q = dataset_request_of(NULL, m->options.limit);
    q.compute = g->compute;
    q.watch = watch;
    if (m->data.kind != SAMPLE_POINT) {
        q.channels = m->data.channels;
        q.height = m->data.height;
        q.width = m->data.width;
    }
    TRY(path_join(&checkpoint, folder, "model.bin"));
    status s = folder_load_data(checkpoint, &q.where, &q.images, saved);
    free(checkpoint);
    if (s == STATUS_OK)
        s = dataset_open_with(d, &q);
    if (s == STATUS_OK && !resume_is_data(m, d))
        s = status_fail(STATUS_USAGE, "%s: the run was trained on other data", d->path);
    return s;
}

/* ---- images ---- */

/* What is shown: samples (n, S), the training images nearest to them, and others. */
typedef struct exhibit {
    int n, size; /* n; S */
    arena arena;
    distances distances;
    float *samples, *near, *real;
    nearest *best;
    double *squared, *apart; /* of the samples and of the real images */
    uint32_t *numbers;       /* of the real images */
} exhibit;

static void plan(exhibit *e, const compute *c)
{
    size_t n = (size_t)e->n, size = (size_t)e->size;
    distances_plan(&e->distances, &e->arena, c, e->size);
    e->samples = arena_take(&e->arena, n * size, sizeof *e->samples);
    e->near = arena_take(&e->arena, n * size, sizeof *e->near);
    e->real = arena_take(&e->arena, n * size, sizeof *e->real);
    e->best = arena_take(&e->arena, n, sizeof *e->best);
    e->squared = arena_take(&e->arena, n, sizeof *e->squared);
    e->apart = arena_take(&e->arena, n, sizeof *e->apart);
    e->numbers = arena_take(&e->arena, n, sizeof *e->numbers);
}

static int number_to_show(int size, int count)
{
    int n = MOST_VALUES / size;
    n = n > MOST ? MOST : n < LEAST ? LEAST : n;
    return n < count ? n : count;
}

/* Keeps the nearest image that is not the real one itself. */
static void nearest_other(const void *context, const row_distances *r)
{
    const exhibit *e = context;
    nearest *b = &e->best[r->i];
    for (int k = 0; k < r->n; k++)
        if (r->squared[k] < b->squared && (uint32_t)(r->first + k) != e->numbers[r->i])
            *b = (nearest){ r->squared[k], r->first + k };
}

static void look(exhibit *e, generator *g, const dataset *d, int count)
{
    const points images = points_of_images(d, 0, count);
    const points samples = points_of(e->samples, e->n, e->size);
    generator_sample(g, 1, 0, e->n, e->samples);
    distances_nearest(&e->distances, &samples, &images, e->best, e->squared);
    for (int i = 0; i < e->n; i++) {
        uint32_t number = (uint32_t)e->best[i].index;
        dataset_batch(d, g->compute, &number, 1, e->near + (size_t)i * (size_t)e->size);
        e->numbers[i] = (uint32_t)((int64_t)i * count / e->n);
        e->best[i] = (nearest){ INFINITY, -1 };
    }
    dataset_batch(d, g->compute, e->numbers, e->n, e->real);
    const points real = points_of(e->real, e->n, e->size);
    distances_each(&e->distances, &real, &images, (distance_task){ nearest_other, e });
    for (int i = 0; i < e->n; i++)
        e->apart[i] =
            e->best[i].index < 0 ? NAN : points_distance(&real, i, &images, e->best[i].index);
}

static status add_picture(text *t, const char *key, const dataset *d, const float *sample)
{
    text png = { 0 };
    const grid g = { 1, 1, 0, d->channels, d->height, d->width };
    status s = grid_append_png(&png, &g, sample);
    if (s == STATUS_OK)
        encode_bytes(t, key, (const unsigned char *)png.data, png.length);
    text_free(&png);
    return s;
}

/* In pixels from 0 to 1, as gan eval states it. */
static void add_distance(text *t, double squared)
{
    encode_number(t, "distance", sqrt(squared) / 2);
}

static status add_exhibit(text *t, const exhibit *e, const dataset *d)
{
    status s = STATUS_OK;
    json_begin(t, "pairs", '[');
    for (int i = 0; i < e->n && s == STATUS_OK; i++) {
        size_t at = (size_t)i * (size_t)e->size;
        json_begin(t, NULL, '{');
        s = add_picture(t, "sample", d, e->samples + at);
        if (s == STATUS_OK)
            s = add_picture(t, "nearest", d, e->near + at);
        add_distance(t, e->squared[i]);
        json_end(t, '}');
    }
    json_end(t, ']');
    json_begin(t, "real", '[');
    for (int i = 0; i < e->n && s == STATUS_OK; i++) {
        json_begin(t, NULL, '{');
        s = add_picture(t, "png", d, e->real + (size_t)i * (size_t)e->size);
        add_distance(t, e->apart[i]);
        json_end(t, '}');
    }
    json_end(t, ']');
    return s;
}

/* NaN or infinite samples have no neighbours. */
static bool are_finite(const float *x, size_t n)
{
    while (n > 0 && isfinite(x[n - 1]))
        n--;
    return n == 0;
}

static status add_images(text *t, text *notes, generator *g, const dataset *d)
{
    exhibit e = { .size = dataset_sample_size(d) };
    int count = g->model.data.count;
    e.n = number_to_show(e.size, count);
    plan(&e, g->compute);
    status s = arena_open(&e.arena);
    if (s == STATUS_OK) {
        plan(&e, g->compute);
        look(&e, g, d, count);
    }
    if (s == STATUS_OK && !are_finite(e.samples, (size_t)e.n * (size_t)e.size)) {
        json_add(notes, NULL, "\"the samples are not finite: they have no nearest images\"");
    } else if (s == STATUS_OK) {
        json_begin(t, "training", '{');
        json_add_string(t, "data", d->path);
        json_add(t, "searched", "%d", count);
        s = add_exhibit(t, &e, d);
        json_end(t, '}');
    }
    arena_close(&e.arena);
    return s;
}

/* ---- points ---- */

static void add_points(text *t, const dataset *d)
{
    int shown = d->count < FIELD_POINTS ? d->count : FIELD_POINTS;
    int few = shown < POINTS ? shown : POINTS;
    json_begin(t, "training", '{');
    json_add_string(t, "data", d->path);
    encode_number(t, "reach", (double)field_reach((field_points){ d->points, shown }));
    encode_floats(t, "points", d->points, 2 * (size_t)few);
    json_end(t, '}');
}

status training_add(text *t, text *notes, generator *g, const char *folder,
                    const image_watch *watch)
{
    dataset d = { 0 };
    json_object saved = { 0 };
    status s = open_data(&d, &saved, g, folder, watch);
    if (s == STATUS_OK && d.points) {
        add_points(t, &d);
    } else if (s == STATUS_OK) {
        s = add_images(t, notes, g, &d);
    } else if (s != STATUS_MEMORY) {
        s = status_within(s, "training samples are left out");
        json_add_string(notes, NULL, status_message());
    }
    dataset_close(&d);
    json_free(&saved);
    return s == STATUS_MEMORY ? s : STATUS_OK;
}
