/* tests/test_evaluator.c - the evaluation as a whole: its classifier, neighbours, small sets.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "eval/evaluator.h"

#include "support/eval_bench.h"

#include "base/banned.h"

/* ---- the classifier ---- */

enum { SIDE = 6, IMAGES = 600 };

/* Two classes: the left or the right half is bright, with noise. */
static void make_halves(dataset *d, unsigned char *pixels, unsigned char *labels)
{
    *d = (dataset){ IMAGES, 1, SIDE, SIDE, .pixels = pixels, .labels = labels };
    for (int i = 0; i < IMAGES; i++) {
        float noise[SIDE * SIDE];
        fill(noise, SIDE * SIDE, i);
        labels[i] = (unsigned char)(i % 2);
        for (int k = 0; k < SIDE * SIDE; k++) {
            bool bright = (k % SIDE < SIDE / 2) == (i % 2 == 0);
            pixels[i * SIDE * SIDE + k] =
                (unsigned char)fmaxf(0, fminf(255, 128 + 40 * noise[k] + (bright ? 20 : -20)));
        }
    }
}

static void the_classifier_learns_to_the_same_bytes_by_any_threads(void **state)
{
    (void)state;
    static unsigned char pixels[IMAGES * SIDE * SIDE], labels[IMAGES];
    float *first = NULL;
    dataset d;
    make_halves(&d, pixels, labels);
    for (int run = 0; kernels_usable(run); run++) {
        bench b;
        classifier k;
        labelled l;
        int right = 0;
        bench_open(&b, kernels_usable(run)->name, run + 1);
        assert_ok(classifier_open(&k, SIDE * SIDE, 2));
        for (int i = 0; i < 2; i++) {
            classifier_plan(&k, &b.arena, &b.compute, IMAGES);
            labelled_plan(&l, &b.arena, IMAGES, CLASSIFIER_FEATURES);
            assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
        }
        assert_ok(classifier_train(&k, &d, NULL, NULL));
        points p = points_of_images(&d, 0, IMAGES);
        classifier_apply(&k, &p, &l);
        for (int i = 0; i < IMAGES; i++)
            right += l.labels[i] == labels[i];
        assert_true(right >= IMAGES * 97 / 100);
        size_t bytes = k.net.param_count * sizeof *first;
        if (!first) {
            first = malloc(bytes);
            assert_non_null(first);
            memcpy(first, k.net.params, bytes);
        }
        assert_memory_equal(first, k.net.params, bytes);
        classifier_close(&k);
        bench_close(&b);
    }
    free(first);
}

/* ---- neighbours ---- */

enum { KEPT = 400, SAMPLES = 120 };

/* The nearest image by the definition, value by value; the first of equals. */
static neighbour nearest_of_all(const dataset *d, const float *sample)
{
    neighbour best = { 0, INFINITY };
    for (int i = 0; i < d->count; i++) {
        double sum = 0;
        for (int k = 0; k < SIDE * SIDE; k++) {
            double off = sample[k] - (2.0 * d->pixels[i * SIDE * SIDE + k] - 255) / 255;
            sum += off * off;
        }
        if (sum < best.squared)
            best = (neighbour){ i, sum };
    }
    return best;
}

static void open_evaluator(evaluator *e, bench *b, const dataset *train, const dataset *test)
{
    bench_open(b, NULL, 2);
    assert_ok(evaluator_open(e, train, test, SAMPLES, EVALUATE_ALL));
    for (int i = 0; i < 2; i++) {
        evaluator_plan(e, &b->arena, &b->compute);
        assert_ok(i == 0 ? arena_open(&b->arena) : STATUS_OK);
    }
}

static void neighbours_are_looked_for_in_all_that_was_trained_on(void **state)
{
    (void)state;
    static unsigned char pixels[IMAGES * SIDE * SIDE], labels[IMAGES];
    static float x[SAMPLES * SIDE * SIDE];
    neighbour found[SAMPLES];
    dataset all;
    make_halves(&all, pixels, labels);
    for (int i = 0; i < SAMPLES; i++)
        fill(x + i * SIDE * SIDE, SIDE * SIDE, 9000 + i);
    /* Three samples are images: one from each part. */
    const int copied[3] = { 0, KEPT - 1, IMAGES - 1 };
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < SIDE * SIDE; k++)
            x[i * SIDE * SIDE + k] = point_of_byte(pixels[copied[i] * SIDE * SIDE + k]);
    for (int held_out = 0; held_out < 2; held_out++) {
        dataset train = all, test = all;
        train.labels = test.labels = NULL;
        train.count = KEPT;
        test.count = IMAGES - KEPT;
        test.pixels += (ptrdiff_t)KEPT * SIDE * SIDE;
        test.is_held_out = held_out;
        bench b;
        evaluator e;
        open_evaluator(&e, &b, &train, &test);
        evaluator_neighbours(&e, points_of(x, SAMPLES, SIDE * SIDE), found);
        for (int i = 0; i < SAMPLES; i++) {
            neighbour expected = nearest_of_all(held_out ? &all : &train, x + i * SIDE * SIDE);
            assert_int_equal(found[i].number, expected.number);
            assert_near(found[i].squared, expected.squared, 1e-5);
        }
        assert_int_equal(found[1].number, copied[1]);
        assert_true((found[2].number == copied[2]) == held_out);
        evaluator_close(&e);
        bench_close(&b);
    }
}

