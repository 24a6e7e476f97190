/* tests/test_judged.c - a whole evaluation with labels, each figure of classes by its definition
 * from what the classifier sees.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <math.h>

#include "eval/evaluator.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { SIDE = 6, SIZE = SIDE * SIDE, TRAIN = 400, TEST = 200, SAMPLES = 120, CLASSES = 3 };

static unsigned char pixels[(TRAIN + TEST) * SIZE], labels[TRAIN + TEST];

/* Bright on the left or on the right, with noise; and of a third class, two images to train on and
 * one to test with, which is too few to be told apart. */
static void make_sets(dataset *train, dataset *test)
{
    for (int i = 0; i < TRAIN + TEST; i++) {
        float noise[SIZE];
        fill(noise, SIZE, i);
        labels[i] = (unsigned char)(i == 5 || i == 6 || i == TRAIN + 7 ? 2 : i % 3 == 0);
        for (int k = 0; k < SIZE; k++) {
            bool bright = (k % SIDE < SIDE / 2) == (i % 3 == 0);
            pixels[i * SIZE + k] =
                (unsigned char)fmaxf(0, fminf(255, 128 + 30 * noise[k] + (bright ? 40 : -40)));
        }
    }
    *train = (dataset){ TRAIN, 1, SIDE, SIDE, .pixels = pixels, .labels = labels };
    *test = *train;
    test->count = TEST;
    test->pixels += TRAIN * SIZE;
    test->labels += TRAIN;
}

static void open_evaluator(evaluator *e, bench *b, const dataset *train, const dataset *test)
{
    const evaluator_watch watch = { 0 };
    bench_open(b, NULL, 2);
    assert_ok(evaluator_open(e, train, test, SAMPLES, EVALUATE_ALL));
    for (int i = 0; i < 2; i++) {
        evaluator_plan(e, &b->arena, &b->compute);
        assert_ok(i == 0 ? arena_open(&b->arena) : STATUS_OK);
    }
    e->classifier.epochs = 6;
    assert_ok(evaluator_prepare(e, &watch));
}

/* Test images of the first class, and a few of the second. */
static void make_samples(float *x)
{
    int left[CLASSES] = { SAMPLES - 20, 20, 0 };
    for (int i = 0; i < TEST; i++) {
        if (left[labels[TRAIN + i]]-- <= 0)
            continue;
        for (int k = 0; k < SIZE; k++)
            *x++ = point_of_byte(pixels[(TRAIN + i) * SIZE + k]);
    }
}

static int count_of(const labelled *l, int class)
{
    int count = 0;
    for (int i = 0; i < l->count; i++)
        count += l->labels[i] == class;
    return count;
}

/* The root mean square distance of two different ones of a class; 0 where there are none. */
static double spread_of(const labelled *l, int class)
{
    double sum = 0, n = count_of(l, class);
    for (int i = 0; i < l->count; i++)
        for (int j = 0; j < l->count; j++)
            for (int k = 0; l->labels[i] == class && l->labels[j] == class && k < l->size; k++) {
                float a = l->features[i * l->size + k], b = l->features[j * l->size + k];
                sum += pow((double)a - (double)b, 2);
            }
    return n > 1 ? sqrt(sum / (n * (n - 1))) : 0;
}

static void check_classes(const evaluator *e, const sample_report *r)
{
    double divergence = 0, diversity = 0, confidence = 0;
    for (int c = 0; c < CLASSES; c++) {
        double shares = 0, real = spread_of(&e->reals, c), own = spread_of(&e->samples, c);
        int count = count_of(&e->samples, c);
        for (int i = 0; i < TRAIN; i++)
            shares += labels[i] == c;
        assert_near(e->reference.shares[c], shares / TRAIN, 1e-15);
        assert_near(r->histogram[c], count, 0);
        assert_near(r->diversity[c], real > 0 ? own / real : 0, 1e-6);
        diversity += real > 0 ? own / real : 0;
        divergence +=
            count > 0 ? (double)count / SAMPLES * log((double)count / SAMPLES / shares * TRAIN) : 0;
    }
    for (int i = 0; i < SAMPLES; i++)
        confidence += e->samples.confidence[i] / SAMPLES;
    assert_near(r->figures[FIGURE_DIVERGENCE].value, divergence, 1e-12);
    assert_near(r->figures[FIGURE_DIVERSITY].value, diversity / 2, 1e-6);
    assert_near(r->figures[FIGURE_CONFIDENCE].value, confidence, 1e-12);
    assert_near(r->figures[FIGURE_CLASSES].value, 2, 0);
}

static void every_figure_of_classes_is_its_definition(void **state)
{
    (void)state;
    static float x[SAMPLES * SIZE];
    dataset train, test;
    evaluator e;
    bench b;
    sample_report r;
    make_sets(&train, &test);
    open_evaluator(&e, &b, &train, &test);
    make_samples(x);
    assert_ok(evaluator_run(&e, points_of(x, SAMPLES, SIZE), &r));
    assert_int_equal(e.judge, JUDGE_LABELS);
    assert_int_equal(e.classes, CLASSES);
    assert_int_equal(count_of(&e.reals, 2), 0); /* it sees none of the third class */
    assert_in_range(count_of(&e.samples, 0), 90, 110);
    for (figure f = 0; f < FIGURE_COUNT; f++)
        assert_true(r.has[f] && evaluator_has(&e, f) && isfinite(r.figures[f].value));
    check_classes(&e, &r);
    /* All samples are test images: they are among the real ones, and cover a part of them. */
    assert_near(r.figures[FIGURE_PRECISION].value, 1, 0);
    assert_near(evaluator_chance(&e), 1.0 / CLASSES, 1e-15);
    e.accuracy = 0;
    assert_false(evaluator_is_blind(&e)); /* which is for turns */
    evaluator_close(&e);
    bench_close(&b);
}

static void pixels_that_no_picture_has_are_refused_with_their_sample(void **state)
{
    (void)state;
    static const float bad[] = { NAN, INFINITY, -INFINITY, -1e9f };
    static float x[SAMPLES * SIZE];
    dataset train, test;
    evaluator e;
    bench b;
    sample_report r;
    make_sets(&train, &test);
    open_evaluator(&e, &b, &train, &test);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        make_samples(x);
        x[(17 + i) * SIZE + i * 7] = bad[i];
        char message[64];
        snprintf(message, sizeof message, "sample %zu: expected pixels from -1 to 1, got ", 17 + i);
        assert_fails(evaluator_run(&e, points_of(x, SAMPLES, SIZE), &r), STATUS_NONFINITE, message);
    }
    evaluator_close(&e);
    bench_close(&b);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(every_figure_of_classes_is_its_definition),
        PLACED(pixels_that_no_picture_has_are_refused_with_their_sample),
    };
    return cmocka_run_group_tests_name("judged", tests, NULL, NULL);
}
