/* tests/test_modes.c - counts modes in cases with known answers.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "eval/modes.h"

#include "base/banned.h"

static float x[MODES_SAMPLES][2];

static const mixture *grid(void)
{
    return mixture_find("grid");
}

/* Puts n samples this many deviations to the right of a mode, into x[from] and on. */
static void put(int from, int n, const mixture *m, int mode, double deviations)
{
    for (int i = from; i < from + n; i++) {
        x[i][0] = (float)((double)m->means[mode][0] + deviations * (double)m->deviation);
        x[i][1] = m->means[mode][1];
    }
}

static void a_point_on_each_mode_covers_all_of_them(void **state)
{
    (void)state;
    for (int k = 0; mixture_nth(k); k++) {
        const mixture *m = mixture_nth(k);
        for (int i = 0; i < m->modes; i++)
            put(i, 1, m, i, 0);
        modes r = modes_of(m, x[0], m->modes);
        assert_int_equal(r.covered, m->modes);
        assert_true(r.quality == 1 && fabs(r.kl) < 1e-14);
    }
}

static void one_mode_alone_has_the_logarithm_of_all_as_kl(void **state)
{
    (void)state;
    put(0, 2500, grid(), 7, 1);
    modes r = modes_of(grid(), x[0], 2500);
    assert_int_equal(r.covered, 1);
    assert_int_equal(r.near[7], 2500);
    assert_true(r.quality == 1 && fabs(r.kl - log(25)) < 1e-14);
}

static void three_deviations_are_the_border_of_a_mode(void **state)
{
    (void)state;
    put(0, 60, grid(), 3, 2.99);
    put(60, 30, grid(), 3, 3.01);
    put(90, 10, grid(), 4, 3.01); /* too far away to cover this mode */
    modes r = modes_of(grid(), x[0], 100);
    assert_int_equal(r.covered, 1);
    assert_true(r.near[3] == 90 && r.close[3] == 60 && r.near[4] == 10 && r.close[4] == 0);
    assert_true(fabs(r.quality - 0.6) < 1e-15);
    assert_true(fabs(r.kl - (0.9 * log(0.9 * 25) + 0.1 * log(0.1 * 25))) < 1e-14);
}

static void what_is_not_finite_is_no_sample_of_any_mode(void **state)
{
    (void)state;
    put(0, 4, grid(), 0, 0);
    x[1][0] = NAN;
    x[2][1] = -INFINITY;
    modes r = modes_of(grid(), x[0], 4);
    assert_int_equal(r.covered, 1);
    assert_true(r.near[0] == 2 && r.quality == 0.5);
    r = modes_of(grid(), x[1], 2);
    assert_int_equal(r.covered, 0);
    assert_true(r.quality == 0 && isinf(r.kl));
}

/* Bounds: 4 standard deviations of a share, and of chi-squared with modes - 1 degrees of freedom,
 * which 2 n kl follows. */
static void fresh_points_of_the_mixture_are_as_good_as_it_gets(void **state)
{
    (void)state;
    for (int k = 0; mixture_nth(k); k++) {
        const mixture *m = mixture_nth(k);
        mixture_points(m, MIXTURE_POINTS, MODES_SAMPLES, x[0]);
        modes r = modes_of(m, x[0], MODES_SAMPLES);
        double p = 1 - exp(-4.5), degrees = m->modes - 1;
        assert_int_equal(r.covered, m->modes);
        assert_true(fabs(r.quality - p) < 4 * sqrt(p * (1 - p) / MODES_SAMPLES));
        assert_true(fabs(2 * MODES_SAMPLES * r.kl - degrees) < 4 * sqrt(2 * degrees));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_on_each_mode_covers_all_of_them),
        cmocka_unit_test(one_mode_alone_has_the_logarithm_of_all_as_kl),
        cmocka_unit_test(three_deviations_are_the_border_of_a_mode),
        cmocka_unit_test(what_is_not_finite_is_no_sample_of_any_mode),
        cmocka_unit_test(fresh_points_of_the_mixture_are_as_good_as_it_gets),
    };
    return cmocka_run_group_tests_name("modes", tests, NULL, NULL);
}