/* ---- small sets ---- */

/* A folder of pictures without a test part: the generator has seen the held-out images as well. */
static void copies_of_held_out_images_are_copies(void **state)
{
    (void)state;
    enum { ALL = 90, HELD = 18 };
    static unsigned char pixels[IMAGES * SIDE * SIDE], labels[IMAGES];
    static float x[SAMPLES * SIDE * SIDE];
    dataset all, train, test;
    evaluator e;
    bench b;
    sample_report samples, real;
    const evaluator_watch watch = { 0 };
    make_halves(&all, pixels, labels);
    train = test = all;
    train.count = ALL - HELD;
    test.count = HELD;
    test.pixels += (ptrdiff_t)(ALL - HELD) * SIDE * SIDE;
    test.is_held_out = true;
    for (int i = 0; i < SAMPLES * SIDE * SIDE; i++)
        x[i] = point_of_byte(test.pixels[i % (HELD * SIDE * SIDE)]);
    assert_int_equal(setenv("XDG_CACHE_HOME", "cache", 1), 0);
    open_evaluator(&e, &b, &train, &test);
    assert_true(e.judge == JUDGE_NOBODY && e.classes == 0);
    assert_ok(evaluator_prepare(&e, &watch));
    assert_ok(evaluator_run(&e, points_of(x, SAMPLES, SIDE * SIDE), &samples));
    assert_ok(evaluator_floor(&e, SAMPLES, &watch, &real));
    assert_near(samples.figures[FIGURE_COPIES].value, 1, 0);
    assert_near(samples.figures[FIGURE_NEAREST].value, 0, 0);
    assert_false(samples.has[FIGURE_FID]);
    /* A real image is as far as from the nearest of all others; by the definition. */
    double squared[HELD], least = INFINITY;
    for (int i = 0; i < HELD; i++) {
        dataset others = all;
        others.count = ALL - 1;
        unsigned char *copy = malloc((size_t)ALL * SIDE * SIDE);
        assert_non_null(copy);
        memcpy(copy, pixels, (size_t)ALL * SIDE * SIDE);
        /* The last image takes the place of this one, which is then not there. */
        memcpy(copy + (size_t)(ALL - HELD + i) * SIDE * SIDE,
               copy + (size_t)(ALL - 1) * SIDE * SIDE, SIDE * SIDE);
        others.pixels = copy;
        squared[i] = nearest_of_all(&others, x + i * SIDE * SIDE).squared;
        least = fmin(least, squared[i]);
        free(copy);
    }
    for (int i = 0; i < HELD; i++)
        for (int k = i + 1; k < HELD; k++)
            if (squared[k] < squared[i]) {
                double swap = squared[i];
                squared[i] = squared[k];
                squared[k] = swap;
            }
    assert_near(real.figures[FIGURE_NEAREST].value,
                (sqrt(squared[HELD / 2 - 1]) / 2 + sqrt(squared[HELD / 2]) / 2) / 2, 1e-6);
    assert_near(real.figures[FIGURE_COPIES].value, 1.0 / HELD, 1e-15);
    evaluator_close(&e);
    bench_close(&b);
}

static void too_few_images_are_refused_with_the_number_that_was_given(void **state)
{
    (void)state;
    static unsigned char pixels[IMAGES * SIDE * SIDE], labels[IMAGES];
    static const struct {
        int train, test;
        bool held_out;
        evaluator_use use;
        const char *message;
    } cases[] = {
        { 8, 1, true, EVALUATE_ALL,
          "p: judging needs at least 10 images, of which a fifth is held out "
          "for comparison, got 9" },
        { 7, 50, false, EVALUATE_ALL, "p: judging needs at least 8 training images, got 7" },
        { 50, 1, false, EVALUATE_ALL, "p: judging needs at least 2 test images, got 1" },
        { 72, 18, true, EVALUATE_QUICK,
          "p: FID needs at least 250 images, of which a fifth is held "
          "out for comparison, got 90" },
        { 300, 49, false, EVALUATE_QUICK, "p: FID needs at least 50 test images, got 49" },
        { 199, 100, false, EVALUATE_QUICK, "p: FID needs at least 200 training images, got 199" },
    };
    dataset train, test;
    char path[] = "p";
    make_halves(&train, pixels, labels);
    train.path = path;
    test = train;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        evaluator e;
        train.count = cases[i].train;
        test.count = cases[i].test;
        test.is_held_out = cases[i].held_out;
        assert_fails(evaluator_open(&e, &train, &test, SAMPLES, cases[i].use), STATUS_USAGE,
                     cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_classifier_learns_to_the_same_bytes_by_any_threads),
        cmocka_unit_test(neighbours_are_looked_for_in_all_that_was_trained_on),
        cmocka_unit_test(copies_of_held_out_images_are_copies),
        cmocka_unit_test(too_few_images_are_refused_with_the_number_that_was_given),
    };
    return cmocka_run_group_tests_name("evaluator", tests, NULL, NULL);
}
