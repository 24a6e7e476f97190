/* tests/test_mismatch.c - the epochs in which D is shown real samples with a wrong condition.
 *
 * That a step with them, and one without, is right is for the golden games of tests/test_model.c.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"
#include "training.h"

#include "game/game.h"

#include "base/banned.h"

enum { CLASSES = 3, VALUES = 4 };

static uint32_t told_first[] = { 0, 1, 2, 3 };
static condition_feature told_features[] = { { 0, 1 }, { 1, 1 }, { 2, 1 } };
static const condition_table told = { CLASSES, CLASSES, told_first, told_features };

static const data_identity samples = {
    .channels = 1, .height = 2, .width = 2, .count = 8, .conditions = CLASSES, .examples = "a\nb\nc"
};

static void start(training *t, const char *loss, const char *mismatch, const char *epochs)
{
    const char *const settings[][2] = { { "loss", loss },
                                        { "mismatch", mismatch },
                                        { "mismatch-epochs", epochs },
                                        { "condition", "label" },
                                        { "r1", "1" } };
    model_options o;
    option_defaults(&model_option_table, &o);
    o.generator = "condition 2, linear 4";
    o.discriminator = "linear 5, leaky_relu 0.2, condition 2, linear 1";
    o.latent = 3;
    o.batch = 4;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        assert_ok(option_set(option_find(&model_option_table, settings[i][0]), &o, settings[i][1]));
    training_start(t, &o, &samples, NULL, 2, MODEL_TRAINS);
    t->model.taught = &told;
}

static void next_batch(void *context, uint32_t number, real_batch *to)
{
    const training *t = context;
    uint32_t batch = (uint32_t)t->model.options.batch;
    for (uint32_t i = 0; i < batch; i++) {
        t->compute.kernels->normal((random_stream){ 1, 0, 0xF7 }, (int)(number * batch + i), 0,
                                   VALUES, to->x + (ptrdiff_t)(i * VALUES));
        to->ids[i] = (i + number) % CLASSES;
        to->others[i] = (to->ids[i] + 1) % CLASSES;
    }
}

static void train_epoch(training *t)
{
    while (t->model.step < model_epoch_steps(&t->model))
        assert_ok(model_step(&t->model, &t->compute, (batch_source){ next_batch, t }));
    model_end_epoch(&t->model);
}

/* Goes on where the other is, as a resumed run does. */
static void take_over(training *to, const training *from)
{
    for (int i = 0; i < 2; i++) {
        const net *a = &from->model.players[i].net;
        const net *b = &to->model.players[i].net;
        memcpy(b->params, a->params, a->param_count * sizeof *a->params);
        memcpy(b->exp_avg, a->exp_avg, a->param_count * sizeof *a->params);
        memcpy(b->exp_avg_sq, a->exp_avg_sq, a->param_count * sizeof *a->params);
    }
    to->model.epoch = from->model.epoch;
}

static bool same_nets(const training *a, const training *b)
{
    bool same = true;
    for (int i = 0; i < 2; i++) {
        const net *x = &a->model.players[i].net, *y = &b->model.players[i].net;
        same = same && memcmp(x->params, y->params, x->param_count * sizeof *x->params) == 0;
    }
    return same;
}

static void wrong_conditions_end_after_their_epochs(void **state)
{
    (void)state;
    static const char *const losses[] = { "non-saturating", "relativistic" };
    for (int i = 0; i < 2; i++) {
        training two, all, none;
        start(&two, losses[i], "0.25", "2");
        start(&all, losses[i], "0.25", "0");
        start(&none, losses[i], "0", "0");
        for (int epoch = 0; epoch < 2; epoch++) {
            train_epoch(&two);
            train_epoch(&all);
            assert_true(same_nets(&two, &all));
        }
        take_over(&none, &two);
        train_epoch(&two);
        train_epoch(&all);
        train_epoch(&none);
        assert_true(same_nets(&two, &none));
        assert_false(same_nets(&two, &all));
        training_close(&two);
        training_close(&all);
        training_close(&none);
    }
}

static void epochs_without_a_condition_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "mismatch", "mismatch-epochs", "mismatch-near" };
    for (int i = 0; i < 3; i++) {
        data_identity plain = samples;
        model_options o;
        model m;
        char expected[64];
        plain.conditions = 0;
        plain.examples = NULL;
        option_defaults(&model_option_table, &o);
        assert_ok(option_set(option_find(&model_option_table, names[i]), &o, "1"));
        assert_int_equal(model_open(&m, &o, &plain), STATUS_USAGE);
        snprintf(expected, sizeof expected, "--%s: there are no conditions", names[i]);
        assert_non_null(strstr(status_message(), expected));
    }
}

static void labels_are_not_near_each_other(void **state)
{
    (void)state;
    model_options o;
    model m;
    option_defaults(&model_option_table, &o);
    assert_ok(option_set(option_find(&model_option_table, "condition"), &o, "label"));
    assert_ok(option_set(option_find(&model_option_table, "mismatch-near"), &o, "0.5"));
    assert_fails(model_open(&m, &o, &samples), STATUS_USAGE,
                 "--mismatch-near: is for --condition caption");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_conditions_end_after_their_epochs),
        cmocka_unit_test(epochs_without_a_condition_are_refused),
        cmocka_unit_test(labels_are_not_near_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
