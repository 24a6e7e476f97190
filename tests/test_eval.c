/* tests/test_eval.c - the figures of gan eval for cases with known answers.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "eval/classes.h"
#include "eval/copies.h"
#include "eval/eigen.h"
#include "eval/fid.h"
#include "eval/kid.h"
#include "eval/logarithm.h"
#include "eval/manifold.h"
#include "eval/order.h"
#include "eval/parzen.h"
#include "eval/softmax.h"

#include "support/eval_bench.h"

#include "base/banned.h"

/* ---- arithmetic ---- */

static void natural_log_is_that_of_the_library(void **state)
{
    (void)state;
    const double xs[] = { 1e-300, 1e-5,  0.5,  0.70710678118654752, 0.999999, 1, 1.0000001, 1.5,
                          2,      10000, 1e300 };
    for (size_t i = 0; i < sizeof xs / sizeof *xs; i++)
        assert_near(natural_log(xs[i]), log(xs[i]), 4e-16 * fmax(fabs(log(xs[i])), 1e-7));
}

/* The second difference matrix: 2 on the diagonal, -1 beside it. */
static void second_differences(int n, double *a)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            a[i * n + j] = i == j ? 2 : abs(i - j) == 1 ? -1 : 0;
}

static void eigenvalues_of_second_differences_are_known(void **state)
{
    (void)state;
    enum { N = 20 };
    double a[N * N];
    second_differences(N, a);
    eigen_symmetric(N, a, NULL);
    for (int k = 1; k <= N; k++) {
        double expected = 2 - 2 * cos(k * 3.14159265358979323846 / (N + 1)), off = 1;
        for (int i = 0; i < N; i++)
            off = fmin(off, fabs(a[i * N + i] - expected));
        assert_near(off, 0, 1e-13);
    }
}

static void the_root_times_itself_is_the_matrix(void **state)
{
    (void)state;
    enum { N = 9 };
    double a[N * N], kept[N * N], vectors[N * N], root[N * N];
    second_differences(N, a);
    memcpy(kept, a, sizeof a);
    eigen_root(N, a, vectors, root);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++)
                sum += root[i * N + k] * root[k * N + j];
            assert_near(sum, kept[i * N + j], 1e-13);
            assert_near(root[i * N + j], root[j * N + i], 1e-15);
        }
}

static void softmax_gradient_is_p_minus_the_label(void **state)
{
    (void)state;
    float logit[6] = { 0, 0, 0, 1, 2, 3 }, d[6], confidence;
    const unsigned char labels[2] = { 1, 2 };
    const double e[3] = { exp(-2), exp(-1), 1 };
    const kernels *k = kernels_usable(0);
    assert_int_equal(softmax_gradient(k, const_view_of(logit, 2, 3), labels, view_of(d, 2, 3)), 1);
    for (int c = 0; c < 3; c++) {
        assert_near((double)d[c], (1.0 / 3 - (c == 1)) / 2, 1e-7);
        assert_near((double)d[3 + c], (e[c] / (e[0] + e[1] + e[2]) - (c == 2)) / 2, 1e-7);
    }
    assert_int_equal(softmax_class(k, 3, logit + 3, &confidence), 2);
    assert_near((double)confidence, 1 / (e[0] + e[1] + e[2]), 1e-7);
}

/* ---- distances ---- */

enum { MANY_X = DISTANCE_ROWS + 5, MANY_Y = DISTANCE_COLS + 7, SIZE = 21 };

typedef struct cloud {
    float x[MANY_X * SIZE], y[MANY_Y * SIZE];
    nearest best[MANY_X];
    double squared[MANY_X];
} cloud;

