/* tests/test_adaptive.c - --augment auto: its strength, the changes that it makes, its refusals.
 * The bits of whole runs are those of tests/oracle/training.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "game/augment.h"
#include "game/model.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { AUTO = 8, COLOR = 1, TRANSLATION = 2, CUTOUT = 4 };
enum { CHANNELS = 3, SIDE = 8, SIZE = CHANNELS * SIDE * SIDE, BATCH = 500, ROWS = 2 * BATCH };

static const image_shape shape = { CHANNELS, SIDE, SIDE };

static void open_augmentation(augmentation *g, bench *b, int kinds)
{
    model_options o = { .batch = BATCH, .augment = kinds };
    bench_open(b, NULL, 2);
    for (int i = 0; i < 2; i++) {
        augment_plan(g, &b->arena, &o, shape);
        assert_ok(i == 0 ? arena_open(&b->arena) : STATUS_OK);
    }
}

static step_context context_of(const bench *b, uint32_t step)
{
    return (
        step_context){ .compute = &b->compute,
                       .pass = { .compute = &b->compute, .seed = 3, .step = step, .number = 1 } };
}

static void the_level_follows_whether_d_takes_four_of_five_for_real(void **state)
{
    (void)state;
    static const struct {
        int level, right, n, after;
    } rows[] = {
        { 0, 52, 64, 64 },
        { 0, 51, 64, 0 },
        { 640, 51, 64, 576 },
        { 30, 0, 64, 0 },
        { 100, 4, 5, 100 },
        { 100, 5, 5, 105 },
        { AUGMENT_MOST - 1, 64, 64, AUGMENT_MOST },
        { AUGMENT_MOST, 64, 64, AUGMENT_MOST },
        { AUGMENT_MOST, 0, 65536, 0 },
        { 0, 65536, 65536, AUGMENT_MOST },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        augmentation g = { .level = rows[i].level };
        assert_int_equal(augment_level_after(&g, rows[i].right, rows[i].n), rows[i].after);
    }
}

/* The share of the rows in which a change of this kind alone changes anything, at this level. */
static double changed_share(int kinds, int level)
{
    static float x[ROWS * SIZE];
    augmentation g;
    bench b;
    int changed = 0;
    open_augmentation(&g, &b, kinds);
    g.level = level;
    for (int i = 0; i < ROWS; i++)
        fill(x + i * SIZE, SIZE, i);
    step_context s = context_of(&b, 5);
    view seen = augment_apply(&g, &s, view_of(x, ROWS, SIZE));
    for (int i = 0; i < ROWS; i++)
        changed += memcmp(view_row(seen, i), x + i * SIZE, SIZE * sizeof *x) != 0;
    bench_close(&b);
    return (double)changed / ROWS;
}

static void each_change_is_made_as_often_as_the_level_says(void **state)
{
    (void)state;
    assert_near(changed_share(AUTO, 0), 0, 0);
    /* Four standard deviations of 1000 draws at 0.4 are 0.062; an eighth of the moves are by 0. */
    int level = AUGMENT_RAMP * 2 / 5;
    assert_near(changed_share(AUTO | CUTOUT, level), 0.4, 0.062);
    assert_near(changed_share(AUTO | TRANSLATION, level), 0.4 * 8 / 9, 0.062);
    /* One of three at least: 1 - 0.6^3. All five: 1 - 0.6^4 (1 - 0.4 * 8 / 9). */
    assert_near(changed_share(AUTO | COLOR, level), 0.784, 0.052);
    assert_near(changed_share(AUTO, level), 0.9165, 0.035);
    assert_near(changed_share(CUTOUT, 0), 1, 0);
}

/* The changes are linear but for the brightness: <A x - A 0, d> = <x, A' d>. */
static void the_gradient_is_that_of_the_changes_that_were_made(void **state)
{
    (void)state;
    static float x[ROWS * SIZE], zero[ROWS * SIZE], d[ROWS * SIZE], of_x[ROWS * SIZE];
    augmentation g;
    bench b;
    open_augmentation(&g, &b, AUTO);
    g.level = AUGMENT_RAMP / 2;
    for (int i = 0; i < ROWS; i++) {
        fill(x + i * SIZE, SIZE, i);
        fill(d + i * SIZE, SIZE, 5000 + i);
    }
    step_context s = context_of(&b, 9);
    memcpy(of_x, augment_apply(&g, &s, view_of(x, ROWS, SIZE)).data, sizeof of_x);
    view of_zero = augment_apply(&g, &s, view_of(zero, ROWS, SIZE));
    double left[ROWS] = { 0 };
    for (int i = 0; i < ROWS * SIZE; i++)
        left[i / SIZE] += ((double)of_x[i] - (double)of_zero.data[i]) * (double)d[i];
    augment_gradient(&g, &s, view_of(d, ROWS, SIZE));
    for (int row = 0; row < ROWS; row++) {
        double right = 0;
        for (int k = 0; k < SIZE; k++)
            right += (double)x[row * SIZE + k] * (double)d[row * SIZE + k];
        assert_near(left[row], right, 1e-3);
    }
    bench_close(&b);
}

static void a_loss_whose_middle_drifts_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *loss;
        bool fits;
    } rows[] = { { "non-saturating", true },
                 { "least-squares", true },
                 { "hinge", true },
                 { "relativistic", true },
                 { "wasserstein", false } };
    const data_identity data = {
        .channels = 1, .height = 4, .width = 4, .count = 100, .kind = SAMPLE_IMAGE
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        model_options o;
        model m;
        option_defaults(&model_option_table, &o);
        o.batch = 10;
        assert_ok(option_set(option_find(&model_option_table, "augment"), &o, "auto"));
        assert_ok(option_set(option_find(&model_option_table, "loss"), &o, rows[i].loss));
        if (rows[i].fits) {
            assert_ok(model_open(&m, &o, &data));
            model_close(&m);
        } else {
            assert_fails(model_open(&m, &o, &data), STATUS_USAGE,
                         "--augment auto: with the loss wasserstein D does not say");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_follows_whether_d_takes_four_of_five_for_real),
        cmocka_unit_test(each_change_is_made_as_often_as_the_level_says),
        cmocka_unit_test(the_gradient_is_that_of_the_changes_that_were_made),
        cmocka_unit_test(a_loss_whose_middle_drifts_is_refused),
    };
    return cmocka_run_group_tests_name("adaptive", tests, NULL, NULL);
}
