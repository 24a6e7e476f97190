/* eval/evaluator.c - the figures, in order. What each is, is in its own file.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/evaluator.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include <zlib.h>

#include "base/json.h"
#include "base/text.h"
#include "eval/copies.h"
#include "format/cache.h"

#include "base/banned.h"

enum { SEED = 1, MOST_HELD_BACK = 10000, HELD_BACK_SHARE = 6 };

static const figure_kind kinds[FIGURE_COUNT] = {
    [FIGURE_FID] = { "fid", "FID", "lower", 2 },
    [FIGURE_KID] = { "kid", "KID", "lower", 4 },
    [FIGURE_PRECISION] = { "precision", "precision (k = 3)", "higher", 3 },
    [FIGURE_RECALL] = { "recall", "recall (k = 3)", "higher", 3 },
    [FIGURE_DENSITY] = { "density", "density (k = 5)", "as real", 3 },
    [FIGURE_COVERAGE] = { "coverage", "coverage (k = 5)", "higher", 3 },
    [FIGURE_DIVERGENCE] = { "class_kl", "classes: KL to the data", "lower", 4 },
    [FIGURE_CLASSES] = { "classes_covered", "classes: covered", "higher", 0 },
    [FIGURE_CONFIDENCE] = { "confidence", "classifier's confidence", "as real", 3 },
    [FIGURE_DIVERSITY] = { "diversity", "diversity within a class", "as real", 3 },
    [FIGURE_NEAREST] = { "nearest_distance", "distance to training images", "as real", 3 },
    [FIGURE_COPIES] = { "near_copies", "share of near copies", "as real", 4 },
    [FIGURE_PARZEN] = { "parzen", "Parzen log-likelihood", "higher", 1 },
};

const figure_kind *figure_kind_of(figure f)
{
    return &kinds[f];
}

/* ---- opening ---- */

static int count_classes(const dataset *d)
{
    int classes = 0;
    for (int i = 0; d->labels && i < d->count; i++)
        classes = d->labels[i] >= classes ? d->labels[i] + 1 : classes;
    return classes;
}

status evaluator_open(evaluator *e, const dataset *train, const dataset *test, int most,
                      evaluator_use use)
{
    *e = (evaluator){ .train = train, .test = test, .use = use, .most = most };
    const dataset *const parts[] = { train, test };
    for (int i = 0; i < 2; i++)
        if (parts[i]->count < EVALUATOR_LEAST * (i == 0 ? 2 : 1))
            return status_fail(STATUS_USAGE, "%s: judging needs at least %d images, this has %d",
                               parts[i]->path, EVALUATOR_LEAST * (i == 0 ? 2 : 1), parts[i]->count);
    e->held_back = train->count / HELD_BACK_SHARE;
    e->held_back = e->held_back < MOST_HELD_BACK ? e->held_back : MOST_HELD_BACK;
    e->classes = count_classes(train);
    if (e->classes == 0)
        return STATUS_OK;
    return classifier_open(&e->classifier, dataset_sample_size(train), e->classes);
}

