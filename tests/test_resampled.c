/* tests/test_resampled.c - a figure of samples that are counted so many times is that of a set in
 * which they are there so many times.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "eval/classes.h"
#include "eval/fid.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { N = 90, F = 3, CLASSES = 5 };

typedef struct samples {
    float features[N * F];
    unsigned char labels[N];
} samples;

/* The last of the classes has none. */
static void make(samples *s)
{
    for (int i = 0; i < N; i++) {
        fill(s->features + (ptrdiff_t)i * F, F, i);
        s->labels[i] = (unsigned char)(i * i % 11 % (CLASSES - 1));
        s->features[i * F] += (float)s->labels[i];
    }
}

static void repeat(const samples *from, const uint16_t *counts, samples *to)
{
    int n = 0;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < counts[i]; k++, n++) {
            memcpy(to->features + (ptrdiff_t)n * F, from->features + (ptrdiff_t)i * F,
                   F * sizeof(float));
            to->labels[n] = from->labels[i];
        }
    assert_int_equal(n, N);
}

/* What a test needs, and samples that were drawn. */
typedef struct drawing {
    bench bench;
    resamplings draws;
    fid_reference fid;
    samples all;
} drawing;

static void open_drawing(drawing *d)
{
    float reference[N * F];
    bench_open(&d->bench, NULL, 2);
    for (int i = 0; i < 2; i++) {
        resample_plan(&d->draws, &d->bench.arena, N);
        fid_plan(&d->fid, &d->bench.arena, F);
        assert_ok(i == 0 ? arena_open(&d->bench.arena) : STATUS_OK);
    }
    resample_draw(&d->draws, &d->bench.compute, 5, N);
    for (int i = 0; i < N; i++)
        fill(reference + (ptrdiff_t)i * F, F, 1000 + i);
    fid_set(&d->fid, N, reference);
    make(&d->all);
}

static void figures_of_classes_count_each_sample_so_many_times(void **state)
{
    (void)state;
    static const resampled figures[] = { class_divergence, class_covered, class_diversity };
    drawing d;
    open_drawing(&d);
    class_reference r = { .classes = CLASSES };
    for (int c = 0; c < CLASSES; c++) {
        r.shares[c] = (c + 1) / 15.0;
        r.spread[c] = 1 + c;
    }
    labelled l = { .count = N, .size = F, .features = d.all.features, .labels = d.all.labels };
    for (int i = 0; i < RESAMPLINGS; i++) {
        static samples repeated;
        const uint16_t *counts = resample_counts(&d.draws, i);
        repeat(&d.all, counts, &repeated);
        labelled same = {
            .count = N, .size = F, .features = repeated.features, .labels = repeated.labels
        };
        class_context counted = { &l, &r }, there = { &same, &r };
        for (size_t k = 0; k < sizeof figures / sizeof *figures; k++)
            assert_near(figures[k](&counted, N, counts), figures[k](&there, N, NULL), 1e-12);
    }
    bench_close(&d.bench);
}

static void the_spread_of_fid_is_that_of_the_sets_that_were_drawn(void **state)
{
    (void)state;
    drawing d;
    double values[RESAMPLINGS], mean = 0, squares = 0;
    open_drawing(&d);
    for (int i = 0; i < RESAMPLINGS; i++) {
        static samples repeated;
        repeat(&d.all, resample_counts(&d.draws, i), &repeated);
        values[i] = fid_estimate(&d.fid, &d.bench.compute, NULL, N, repeated.features).value;
        mean += values[i] / RESAMPLINGS;
    }
    for (int i = 0; i < RESAMPLINGS; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    estimate e = fid_estimate(&d.fid, &d.bench.compute, &d.draws, N, d.all.features);
    estimate once = fid_estimate(&d.fid, &d.bench.compute, NULL, N, d.all.features);
    assert_near(e.value, once.value, 0);
    assert_near(e.spread, sqrt(squares / (RESAMPLINGS - 1)), 1e-9);
    bench_close(&d.bench);
}

static void a_mean_counts_each_number_so_many_times(void **state)
{
    (void)state;
    static const double x[] = { 1, 10, 100, 1000 };
    static const uint16_t counts[] = { 0, 3, 0, 1 };
    assert_near(resample_mean(x, 4, counts), 1030 / 4.0, 1e-12);
    assert_near(resample_mean(x, 4, NULL), 1111 / 4.0, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_of_classes_count_each_sample_so_many_times),
        cmocka_unit_test(the_spread_of_fid_is_that_of_the_sets_that_were_drawn),
        cmocka_unit_test(a_mean_counts_each_number_so_many_times),
    };
    return cmocka_run_group_tests_name("resampled", tests, NULL, NULL);
}