static void nearest_points_are_found_in_every_block_by_any_threads(void **state)
{
    (void)state;
    static cloud c;
    double first[MANY_X];
    for (int i = 0; i < MANY_X; i++)
        fill(c.x + i * SIZE, SIZE, i);
    for (int j = 0; j < MANY_Y; j++)
        fill(c.y + j * SIZE, SIZE, 5000 + j);
    /* A copy in the last block, and one in the first. */
    memcpy(c.y + (MANY_Y - 1) * SIZE, c.x, SIZE * sizeof(float));
    memcpy(c.y, c.x + (MANY_X - 1) * SIZE, SIZE * sizeof(float));
    for (int run = 0; kernels_usable(run / 2); run++) {
        bench b;
        distances d;
        bench_open(&b, kernels_usable(run / 2)->name, 1 + 2 * (run % 2));
        for (int i = 0; i < 2; i++) {
            distances_plan(&d, &b.arena, &b.compute, SIZE);
            assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
        }
        points x = points_of(c.x, MANY_X, SIZE), y = points_of(c.y, MANY_Y, SIZE);
        distances_nearest(&d, &x, &y, c.best, c.squared);
        if (run == 0)
            memcpy(first, c.squared, sizeof first);
        assert_memory_equal(first, c.squared, sizeof first);
        bench_close(&b);
    }
    assert_true(first[0] == 0 && first[MANY_X - 1] == 0);
    for (int i = 0; i < MANY_X; i++) {
        points x = points_of(c.x, MANY_X, SIZE), y = points_of(c.y, MANY_Y, SIZE);
        double least = INFINITY;
        for (int j = 0; j < MANY_Y; j++)
            least = fmin(least, points_distance(&x, i, &y, j));
        assert_near(first[i], least, 1e-5 * least);
    }
}

static void medians_and_shares_are_of_the_distances(void **state)
{
    (void)state;
    const double squared[5] = { 16, 4, 0, 36, 4 };
    int order[5], room[5];
    const int expected[5] = { 2, 1, 4, 0, 3 };
    copies_order(squared, 5, order, room);
    assert_memory_equal(order, expected, sizeof order);
    const copies_context x = { squared, order, 4 };
    assert_near(copies_median(&x, 5, NULL), 1, 0); /* half of sqrt 4 */
    assert_near(copies_share(&x, 5, NULL), 0.6, 1e-15);
    const uint16_t counts[5] = { 2, 0, 0, 3, 0 };
    assert_near(copies_median(&x, 5, counts), 3, 0);
    assert_near(copies_near(squared, 5, order), 0, 0);
}

/* ---- FID and KID ---- */

/* 2 F points with the mean m and the covariance diag(s^2): pairs m +- a e_k, where 2 a^2 divided by
 * n - 1 = 2F - 1 is s^2. */
static void axes(int F, const double *m, const double *s, float *x)
{
    for (int i = 0; i < 2 * F; i++)
        for (int k = 0; k < F; k++) {
            double a = s[k] * sqrt((2 * F - 1) / 2.0);
            x[i * F + k] = (float)(m[k] + (i / 2 != k ? 0 : i % 2 == 0 ? a : -a));
        }
}

static double fid_of(int F, int n, const float *x, const float *y)
{
    bench b;
    fid_reference r;
    bench_open(&b, NULL, 2);
    for (int i = 0; i < 2; i++) {
        fid_plan(&r, &b.arena, F);
        assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
    }
    fid_set(&r, n, y);
    double value = fid_estimate(&r, &b.compute, NULL, n, x).value;
    bench_close(&b);
    return value;
}

static void fid_of_gaussians_on_the_axes_is_closed(void **state)
{
    (void)state;
    enum { F = 4 };
    const double m1[F] = { 1, 2, 3, 4 }, s1[F] = { 1, 2, 3, 0 };
    const double m2[F] = { 1, 0, 3, 5 }, s2[F] = { 4, 2, 0.5, 0 };
    float x[2 * F * F], y[2 * F * F];
    axes(F, m1, s1, x);
    axes(F, m2, s2, y);
    double expected = 4 + 1 + 9 + 6.25; /* from the means, then from the deviations */
    assert_near(fid_of(F, 2 * F, x, y), expected, 1e-5);
    assert_near(fid_of(F, 2 * F, y, x), expected, 1e-5);
}

