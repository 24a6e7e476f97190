/* tests/test_turns.c - judging without labels: the classifier of turns, and what is judged by it.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <zlib.h>

#include "base/bytes.h"
#include "eval/evaluator.h"
#include "eval/evaluator_parts.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { MOST_BYTES = 1 << 16 };

static unsigned char pixels[MOST_BYTES];

/* Pixel k of image i is (37 i + 11 k + i k k) mod 256, as in tests/oracle/classifier. */
static dataset make_images(int n, int channels, int height, int width)
{
    int size = channels * height * width;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < size; k++)
            pixels[i * size + k] = (unsigned char)((i * 37 + k * 11 + i * k * k) % 256);
    return (dataset){ n, channels, height, width, .pixels = pixels };
}

static void open_turns(classifier *k, bench *b, const dataset *d)
{
    assert_ok(classifier_open_turns(k, d->channels, d->height, d->width));
    for (int i = 0; i < 2; i++) {
        classifier_plan(k, &b->arena, &b->compute, d->count);
        assert_ok(i == 0 ? arena_open(&b->arena) : STATUS_OK);
    }
}

static uint32_t crc_of_parameters(const net *n)
{
    uLong crc = crc32(0, NULL, 0);
    for (size_t i = 0; i < n->param_count; i++) {
        uint32_t bits;
        unsigned char bytes[sizeof bits];
        memcpy(&bits, &n->params[i], sizeof bits);
        bytes_put(bytes, bits, sizeof bytes);
        crc = crc32(crc, bytes, sizeof bytes);
    }
    return (uint32_t)crc;
}

static void turns_are_learned_to_the_bits_of_the_documents_by_any_threads(void **state)
{
    (void)state;
    enum { EPOCHS = 2 };
    /* From `tests/oracle/classifier turns`: NumPy, from docs/evaluation.md. */
    static const struct {
        int n, channels, height, width;
        uint32_t crc;
    } sets[] = { { 70, 1, 4, 4, 0x8e16b280 }, { 130, 2, 3, 5, 0x1ab71672 } };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        for (int run = 0; kernels_usable(run); run++) {
            dataset d = make_images(sets[i].n, sets[i].channels, sets[i].height, sets[i].width);
            bench b;
            classifier k;
            bench_open(&b, kernels_usable(run)->name, run + 1);
            open_turns(&k, &b, &d);
            k.epochs = EPOCHS;
            assert_ok(classifier_train(&k, &d, NULL, NULL));
            assert_int_equal(crc_of_parameters(&k.net), sets[i].crc);
            classifier_close(&k);
            bench_close(&b);
        }
}

static void epochs_follow_from_the_number_of_images(void **state)
{
    (void)state;
    /* 600,000 rows, rounded up to epochs, of at most 50. */
    static const struct {
        int n, height, width, epochs;
    } sets[] = { { 60000, 1, 1, 3 }, { 50000, 1, 1, 3 }, { 50001, 1, 1, 3 }, { 75000, 1, 1, 2 },
                 { 75001, 1, 1, 2 }, { 74999, 1, 1, 3 }, { 3787, 1, 1, 40 }, { 3000, 1, 1, 50 },
                 { 200, 1, 1, 50 },  { 60000, 2, 1, 5 } };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        classifier k;
        arena a = { 0 };
        assert_ok(classifier_open_turns(&k, 1, sets[i].height, sets[i].width));
        classifier_plan(&k, &a, NULL, sets[i].n);
        assert_int_equal(k.epochs, sets[i].epochs);
        classifier_close(&k);
    }
}

/* ---- the evaluator ---- */

enum { SIDE = 6, TRAIN = 240, TEST = 100, SAMPLES = 120 };

/* Noise; unless they look the same in any turn, the rows are the brighter the lower they are. */
static void make_sets(dataset *train, dataset *test, bool turn)
{
    enum { SIZE = SIDE * SIDE };
    for (int i = 0; i < TRAIN + TEST; i++) {
        float noise[SIZE];
        fill(noise, SIZE, i);
        for (int k = 0; k < SIZE; k++)
            pixels[i * SIZE + k] = (unsigned char)fmaxf(
                0, fminf(255, 128 + 30 * noise[k] + (turn ? 20.0f * (float)(k / SIDE) - 50 : 0)));
    }
    *train = (dataset){ TRAIN, 1, SIDE, SIDE, .pixels = pixels };
    *test = *train;
    test->count = TEST;
    test->pixels = pixels + TRAIN * SIZE;
}

