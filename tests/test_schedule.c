/* tests/test_schedule.c - compares the schedules of the learning rate with their formulas in
 * double.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "nn/schedule.h"

#include "base/banned.h"

static int schedule_named(const char *name)
{
    for (int i = 0; schedule_choice(i); i++)
        if (strcmp(schedule_choice(i)->name, name) == 0)
            return i;
    fail_msg("there is no schedule %s", name);
    return 0;
}

static void schedules_begin_at_1_and_end_at_0(void **state)
{
    (void)state;
    static const uint64_t lengths[] = { 1, 2, 3, 117000, UINT32_MAX };
    for (int s = 1; schedule_choice(s); s++)
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            uint64_t all = lengths[i];
            double last = schedule_factor(s, kernels_usable(0), all - 1, all);
            assert_true(schedule_factor(s, kernels_usable(0), 0, all) == 1);
            assert_true(last > 0);
            assert_true(schedule_factor(s, kernels_usable(0), all, all) == 0);
            assert_true(schedule_factor(s, kernels_usable(0), all + 1, all) == 0);
        }
    assert_true(schedule_factor(SCHEDULE_CONSTANT, kernels_usable(0), 5, 0) == 1);
}

static void schedules_are_what_their_names_say(void **state)
{
    (void)state;
    enum { ALL = 117000 };
    const double pi = 3.14159265358979323846;
    int linear = schedule_named("linear"), cosine = schedule_named("cosine");
    double before = 2;
    for (int i = 0; i <= ALL; i++) {
        double along = (double)i / ALL, wave = pow(cos(pi / 2 * along), 2);
        double got = schedule_factor(cosine, kernels_usable(0), (uint64_t)i, ALL);
        assert_true(fabs(schedule_factor(linear, kernels_usable(0), (uint64_t)i, ALL) -
                         (1 - along)) < 1e-15);
        assert_true(fabs(got - wave) <= 5e-7 * wave + 1e-30);
        assert_true(got <= before);
        before = got;
    }
}

static void every_instruction_set_gives_the_same_factors(void **state)
{
    (void)state;
    for (int s = 0; schedule_choice(s); s++)
        for (int k = 0; kernels_usable(k); k++)
            for (uint64_t i = 0; i <= 1000; i++)
                assert_true(schedule_factor(s, kernels_usable(k), i, 1000) ==
                            schedule_factor(s, &kernels_generic, i, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedules_begin_at_1_and_end_at_0),
        cmocka_unit_test(schedules_are_what_their_names_say),
        cmocka_unit_test(every_instruction_set_gives_the_same_factors),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