void evaluator_close(evaluator *e)
{
    if (e->classes > 0)
        classifier_close(&e->classifier);
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static void plan_pixels(evaluator *e, arena *a)
{
    int tests = e->test->count, most = larger(larger(e->most, tests), e->held_back);
    distances_plan(&e->distances, a, e->compute,
                   larger(dataset_sample_size(e->train), CLASSIFIER_FEATURES));
    parzen_plan(&e->parzen, a, &e->distances, most);
    e->best = arena_take(a, (size_t)most, sizeof *e->best);
    e->squared = arena_take(a, (size_t)most, sizeof *e->squared);
    e->order = arena_take(a, (size_t)most, sizeof *e->order);
    e->room = arena_take(a, (size_t)most, sizeof *e->room);
    e->test_squared = arena_take(a, (size_t)tests, sizeof *e->test_squared);
    e->log_likelihood = arena_take(a, (size_t)tests, sizeof *e->log_likelihood);
    resample_plan(&e->of_samples, a, e->most);
    resample_plan(&e->of_reals, a, tests);
}

static void plan_features(evaluator *e, arena *a)
{
    int tests = e->test->count;
    classifier_plan(&e->classifier, a, e->compute, e->train->count);
    labelled_plan(&e->reals, a, tests, CLASSIFIER_FEATURES);
    labelled_plan(&e->samples, a, e->most, CLASSIFIER_FEATURES);
    fid_plan(&e->fid, a, CLASSIFIER_FEATURES);
    if (e->use == EVALUATE_QUICK)
        return;
    kid_plan(&e->kid, a, e->compute);
    manifold_plan(&e->real_balls, a, tests);
    manifold_plan(&e->sample_balls, a, e->most);
    manifold_figures_plan(&e->inside, a, e->most, tests);
}

void evaluator_plan(evaluator *e, arena *a, const compute *c)
{
    e->compute = c;
    if (e->classes > 0)
        plan_features(e, a);
    if (e->use == EVALUATE_ALL)
        plan_pixels(e, a);
}

/* ---- what follows from the data alone ---- */

static void give_notice(const evaluator_watch *w, const char *what)
{
    text t = { 0 };
    text_add(&t, "%s; %s", status_message(), what);
    if (w->notice && !t.failed)
        w->notice(w->context, t.data);
    text_free(&t);
}

/* Reads the entry, or makes it and keeps it. */
typedef struct making {
    evaluator *e;
    const evaluator_watch *watch;
    status (*make)(evaluator *e, const evaluator_watch *w);
} making;

static status read_or_make(const making *m, const cache_entry *entry)
{
    status s = cache_read(entry);
    if (s == STATUS_OK)
        return STATUS_OK;
    if (s != STATUS_IO)
        give_notice(m->watch, "it is made again");
    TRY(m->make(m->e, m->watch));
    if (cache_write(entry) != STATUS_OK)
        give_notice(m->watch, "what was computed from the data is not kept");
    return STATUS_OK;
}

static status train(evaluator *e, const evaluator_watch *w)
{
    return classifier_train(&e->classifier, e->train, w->epoch, w->context);
}

enum { MOST_TENSORS = 16 };

static status get_classifier(evaluator *e, const evaluator_watch *w)
{
    const net *n = &e->classifier.net;
    char file[64], names[MOST_TENSORS][TENSOR_NAME_SIZE];
    cache_tensor tensors[MOST_TENSORS];
    uint32_t labels = (uint32_t)crc32_z(0, e->train->labels, (size_t)e->train->count);
    text metadata = { 0 };
    for (int i = 0; i < n->tensor_count; i++) {
        const tensor *t = &n->tensors[i];
        tensor_name(t, names[i]);
        tensors[i] = (cache_tensor){ names[i], t->shape.sizes[1] > 0 ? t->shape.sizes[0] : 0,
                                     t->shape.sizes[1] > 0 ? t->shape.sizes[1] : t->shape.sizes[0],
                                     n->params + t->offset, CACHE_F32 };
    }
    snprintf(file, sizeof file, "classifier-%08" PRIx32 "-%08" PRIx32 ".safetensors",
             e->train->fingerprint, labels);
    json_add(&metadata, "format", "\"gan classifier %d\"", CLASSIFIER_PROCEDURE);
    json_add_string(&metadata, "spec", n->spec);
    json_add(&metadata, "data_crc32", "\"%08" PRIx32 "\"", e->train->fingerprint);
    json_add(&metadata, "labels_crc32", "\"%08" PRIx32 "\"", labels);
    cache_entry entry = { file, metadata.data, tensors, (size_t)n->tensor_count };
    making m = { e, w, train };
    status s = text_check(&metadata);
    if (s == STATUS_OK)
        s = read_or_make(&m, &entry);
    text_free(&metadata);
    return s;
}

static status measure_tests(evaluator *e, const evaluator_watch *w)
{
    points tests = points_of_images(e->test, 0, e->test->count);
    points all = points_of_images(e->train, 0, e->train->count);
    (void)w;
    distances_nearest(&e->distances, &tests, &all, e->best, e->squared);
    for (int i = 0; i < tests.count; i++)
        e->test_squared[i] = (float)e->squared[i];
    return STATUS_OK;
}

/* The distances of the test images to the training images: half of the work for all figures. */
static status get_distances(evaluator *e, const evaluator_watch *w)
{
    char file[64];
    text metadata = { 0 };
    cache_tensor squared = { "squared_distance", 0, e->test->count, e->test_squared, CACHE_F32 };
    snprintf(file, sizeof file, "nearest-%08" PRIx32 "-%08" PRIx32 ".safetensors",
             e->train->fingerprint, e->test->fingerprint);
    json_add_string(&metadata, "format", "gan nearest 1");
    json_add(&metadata, "train_crc32", "\"%08" PRIx32 "\"", e->train->fingerprint);
    json_add(&metadata, "test_crc32", "\"%08" PRIx32 "\"", e->test->fingerprint);
    cache_entry entry = { file, metadata.data, &squared, 1 };
    making m = { e, w, measure_tests };
    status s = text_check(&metadata);
    if (s == STATUS_OK)
        s = read_or_make(&m, &entry);
    text_free(&metadata);
    return s;
}

static void set_reference(evaluator *e)
{
    points tests = points_of_images(e->test, 0, e->test->count);
    class_reference *r = &e->reference;
    *r = (class_reference){ .classes = e->classes };
    classifier_apply(&e->classifier, &tests, &e->reals);
    for (int i = 0; i < e->train->count; i++)
        r->shares[e->train->labels[i]] += 1;
    for (int c = 0; c < e->classes; c++)
        r->shares[c] /= e->train->count;
    class_spread(&e->reals, e->classes, NULL, r->spread);
    int right = 0;
    for (int i = 0; e->test->labels && i < tests.count; i++)
        right += e->reals.labels[i] == e->test->labels[i];
    e->accuracy = (double)right / tests.count;
    fid_set(&e->fid, tests.count, e->reals.features);
    if (e->use == EVALUATE_ALL)
        manifold_set(&e->real_balls, &e->distances,
                     points_of(e->reals.features, tests.count, CLASSIFIER_FEATURES));
}

static void set_test_distances(evaluator *e)
{
    int n = e->test->count;
    for (int i = 0; i < n; i++)
        e->squared[i] = (double)e->test_squared[i];
    copies_order(e->squared, n, e->order, e->room);
    e->test_near = copies_near(e->squared, n, e->order);
    copies_context x = { e->squared, e->order, e->test_near };
    e->test_median = copies_median(&x, n, NULL);
}

status evaluator_prepare(evaluator *e, const evaluator_watch *watch)
{
    if (e->classes > 0) {
        TRY(get_classifier(e, watch));
        set_reference(e);
    }
    if (e->use == EVALUATE_ALL) {
        TRY(get_distances(e, watch));
        set_test_distances(e);
        resample_draw(&e->of_reals, e->compute, SEED, e->test->count);
    }
    return STATUS_OK;
}

/* ---- judging ---- */

static void set(sample_report *r, figure f, estimate value)
{
    r->has[f] = true;
    r->figures[f] = value;
}

static void run_classes(evaluator *e, const resamplings *s, sample_report *r)
{
    const struct {
        figure figure;
        resampled function;
    } rows[] = {
        { FIGURE_DIVERGENCE, class_divergence },
        { FIGURE_CLASSES, class_covered },
        { FIGURE_DIVERSITY, class_diversity },
    };
    class_context x = { &e->samples, &e->reference };
    int n = e->samples.count;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        set(r, rows[i].figure,
            s ? resample_estimate(s, e->compute, rows[i].function, &x)
              : (estimate){ .value = rows[i].function(&x, n, NULL) });
    set(r, FIGURE_CONFIDENCE,
        s ? resample_estimate(s, e->compute, resample_mean, e->samples.confidence)
          : (estimate){ .value = resample_mean(e->samples.confidence, n, NULL) });
    class_counts(&e->samples, e->classes, NULL, r->histogram);
    class_spread(&e->samples, e->classes, NULL, r->diversity);
    for (int c = 0; c < e->classes; c++)
        r->diversity[c] = e->reference.spread[c] > 0 ? r->diversity[c] / e->reference.spread[c] : 0;
}

static void run_manifold(evaluator *e, sample_report *r)
{
    const struct {
        figure figure;
        const resamplings *of;
        const double *each;
    } rows[] = {
        { FIGURE_PRECISION, &e->of_samples, e->inside.precision },
        { FIGURE_DENSITY, &e->of_samples, e->inside.density },
        { FIGURE_RECALL, &e->of_reals, e->inside.recall },
        { FIGURE_COVERAGE, &e->of_reals, e->inside.coverage },
    };
    manifold_set(&e->sample_balls, &e->distances,
                 points_of(e->samples.features, e->samples.count, CLASSIFIER_FEATURES));
    manifold_compare(&e->sample_balls, &e->real_balls, &e->distances, &e->inside);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        set(r, rows[i].figure,
            resample_estimate(rows[i].of, e->compute, resample_mean, rows[i].each));
}

static void run_features(evaluator *e, points samples, const resamplings *s, sample_report *r)
{
    classifier_apply(&e->classifier, &samples, &e->samples);
    set(r, FIGURE_FID, fid_estimate(&e->fid, e->compute, s, samples.count, e->samples.features));
    run_classes(e, s, r);
    if (e->use == EVALUATE_QUICK)
        return;
    set(r, FIGURE_KID,
        kid_estimate(&e->kid, CLASSIFIER_FEATURES, samples.count, e->samples.features,
                     e->test->count, e->reals.features));
    run_manifold(e, r);
}

static void run_parzen(evaluator *e, points samples, sample_report *r)
{
    points test = points_of_images(e->test, 0, e->test->count);
    points held_back = points_of_images(e->train, e->train->count - e->held_back, e->held_back);
    double mean, squares = 0;
    r->sigma = parzen_run(&e->parzen, &samples, &held_back, &test, e->log_likelihood);
    mean = resample_mean(e->log_likelihood, test.count, NULL);
    for (int i = 0; i < test.count; i++)
        squares += (e->log_likelihood[i] - mean) * (e->log_likelihood[i] - mean);
    set(r, FIGURE_PARZEN, (estimate){ mean, sqrt(squares / (test.count - 1)) / sqrt(test.count) });
}

static void run_copies(evaluator *e, int n, const resamplings *s, sample_report *r)
{
    copies_order(e->squared, n, e->order, e->room);
    copies_context x = { e->squared, e->order, e->test_near };
    set(r, FIGURE_NEAREST, resample_estimate(s, e->compute, copies_median, &x));
    set(r, FIGURE_COPIES, resample_estimate(s, e->compute, copies_share, &x));
}

/* Pixels go from -1 to 1. A generator may overshoot; samples far beyond cannot be judged. */
static const float most_pixel = 1e6f;

static status check_pixels(const points *p)
{
    for (ptrdiff_t i = 0; p->data && i < (ptrdiff_t)p->count * p->size; i++)
        if (!(fabsf(p->data[i]) <= most_pixel))
            return status_fail(STATUS_NONFINITE,
                               "sample %td: expected pixels from -1 to 1, got %g: there is nothing "
                               "to judge",
                               i / p->size, (double)p->data[i]);
    return STATUS_OK;
}

status evaluator_run(evaluator *e, points samples, sample_report *r)
{
    const resamplings *s = e->use == EVALUATE_ALL ? &e->of_samples : NULL;
    *r = (sample_report){ .count = samples.count };
    TRY(check_pixels(&samples));
    if (s)
        resample_draw(&e->of_samples, e->compute, SEED, samples.count);
    if (e->classes > 0)
        run_features(e, samples, s, r);
    if (e->use == EVALUATE_QUICK)
        return STATUS_OK;
    run_parzen(e, samples, r);
    if (samples.images == e->train) {
        for (int i = 0; i < e->test->count; i++)
            e->squared[i] = (double)e->test_squared[i];
        run_copies(e, e->test->count, &e->of_reals, r);
    } else {
        points all = points_of_images(e->train, 0, e->train->count);
        distances_nearest(&e->distances, &samples, &all, e->best, e->squared);
        run_copies(e, samples.count, s, r);
    }
    return STATUS_OK;
}

status evaluator_floor(evaluator *e, int count, sample_report *r)
{
    int most = e->train->count - e->held_back;
    return evaluator_run(e, points_of_images(e->train, 0, count < most ? count : most), r);
}

/* Replaces each neighbour by a nearer image of this set. */
static void take_nearer(evaluator *e, const points *samples, const dataset *images, int first,
                        neighbour *out)
{
    points all = points_of_images(images, 0, images->count);
    distances_nearest(&e->distances, samples, &all, e->best, e->squared);
    for (int i = 0; i < samples->count; i++)
        if (e->squared[i] < out[i].squared)
            out[i] = (neighbour){ first + e->best[i].index, e->squared[i] };
}

void evaluator_neighbours(evaluator *e, points samples, neighbour *out)
{
    for (int i = 0; i < samples.count; i++)
        out[i] = (neighbour){ 0, INFINITY };
    take_nearer(e, &samples, e->train, 0, out);
    if (e->test->is_held_out)
        take_nearer(e, &samples, e->test, e->train->count, out);
}
