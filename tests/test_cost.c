/* tests/test_cost.c - what a run says of its cost, by a clock that the test sets.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <string.h>

#include "cli/cost.h"
#include "game/task.h"

#include "base/banned.h"

/* 100 steps in an epoch. */
static model model_of(uint32_t epoch)
{
    return (model){ .data = { .count = 6400 },
                    .options = { .batch = 64, .d_steps = 1 },
                    .epoch = epoch };
}

static train_options options_of(int epochs)
{
    return (train_options){ .epochs = epochs, .picture_every = 1 };
}

/* Steps that take as long, and epochs whose files take as long, until something is said; what. */
static text until_said(cost *c, model *m, double *now, double step, double files)
{
    text t = { 0 };
    while (t.length == 0 && m->epoch < 100000) {
        *now += step;
        m->step++;
        bool known = cost_is_known(c, m, *now);
        if (known)
            cost_say(c, m, *now, &t);
        if (m->step == 100) {
            *now += files;
            m->step = 0;
            m->epoch++;
        }
    }
    return t;
}

static void times_are_said_as_people_say_them(void **state)
{
    (void)state;
    const struct {
        double seconds;
        const char *said;
    } cases[] = { { 0.2, "1 s" },     { 7.4, "7 s" },          { 19, "19 s" },
                  { 41, "40 s" },     { 87, "85 s" },          { 88, "1 min" },
                  { 1500, "25 min" }, { 5340, "89 min" },      { 5400, "1 h 30 min" },
                  { 7200, "2 h" },    { 11400, "3 h 10 min" }, { 172000, "47 h 45 min" },
                  { 172800, "2 d" },  { 187300, "2 d 4 h" },   { 1e9, "32 years" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text t = { 0 };
        cost_add_time(&t, cases[i].seconds);
        assert_string_equal(t.data, cases[i].said);
        text_free(&t);
    }
}

/* Steps of 0.4 s: an epoch of 100 takes 40 s, 285 of them 3 h 10 min. */
static void a_new_run_says_its_time_and_when_the_first_picture_comes(void **state)
{
    (void)state;
    model m = model_of(0);
    const train_options o = options_of(285);
    cost c;
    double now = 1000;
    cost_open(&c, &m, &o);
    text t = until_said(&c, &m, &now, 0.4, 0);
    assert_string_equal(
        t.data, "about 3 h 10 min for 285 epochs on this machine, first picture after 40 s");
    text_free(&t);
    assert_true(now < 1000 + 5); /* after three seconds and the first step */
    for (int i = 0; i < 50; i++) {
        m.step++;
        assert_false(cost_is_known(&c, &m, now += 0.4)); /* once */
    }
}

static void the_first_step_which_is_slow_does_not_count(void **state)
{
    (void)state;
    model m = model_of(0);
    const train_options o = options_of(10);
    cost c;
    double now = 1000 + 50;
    cost_open(&c, &m, &o);
    text t = until_said(&c, &m, &now, 0.4, 0);
    assert_string_equal(t.data,
                        "about 7 min for 10 epochs on this machine, first picture after 40 s");
    text_free(&t);
}

/* 100 steps of 1 ms and files of 0.9 s: an epoch takes a second, and the first is over. */
static void the_files_of_short_epochs_count(void **state)
{
    (void)state;
    model m = model_of(0);
    const train_options o = options_of(50);
    cost c;
    double now = 1000;
    cost_open(&c, &m, &o);
    text t = until_said(&c, &m, &now, 0.001, 0.9);
    assert_string_equal(t.data, "about 50 s for 50 epochs on this machine");
    text_free(&t);
}

static void a_resumed_run_says_what_is_left(void **state)
{
    (void)state;
    model m = model_of(7);
    train_options o = options_of(10);
    cost c;
    double now = 1000;
    m.step = 50;
    o.resume = true;
    o.picture_every = 5;
    o.eval_every = 2;
    cost_open(&c, &m, &o);
    text t = until_said(&c, &m, &now, 0.4, 0);
    assert_string_equal(t.data, "about 2 min for the 3 epochs left on this machine, next picture "
                                "after 2 min, and the time of --eval-every");
    text_free(&t);
}

static void nothing_is_said_of_pictures_that_are_not_written(void **state)
{
    (void)state;
    model m = model_of(0);
    train_options o = options_of(2);
    cost c;
    double now = 1000;
    o.picture_every = 0;
    cost_open(&c, &m, &o);
    text t = until_said(&c, &m, &now, 0.4, 0);
    assert_string_equal(t.data, "about 80 s for 2 epochs on this machine");
    text_free(&t);
}

/* Epochs of 40 s, then, with D, of 80 s. */
static void each_phase_is_measured_by_itself(void **state)
{
    (void)state;
    model m = model_of(0);
    const train_options o = options_of(5);
    cost c;
    double now = 1000;
    while (!task_nth(m.options.task)->degrade)
        m.options.task++;
    assert_ok(phases_parse(&m.phases, "mse:3,adversarial:2"));
    cost_open(&c, &m, &o);
    text t = until_said(&c, &m, &now, 0.4, 0);
    assert_string_equal(t.data, "about 2 min for 3 epochs of mse on this machine, first picture "
                                "after 40 s");
    text_free(&t);
    while (m.epoch < 3) {
        m.step++;
        assert_false(cost_is_known(&c, &m, now += 0.4));
        m.epoch += m.step == 100;
        m.step %= 100;
    }
    t = until_said(&c, &m, &now, 0.8, 0);
    assert_string_equal(t.data, "about 3 min for the 2 epochs of adversarial on this machine, next "
                                "picture after 80 s");
    text_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_said_as_people_say_them),
        cmocka_unit_test(a_new_run_says_its_time_and_when_the_first_picture_comes),
        cmocka_unit_test(the_first_step_which_is_slow_does_not_count),
        cmocka_unit_test(the_files_of_short_epochs_count),
        cmocka_unit_test(a_resumed_run_says_what_is_left),
        cmocka_unit_test(nothing_is_said_of_pictures_that_are_not_written),
        cmocka_unit_test(each_phase_is_measured_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
