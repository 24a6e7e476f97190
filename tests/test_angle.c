/* tests/test_angle.c - angles against the C library, whose functions are right to an ulp or two,
 * and between vectors whose angle is known.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "math/angle.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { STEPS = 4000 };

static void the_sine_is_that_of_the_library(void **state)
{
    (void)state;
    for (int i = 0; i <= STEPS; i++) {
        double x = ANGLE_PI * i / STEPS;
        assert_near(angle_sine(x), sin(x), 2e-16 + 1e-15 * sin(x));
    }
    assert_near(angle_sine(0), 0, 0);
    assert_near(angle_sine(ANGLE_PI), 0, 0);
    assert_near(angle_sine(ANGLE_PI / 2), 1, 1e-15);
}

static void the_arctangent_is_that_of_the_library(void **state)
{
    (void)state;
    assert_near(angle_arctangent(0), 0, 0);
    for (int i = -400; i <= 400; i++) {
        double x = pow(10, i / 40.0); /* 1e-10 .. 1e10 */
        assert_near(angle_arctangent(x), atan(x), 1e-15 * atan(x));
    }
}

/* Turned in a plane from the first axis by that angle, at that length. */
static void turn(float *v, double angle, double size)
{
    for (int k = 0; k < 4; k++)
        v[k] = 0;
    v[1] = (float)(size * cos(angle));
    v[3] = (float)(size * sin(angle));
}

static void the_angle_between_vectors_does_not_depend_on_their_length(void **state)
{
    (void)state;
    for (int i = 0; i <= 180; i++) {
        double angle = i * M_PI / 180;
        float a[4], b[4];
        turn(a, 0.3, 2.5);
        turn(b, 0.3 + angle, 0.125);
        assert_near(angle_between(a, b, 4), angle, 2e-7); /* floats are that far from it */
        assert_near(angle_between(b, a, 4), angle_between(a, b, 4), 1e-15);
    }
}

static void opposite_and_missing_vectors_have_exact_angles(void **state)
{
    (void)state;
    const float a[3] = { 0.3F, -4, 1e-3F }, minus[3] = { -0.3F, 4, -1e-3F }, zero[3] = { 0 };
    assert_near(angle_between(a, a, 3), 0, 0);
    assert_near(angle_between(a, minus, 3), M_PI, 0);
    assert_near(angle_between(minus, a, 3), M_PI, 0);
    assert_near(angle_between(a, zero, 3), 0, 0);
    assert_near(angle_between(zero, a, 3), 0, 0);
    const float x[2] = { 1, 0 }, y[2] = { 0, -3 };
    assert_near(angle_between(x, y, 2), M_PI / 2, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sine_is_that_of_the_library),
        cmocka_unit_test(the_arctangent_is_that_of_the_library),
        cmocka_unit_test(the_angle_between_vectors_does_not_depend_on_their_length),
        cmocka_unit_test(opposite_and_missing_vectors_have_exact_angles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