/* In two dimensions tr (C1 C2)^(1/2) = sqrt(tr C1 C2 + 2 sqrt(det C1 C2)). Here C1 and C2 do not
 * commute. */
static void fid_of_turned_gaussians_is_closed(void **state)
{
    (void)state;
    const double zero[2] = { 0 }, s1[2] = { 3, 1 };
    float x[8], y[8];
    axes(2, zero, s1, x);
    for (int i = 0; i < 4; i++) { /* by an eighth of a turn */
        y[2 * i] = (x[2 * i] - x[2 * i + 1]) * 0.70710678f;
        y[2 * i + 1] = (x[2 * i] + x[2 * i + 1]) * 0.70710678f;
    }
    /* C1 = diag(9, 1), C2 = ((5, 4), (4, 5)): tr C1 C2 = 50, det = 81 */
    assert_near(fid_of(2, 4, x, y), 20 - 2 * sqrt(50 + 2 * 9), 1e-5);
}

static void fid_of_a_set_and_itself_is_zero(void **state)
{
    (void)state;
    enum { F = 16, N = 300 };
    static float x[N * F];
    for (int i = 0; i < N; i++)
        fill(x + i * F, F - 3, i); /* three values are always 0, like dead units */
    assert_near(fid_of(F, N, x, x), 0, 1e-10);
}

static void kid_is_its_definition(void **state)
{
    (void)state;
    enum { F = 3, N = 2 * KID_BLOCK };
    static float x[N * F], y[N * F];
    static uint32_t order[N];
    bench b;
    kid k;
    bench_open(&b, NULL, 2);
    for (int i = 0; i < 2; i++) {
        kid_plan(&k, &b.arena, &b.compute, F, N, N);
        assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
    }
    /* All points of x are the same, and all of y: k(x, x) + k(y, y) - 2 k(x, y). */
    for (int i = 0; i < N * F; i++) {
        x[i] = 1;
        y[i] = 2;
    }
    estimate e = kid_estimate(&k, N, x, N, y);
    assert_near(e.value, 8 + 125 - 2 * 27, 1e-9);
    assert_near(e.spread, 0, 1e-9);
    /* The second block of x equals y's: it gives 0, and the mean is half. */
    order_shuffle(ORDER_SAMPLES, N, order);
    for (int i = KID_BLOCK; i < N; i++)
        for (int f = 0; f < F; f++)
            x[order[i] * F + (uint32_t)f] = 2;
    e = kid_estimate(&k, N, x, N, y);
    assert_near(e.value, 79 / 2.0, 1e-9);
    assert_near(e.spread, 79 / 2.0, 1e-9); /* |a - b| / 2, for two values */
    /* Pairs of a point with itself do not count: two points, +1 and -1, in both sets. */
    const float pair[2 * F] = { 1, 1, 1, -1, -1, -1 };
    e = kid_estimate(&k, 2, pair, 2, pair);
    assert_near(e.value, 0 + 0 - (8 + 0), 1e-12);
    assert_true(isnan(e.spread)); /* one block has none */
    /* Of five points at 2, as many are taken as the other set has. */
    for (int i = 0; i < 5 * F; i++)
        x[i] = 2;
    const double expected = 125 + 0 - 2 * (27 - 1) / 2.0;
    assert_near(kid_estimate(&k, 5, x, 2, pair).value, expected, 1e-12);
    assert_near(kid_estimate(&k, 2, pair, 5, x).value, expected, 1e-12);
    bench_close(&b);
}

/* Samples of a file often stand by class. The first half of both sets is 1, the second 2: in blocks
 * of that order the distance would be 0, and without a spread. The values are those of NumPy, with
 * the shuffles of docs/random-streams.md. */
