/* eval/evaluator.c - the figures, in order. What each is, is in its own file; how it is shown, in
 * figures.c.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/evaluator.h"

#include <math.h>

#include "eval/copies.h"
#include "eval/evaluator_parts.h"
#include "eval/order.h"

#include "base/banned.h"

enum { SEED = 1, MOST_HELD_BACK = 10000, HELD_BACK_SHARE = 6 };

/* ---- opening ---- */

static int count_classes(const dataset *d)
{
    int classes = 0;
    for (int i = 0; d->labels && i < d->count; i++)
        classes = d->labels[i] >= classes ? d->labels[i] + 1 : classes;
    return classes;
}

/* Images of each part for the figures of pixels, and for those of features as well. */
typedef struct part_sizes {
    int train, test;
} part_sizes;
static const part_sizes for_pixels = { 8, 2 };
static const part_sizes for_features = { EVALUATOR_LEAST_TRAIN, EVALUATOR_LEAST_TEST };

/* Images without a test part are counted together, as whoever has them counts them. */
static status check_parts(const dataset *train, const dataset *test, part_sizes least,
                          const char *what)
{
    bool whole = test->is_held_out;
    int all = train->count + test->count;
    if (train->count >= least.train && test->count >= least.test)
        return STATUS_OK;
    if (whole)
        return status_fail(
            STATUS_USAGE,
            "%s: %s at least %d images, of which a fifth is held out for comparison, "
            "got %d",
            train->path, what, EVALUATOR_HELD_OUT * least.test, all);
    return status_fail(STATUS_USAGE, "%s: %s at least %d %s images, got %d",
                       train->count < least.train ? train->path : test->path, what,
                       train->count < least.train ? least.train : least.test,
                       train->count < least.train ? "training" : "test",
                       train->count < least.train ? train->count : test->count);
}

static status open_classifier(evaluator *e, judge_kind judge)
{
    const dataset *d = e->train;
    if (judge == JUDGE_LABELS && !d->labels)
        return status_fail(STATUS_USAGE,
                           "--judge labels: %s has no labels; without the option the classifier "
                           "learns turns",
                           d->path);
    if (d->count < for_features.train || e->test->count < for_features.test) {
        e->judge = JUDGE_NOBODY;
        return STATUS_OK;
    }
    e->judge = judge == JUDGE_TURNS || !d->labels ? JUDGE_TURNS : JUDGE_LABELS;
    if (e->judge == JUDGE_TURNS)
        return classifier_open_turns(&e->classifier, d->channels, d->height, d->width);
    e->classes = count_classes(d);
    return classifier_open(&e->classifier, dataset_sample_size(d), e->classes);
}

status evaluator_open(evaluator *e, const dataset *train, const dataset *test, int most,
                      evaluator_use use)
{
    return evaluator_open_by(e, train, test, most, use, JUDGE_AUTO);
}

status evaluator_open_by(evaluator *e, const dataset *train, const dataset *test, int most,
                         evaluator_use use, judge_kind judge)
{
    *e = (evaluator){ .train = train, .test = test, .use = use, .most = most };
    if (use == EVALUATE_QUICK)
        TRY(check_parts(train, test, for_features, "FID needs"));
    TRY(check_parts(train, test, for_pixels, "judging needs"));
    e->held_back = train->count / HELD_BACK_SHARE;
    e->held_back = e->held_back < MOST_HELD_BACK ? e->held_back : MOST_HELD_BACK;
    return open_classifier(e, judge);
}

static bool has_classifier(const evaluator *e)
{
    return e->judge == JUDGE_LABELS || e->judge == JUDGE_TURNS;
}

void evaluator_close(evaluator *e)
{
    if (has_classifier(e))
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
    e->others = arena_take(a, (size_t)most, sizeof *e->others);
    e->shuffled = arena_take(a, (size_t)e->train->count, sizeof *e->shuffled);
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
    kid_plan(&e->kid, a, e->compute, CLASSIFIER_FEATURES, e->most, tests);
    manifold_plan(&e->real_balls, a, tests);
    manifold_plan(&e->sample_balls, a, e->most);
    manifold_figures_plan(&e->inside, a, e->most, tests);
}