/* Judges test images as samples, after an epoch or two of the classifier. */
static sample_report judge(evaluator *e, const dataset *train, const dataset *test)
{
    static float x[SAMPLES * SIDE * SIDE];
    const evaluator_watch watch = { 0 };
    sample_report r;
    bench b;
    bench_open(&b, NULL, 2);
    assert_ok(evaluator_open(e, train, test, SAMPLES, EVALUATE_ALL));
    for (int i = 0; i < 2; i++) {
        evaluator_plan(e, &b.arena, &b.compute);
        assert_ok(i == 0 ? arena_open(&b.arena) : STATUS_OK);
    }
    e->classifier.epochs = 8;
    assert_ok(evaluator_prepare(e, &watch));
    for (int i = 0; i < TEST * SIDE * SIDE; i++)
        x[i] = point_of_byte(test->pixels[i]);
    assert_ok(evaluator_run(e, points_of(x, TEST, SIDE * SIDE), &r));
    evaluator_close(e);
    bench_close(&b);
    return r;
}

static void without_labels_turns_give_all_figures_but_those_of_classes(void **state)
{
    (void)state;
    dataset train, test;
    evaluator e;
    make_sets(&train, &test, true);
    sample_report r = judge(&e, &train, &test);
    for (int f = 0; f < FIGURE_COUNT; f++)
        assert_int_equal(r.has[f],
                         f != FIGURE_DIVERGENCE && f != FIGURE_CLASSES && f != FIGURE_CONFIDENCE);
    assert_int_equal(e.judge, JUDGE_TURNS);
    assert_true(e.accuracy > 0.9);
    assert_false(evaluator_is_blind(&e));
    /* The samples are the test images themselves. */
    assert_near(r.figures[FIGURE_FID].value, 0, 1e-6);
    assert_near(r.figures[FIGURE_COVERAGE].value, 1, 0);
    assert_near(r.figures[FIGURE_DIVERSITY].value, 1, 1e-12);
    assert_string_equal(evaluator_title(&e, FIGURE_DIVERSITY), "diversity");
}

static void images_that_look_the_same_in_any_turn_are_found_out(void **state)
{
    (void)state;
    dataset train, test;
    evaluator e;
    make_sets(&train, &test, false);
    judge(&e, &train, &test);
    assert_near(evaluator_chance(&e), 0.25, 0);
    assert_near(e.accuracy, 0.25, 0.06);
    assert_true(evaluator_is_blind(&e));
}

static void the_judge_of_labels_needs_labels_and_that_of_turns_none(void **state)
{
    (void)state;
    static unsigned char labels[TRAIN];
    static char path[] = "p";
    dataset train, test;
    evaluator e;
    make_sets(&train, &test, true);
    train.path = test.path = path;
    assert_fails(evaluator_open_by(&e, &train, &test, SAMPLES, EVALUATE_ALL, JUDGE_LABELS),
                 STATUS_USAGE, "--judge labels: p has no labels; ");
    for (int i = 0; i < TRAIN; i++)
        labels[i] = (unsigned char)(i % 3);
    train.labels = labels;
    assert_ok(evaluator_open(&e, &train, &test, SAMPLES, EVALUATE_ALL));
    assert_int_equal(e.judge, JUDGE_LABELS);
    assert_int_equal(e.classes, 3);
    evaluator_close(&e);
    assert_ok(evaluator_open_by(&e, &train, &test, SAMPLES, EVALUATE_ALL, JUDGE_TURNS));
    assert_int_equal(e.judge, JUDGE_TURNS);
    assert_int_equal(e.classes, 0);
    evaluator_close(&e);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_are_learned_to_the_bits_of_the_documents_by_any_threads),
        cmocka_unit_test(epochs_follow_from_the_number_of_images),
        PLACED(without_labels_turns_give_all_figures_but_those_of_classes),
        PLACED(images_that_look_the_same_in_any_turn_are_found_out),
        cmocka_unit_test(the_judge_of_labels_needs_labels_and_that_of_turns_none),
    };
    return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