static void kid_does_not_follow_the_order_of_the_samples(void **state)
{
    (void)state;
    enum { F = 3, N = 2 * KID_BLOCK };
    static float x[N * F];
    bench b;
    kid k;
    bench_open(&b, NULL, 2);
    for (int i = 0; i < 2; i++) {
        kid_plan(&k, &b.arena, &b.compute, F, N, N);
        assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
    }
    for (int i = 0; i < N * F; i++)
        x[i] = i < N / 2 * F ? 1 : 2;
    estimate e = kid_estimate(&k, N, x, N, x);
    assert_near(e.value, -0.02616758358357174, 1e-9);
    assert_near(e.spread, 0.0, 1e-9);
    bench_close(&b);
}

static void the_shuffles_are_those_of_the_documentation(void **state)
{
    (void)state;
    /* By docs/random-streams.md, computed with NumPy. */
    static const struct {
        order_of what;
        uint32_t order[8];
    } cases[] = {
        { ORDER_TRAINING_IMAGES, { 0, 1, 7, 5, 2, 4, 3, 6 } },
        { ORDER_TEST_IMAGES, { 6, 2, 4, 3, 0, 1, 7, 5 } },
        { ORDER_SAMPLES, { 2, 1, 0, 4, 7, 6, 3, 5 } },
        { ORDER_FILE, { 1, 7, 4, 2, 0, 6, 3, 5 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t order[8];
        order_shuffle(cases[i].what, 8, order);
        assert_memory_equal(order, cases[i].order, sizeof order);
    }
}

/* ---- the manifold ---- */

enum { POINTS = 200, F = 8 };

typedef struct figures {
    double precision, recall, density, coverage;
} figures;

static figures figures_of(const float *samples, int n, const float *reals)
{
    bench b;
    distances d;
    manifold s, r;
    manifold_figures f;
    bench_open(&b, NULL, 2);
    for (int i = 0; i < 2; i++) {
        distances_plan(&d, &b.arena, &b.compute, F);
        manifold_plan(&s, &b.arena, n);
        manifold_plan(&r, &b.arena, POINTS);
        manifold_figures_plan(&f, &b.arena, n, POINTS);
        assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
    }
    manifold_set(&s, &d, points_of(samples, n, F));
    manifold_set(&r, &d, points_of(reals, POINTS, F));
    manifold_compare(&s, &r, &d, &f);
    figures out = { resample_mean(f.precision, n, NULL), resample_mean(f.recall, POINTS, NULL),
                    resample_mean(f.density, n, NULL), resample_mean(f.coverage, POINTS, NULL) };
    bench_close(&b);
    return out;
}

static void a_set_covers_itself(void **state)
{
    (void)state;
    static float x[POINTS * F];
    for (int i = 0; i < POINTS; i++)
        fill(x + i * F, F, i);
    figures f = figures_of(x, POINTS, x);
    assert_near(f.precision, 1, 0);
    assert_near(f.recall, 1, 0);
    assert_near(f.coverage, 1, 0);
    /* Each point's ball contains 5 others and the point itself, on average. */
    assert_near(f.density, 6.0 / 5, 1e-12);
}

static void disjoint_sets_cover_nothing(void **state)
{
    (void)state;
    static float x[POINTS * F], y[POINTS * F];
    for (int i = 0; i < POINTS; i++) {
        fill(x + i * F, F, i);
        fill(y + i * F, F, 1000 + i);
        y[i * F] += 100;
    }
    figures f = figures_of(x, POINTS, y);
    assert_true(f.precision == 0 && f.recall == 0 && f.density == 0 && f.coverage == 0);
}

/* Its balls have radius 0: the samples are precise but recall no other point. */
static void one_real_point_repeated_is_precise_and_recalls_one(void **state)
{
    (void)state;
    static float x[POINTS * F], same[POINTS * F];
    for (int i = 0; i < POINTS; i++)
        fill(x + i * F, F, i);
    for (int i = 0; i < POINTS; i++)
        memcpy(same + i * F, x + 17 * F, F * sizeof(float));
    figures f = figures_of(same, POINTS, x);
    assert_near(f.precision, 1, 0);
    assert_near(f.recall, 1.0 / POINTS, 1e-15);
    assert_true(f.coverage < 0.2 && f.coverage >= 1.0 / POINTS);
}

/* Points 0, 1, 2, ... on a line. The ball of an inner point has the radius 2 for k = 3, and 3 for
 * k = 5; a point on its edge is inside. */
static void a_point_on_the_edge_of_a_ball_is_in_it(void **state)
{
    (void)state;
    static float line[POINTS * F], samples[8 * F];
    for (int i = 0; i < POINTS; i++)
        line[i * F] = (float)i;
    for (int i = 0; i < 8; i++) /* at 100, 2 off the line: on the edge of the ball of 100 */
        samples[i * F] = 100, samples[i * F + 1] = 2;
    figures f = figures_of(samples, 8, line);
    assert_near(f.precision, 1, 0);
    /* sqrt 5 < 3: the balls of 98 .. 102 (2^2 + 2^2 = 8 < 9) contain it. */
    assert_near(f.density, 1, 1e-12);
}

/* ---- classes ---- */

static class_reference even_reference(int classes)
{
    class_reference r = { .classes = classes };
    for (int c = 0; c < classes; c++) {
        r.shares[c] = 1.0 / classes;
        r.spread[c] = 2;
    }
    return r;
}

static void a_missing_class_is_lost_and_its_divergence_is_known(void **state)
{
    (void)state;
    unsigned char labels[900];
    for (int i = 0; i < 900; i++)
        labels[i] = (unsigned char)(i % 9);
    labelled l = { .count = 900, .size = 0, .labels = labels };
    class_reference r = even_reference(10);
    class_context x = { &l, &r };
    assert_near(class_covered(&x, 900, NULL), 9, 0);
    assert_near(class_divergence(&x, 900, NULL), log(10.0 / 9), 1e-14);
    /* A class below a tenth of its share counts as lost. */
    for (int i = 0; i < 8; i++)
        labels[9 * i] = 9;
    assert_near(class_covered(&x, 900, NULL), 9, 0);
    labels[9 * 8] = 9;
    assert_near(class_covered(&x, 900, NULL), 10, 0);
}

static void one_image_repeated_has_no_diversity(void **state)
{
    (void)state;
    unsigned char labels[4] = { 0, 0, 0, 0 };
    float features[8] = { 3, 4, 3, 4, 3, 4, 3, 4 };
    labelled l = { .count = 4, .size = 2, .labels = labels, .features = features };
    class_reference r = even_reference(2);
    class_context x = { &l, &r };
    assert_near(class_diversity(&x, 4, NULL), 0, 0);
    /* Two points at distance 2, in one of two classes: half of the reference's 2. */
    l.count = 2;
    features[2] = 5;
    assert_near(class_diversity(&x, 2, NULL), 0.5, 1e-15);
    /* The same by counts: the first two points count once, the others not at all. */
    l.count = 4;
    const uint16_t counts[4] = { 1, 1, 0, 0 };
    assert_near(class_diversity(&x, 4, counts), 0.5, 1e-15);
}

/* ---- the Parzen window ---- */

/* All points of y are the first one, except the nearest, which is the last. */
static void check_window(int n)
{
    enum { S = 5 };
    static float y[MANY_Y * S];
    const float x[S] = { 1, 0, 0, 0, 0 };
    bench b;
    distances d;
    parzen p;
    double log_likelihood;
    bench_open(&b, NULL, 2);
    for (int i = 0; i < 2; i++) {
        distances_plan(&d, &b.arena, &b.compute, S);
        parzen_plan(&p, &b.arena, &d, 1);
        assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
    }
    y[(n - 1) * S] = 0.6f;
    points samples = points_of(y, n, S), one = points_of(x, 1, S);
    double sigma = parzen_run(&p, &samples, &one, &one, &log_likelihood), best = -INFINITY;
    y[(n - 1) * S] = 0;
    /* For pixels from 0 to 1 the distance is 0.2, and 0.5 for all others. */
    for (int i = 0; i < PARZEN_SIGMAS; i++) {
        double s = pow(10, -1 + i / 9.0), two = 2 * s * s;
        double all = exp(-0.04 / two) + (n - 1) * exp(-0.25 / two);
        double here = log(all / n) - 2.5 * log(3.14159265358979323846 * two);
        if (here > best)
            best = here;
        if (fabs(s - sigma) < 1e-12)
            assert_near(log_likelihood, here, 1e-5);
    }
    assert_near(log_likelihood, best, 1e-5);
    bench_close(&b);
}

static void the_window_of_one_sample_is_a_gaussian(void **state)
{
    (void)state;
    static const int counts[] = { 1, 2, 9, 255, 256, 257, 300, 519, MANY_Y };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        check_window(counts[i]);
}

/* ---- resampling ---- */

static void the_spread_of_a_mean_is_its_standard_error(void **state)
{
    (void)state;
    enum { N = 4000 };
    static double x[N];
    bench b;
    resamplings r;
    bench_open(&b, NULL, 2);
    for (int i = 0; i < 2; i++) {
        resample_plan(&r, &b.arena, N);
        assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
    }
    for (int i = 0; i < N; i++)
        x[i] = i < N / 2 ? 0 : 2; /* deviation 1 */
    resample_draw(&r, &b.compute, 1, N);
    for (int i = 0; i < RESAMPLINGS; i++) {
        int sum = 0;
        for (int k = 0; k < N; k++)
            sum += resample_counts(&r, i)[k];
        assert_int_equal(sum, N);
    }
    estimate e = resample_estimate(&r, &b.compute, resample_mean, x);
    assert_near(e.value, 1, 0);
    /* The deviation of 20 values is itself uncertain by a sixth. */
    assert_near(e.spread * sqrt(N), 1, 0.5);
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(natural_log_is_that_of_the_library),
        cmocka_unit_test(eigenvalues_of_second_differences_are_known),
        cmocka_unit_test(the_root_times_itself_is_the_matrix),
        cmocka_unit_test(softmax_gradient_is_p_minus_the_label),
        cmocka_unit_test(nearest_points_are_found_in_every_block_by_any_threads),
        cmocka_unit_test(medians_and_shares_are_of_the_distances),
        cmocka_unit_test(fid_of_gaussians_on_the_axes_is_closed),
        cmocka_unit_test(fid_of_turned_gaussians_is_closed),
        cmocka_unit_test(fid_of_a_set_and_itself_is_zero),
        cmocka_unit_test(kid_is_its_definition),
        cmocka_unit_test(kid_does_not_follow_the_order_of_the_samples),
        cmocka_unit_test(the_shuffles_are_those_of_the_documentation),
        cmocka_unit_test(a_set_covers_itself),
        cmocka_unit_test(disjoint_sets_cover_nothing),
        cmocka_unit_test(one_real_point_repeated_is_precise_and_recalls_one),
        cmocka_unit_test(a_point_on_the_edge_of_a_ball_is_in_it),
        cmocka_unit_test(a_missing_class_is_lost_and_its_divergence_is_known),
        cmocka_unit_test(one_image_repeated_has_no_diversity),
        cmocka_unit_test(the_window_of_one_sample_is_a_gaussian),
        cmocka_unit_test(the_spread_of_a_mean_is_its_standard_error),
    };
    return cmocka_run_group_tests_name("eval", tests, NULL, NULL);
}