void evaluator_plan(evaluator *e, arena *a, const compute *c)
{
    e->compute = c;
    if (has_classifier(e))
        plan_features(e, a);
    if (e->use == EVALUATE_ALL)
        plan_pixels(e, a);
}

/* ---- what follows from the data alone ---- */

static double accuracy_of(evaluator *e)
{
    int right = 0;
    if (e->judge == JUDGE_TURNS)
        return classifier_turns_found(&e->classifier, e->test);
    for (int i = 0; e->test->labels && i < e->test->count; i++)
        right += e->reals.labels[i] == e->test->labels[i];
    return (double)right / e->test->count;
}

/* To a classifier of turns, all samples are of one class. */
static void set_reference(evaluator *e)
{
    points tests = points_of_images(e->test, 0, e->test->count);
    class_reference *r = &e->reference;
    *r = (class_reference){ .classes = e->judge == JUDGE_TURNS ? 1 : e->classes };
    classifier_apply(&e->classifier, &tests, &e->reals);
    for (int i = 0; i < e->train->count; i++)
        r->shares[e->judge == JUDGE_TURNS ? 0 : e->train->labels[i]] += 1;
    for (int c = 0; c < r->classes; c++)
        r->shares[c] /= e->train->count;
    class_spread(&e->reals, r->classes, NULL, r->spread);
    e->accuracy = accuracy_of(e);
    fid_set(&e->fid, tests.count, e->reals.features);
    if (e->use == EVALUATE_ALL)
        manifold_set(&e->real_balls, &e->distances,
                     points_of(e->reals.features, tests.count, CLASSIFIER_FEATURES));
}

static void set_test_distances(evaluator *e)
{
    int n = e->test->count;
    evaluator_take_tests(e);
    copies_order(e->squared, n, e->order, e->room);
    e->test_near = copies_near(e->squared, n, e->order);
    copies_context x = { e->squared, e->order, e->test_near };
    e->test_median = copies_median(&x, n, NULL);
}

status evaluator_prepare(evaluator *e, const evaluator_watch *watch)
{
    if (has_classifier(e)) {
        TRY(evaluator_get_classifier(e, watch));
        set_reference(e);
    }
    if (e->use == EVALUATE_ALL) {
        TRY(evaluator_get_distances(e, watch));
        set_test_distances(e);
        order_shuffle(ORDER_TRAINING_IMAGES, e->train->count, e->shuffled);
        resample_draw(&e->of_reals, e->compute, SEED, e->test->count);
    }
    return STATUS_OK;
}

/* ---- distances to what the generator has seen ---- */

void evaluator_take_tests(evaluator *e)
{
    for (int i = 0; i < e->test->count; i++)
        e->squared[i] = (double)e->test_squared[i];
}

/* Replaces each distance by that to the test images, if the generator has seen them too and one is
 * nearer. */
static void take_held_out(evaluator *e, int n)
{
    for (int i = 0; i < n && e->test->is_held_out; i++)
        e->squared[i] = e->others[i] < e->squared[i] ? e->others[i] : e->squared[i];
}

void evaluator_measure_tests(evaluator *e)
{
    points tests = points_of_images(e->test, 0, e->test->count);
    points all = points_of_images(e->train, 0, e->train->count);
    distances_nearest(&e->distances, &tests, &all, e->best, e->squared);
    if (e->test->is_held_out)
        distances_nearest_other(&e->distances, &tests, e->best, e->others);
    take_held_out(e, tests.count);
    for (int i = 0; i < tests.count; i++)
        e->test_squared[i] = (float)e->squared[i];
}

static void measure_samples(evaluator *e, points samples)
{
    points tests = points_of_images(e->test, 0, e->test->count);
    points all = points_of_images(e->train, 0, e->train->count);
    distances_nearest(&e->distances, &samples, &all, e->best, e->squared);
    if (e->test->is_held_out)
        distances_nearest(&e->distances, &samples, &tests, e->best, e->others);
    take_held_out(e, samples.count);
}

/* ---- judging ---- */

static void set(sample_report *r, figure f, estimate value)
{
    r->has[f] = true;
    r->figures[f] = value;
}

static void run_classes(evaluator *e, const resamplings *s, sample_report *r)
{
    const class_context x = { &e->samples, &e->reference };
    const struct {
        figure figure;
        resampled function;
        const void *context;
    } rows[] = {
        { FIGURE_DIVERGENCE, class_divergence, &x },
        { FIGURE_CLASSES, class_covered, &x },
        { FIGURE_DIVERSITY, class_diversity, &x },
        { FIGURE_CONFIDENCE, resample_mean, e->samples.confidence },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (evaluator_has(e, rows[i].figure))
            set(r, rows[i].figure,
                s ? resample_estimate(s, e->compute, rows[i].function, rows[i].context)
                  : (estimate){ .value =
                                    rows[i].function(rows[i].context, e->samples.count, NULL) });
    class_counts(&e->samples, e->classes, NULL, r->histogram);
    class_spread(&e->samples, e->classes, NULL, r->diversity);
    for (int c = 0; c < e->classes; c++)
        r->diversity[c] = e->reference.spread[c] > 0 ? r->diversity[c] / e->reference.spread[c] : 0;
}

static void run_manifold(evaluator *e, const resamplings *s, sample_report *r)
{
    const struct {
        figure figure;
        const resamplings *of; /* samples, or test images */
        int n;
        const double *each;
    } rows[] = {
        { FIGURE_PRECISION, s, e->samples.count, e->inside.precision },
        { FIGURE_DENSITY, s, e->samples.count, e->inside.density },
        { FIGURE_RECALL, &e->of_reals, e->test->count, e->inside.recall },
        { FIGURE_COVERAGE, &e->of_reals, e->test->count, e->inside.coverage },
    };
    manifold_set(&e->sample_balls, &e->distances,
                 points_of(e->samples.features, e->samples.count, CLASSIFIER_FEATURES));
    manifold_compare(&e->sample_balls, &e->real_balls, &e->distances, &e->inside);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        set(r, rows[i].figure,
            s ? resample_estimate(rows[i].of, e->compute, resample_mean, rows[i].each)
              : (estimate){ .value = resample_mean(rows[i].each, rows[i].n, NULL) });
}

static void run_features(evaluator *e, points samples, const resamplings *s, sample_report *r)
{
    classifier_apply(&e->classifier, &samples, &e->samples);
    set(r, FIGURE_FID, fid_estimate(&e->fid, e->compute, s, samples.count, e->samples.features));
    run_classes(e, s, r);
    if (e->use == EVALUATE_QUICK)
        return;
    set(r, FIGURE_KID,
        kid_estimate(&e->kid, samples.count, e->samples.features, e->test->count,
                     e->reals.features));
    run_manifold(e, s, r);
}

static void run_parzen(evaluator *e, points samples, sample_report *r)
{
    points test = points_of_images(e->test, 0, e->test->count);
    points held_back =
        points_of_order(e->train, e->shuffled, e->train->count - e->held_back, e->held_back);
    double mean, squares = 0;
    r->sigma = parzen_run(&e->parzen, &samples, &held_back, &test, e->log_likelihood);
    mean = resample_mean(e->log_likelihood, test.count, NULL);
    for (int i = 0; i < test.count; i++)
        squares += (e->log_likelihood[i] - mean) * (e->log_likelihood[i] - mean);
    set(r, FIGURE_PARZEN, (estimate){ mean, sqrt(squares / (test.count - 1)) / sqrt(test.count) });
}

void evaluator_run_copies(evaluator *e, int n, const resamplings *s, sample_report *r)
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

void evaluator_judge(evaluator *e, points samples, const resamplings *s, sample_report *r)
{
    *r = (sample_report){ .count = samples.count, .sets = 1 };
    if (s)
        resample_draw(&e->of_samples, e->compute, SEED, samples.count);
    if (has_classifier(e))
        run_features(e, samples, s, r);
    if (e->use == EVALUATE_ALL)
        run_parzen(e, samples, r);
}

status evaluator_run(evaluator *e, points samples, sample_report *r)
{
    const resamplings *s = e->use == EVALUATE_ALL ? &e->of_samples : NULL;
    TRY(check_pixels(&samples));
    evaluator_judge(e, samples, s, r);
    if (e->use == EVALUATE_QUICK)
        return STATUS_OK;
    measure_samples(e, samples);
    evaluator_run_copies(e, samples.count, s, r);
    return STATUS_OK;
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
