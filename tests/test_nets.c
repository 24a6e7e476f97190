/* tests/test_nets.c - the nets of a model: options that do not fit, and what would.
 *
 * SPDX-License-Identifier: MIT */
#include "play.h"
#include "test.h"

#include <stdio.h>

#include "game/adversarial.h"

#include "base/banned.h"

/* ---- options that do not fit ---- */

static void nets_that_do_not_fit_are_refused_with_what_would(void **state)
{
    (void)state;
    static const struct {
        const char *generator, *discriminator, *message;
    } cases[] = {
        { "linear 6, relu, linear 9, tanh", "linear 1",
          "--generator: \"linear 6, relu, linear 9, tanh\" ends in 9 values, expected 8 (a sample "
          "is 2x2x2): 4 -> linear -> 6 -> relu -> 6 -> linear -> 9 -> tanh -> 9; make layer 3 "
          "\"linear 8\"" },
        { "tanh", "linear 1",
          "--generator: \"tanh\" ends in 4 values, expected 8 (a sample is 2x2x2): 4 -> tanh -> 4; "
          "add a layer \"linear 8\"" },
        { "linear 8", "linear 3, relu, linear 2",
          "--discriminator: \"linear 3, relu, linear 2\" ends in 2 values, expected 1 (one logit): "
          "2x2x2 -> linear -> 3 -> relu -> 3 -> linear -> 2; make layer 3 \"linear 1\"" },
        { "linear 8", "relu",
          "--discriminator: \"relu\" ends in 2x2x2, expected 1 (one logit): 2x2x2 -> relu -> "
          "2x2x2; add a layer \"linear 1\"" },
        { "linear 8", "linear 1, sigmoid",
          "--discriminator: \"linear 1, sigmoid\" ends in \"sigmoid\", expected it to end in "
          "\"linear 1\": its output is the logit, to which the loss applies the sigmoid itself" },
        { "linear 8", "linear 1, dropout 0.5", "ends in \"dropout\", expected it to end in" },
        { "linaer 8", "linear 1", "--generator: layer 1, \"linaer 8\": unknown layer \"linaer\"" },
        { "linear 8", "linear", "--discriminator: layer 1, \"linear\": linear takes one whole" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model_options o = small_options();
        model m;
        o.generator = cases[i].generator;
        o.discriminator = cases[i].discriminator;
        assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE, cases[i].message);
        assert_null(m.players[GENERATOR].net.spec);
        assert_null(m.players[DISCRIMINATOR].net.spec);
    }
}

static void the_word_out_is_the_size_of_a_sample_or_its_channels(void **state)
{
    (void)state;
    static const char *const specs[][2] = {
        { "linear out, tanh", "linear 8, tanh" },
        { "linear 3, conv_transpose out k2", "linear 3, conv_transpose 2 k2 s1 p0" },
        { "linear 8, reshape 2x2x2, conv out k3 p1,relu,reshape 8, linear out",
          "linear 8, reshape 2x2x2, conv 2 k3 s1 p1, relu, reshape 8, linear 8" },
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        model_options o = small_options();
        model m;
        o.generator = specs[i][0];
        assert_ok(model_open(&m, &o, &small_data));
        assert_string_equal(m.players[GENERATOR].net.spec, specs[i][1]);
        model_close(&m);
    }
}

static void a_batch_must_fit_the_data(void **state)
{
    (void)state;
    model_options o = small_options();
    model m;
    o.batch = 500;
    o.d_steps = 2;
    assert_ok(model_open(&m, &o, &small_data));
    assert_int_equal(model_epoch_steps(&m), 1);
    model_close(&m);
    o.batch = 501;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--d-steps: an epoch needs at least batch x d-steps = 501 x 2 samples, "
                 "the data has 1000");
    o.batch = 1001;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--batch: an epoch needs at least batch x d-steps = 1001 x 2 samples, "
                 "the data has 1000");
    o.batch = 65536; /* the product does not fit an int */
    o.d_steps = 65536;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE, "65536 x 65536 samples");
}

static void rules_that_make_no_sense_together_are_refused(void **state)
{
    (void)state;
    model_options o = small_options();
    model m;
    assert_ok(option_set(option_find(&model_option_table, "loss"), &o, "hinge"));
    o.label_smoothing = 0.1;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--label-smoothing: the loss hinge has no labels that could be smoothed");
    o = small_options();
    assert_ok(option_set(option_find(&model_option_table, "lr-schedule"), &o, "cosine"));
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--lr-schedule: cosine needs --lr-epochs, after which it is at 0");
}

static void without_specs_the_nets_are_those_of_the_listing(void **state)
{
    (void)state;
    model_options o;
    model m;
    const data_identity mnist = {
        .channels = 1, .height = 28, .width = 28, .count = 60000, .kind = SAMPLE_IMAGE
    };
    option_defaults(&model_option_table, &o);
    assert_ok(model_open(&m, &o, &mnist));
    assert_string_equal(m.options.generator,
                        "linear 150, relu, linear 300, relu, linear 784, tanh");
    assert_string_equal(m.options.discriminator,
                        "linear 300, relu, dropout 0.3, linear 150, relu, dropout 0.3, linear 1");
    assert_int_equal(m.players[GENERATOR].net.param_count, 296434);
    assert_int_equal(m.players[DISCRIMINATOR].net.param_count, 280801);
    assert_int_equal(model_epoch_steps(&m), 234);
    model_close(&m);
}

/* Four residual blocks and the enlargements, around which the bicubic filter's picture is added. */
static void without_a_spec_a_task_has_four_residual_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *task;
        int scale;
        const char *shuffles;
    } cases[] = { { "upscale", 2, " 2" },
                  { "upscale", 3, " 3" },
                  { "upscale", 4, " 2 2" },
                  { "colorize", 0, "" },
                  { "inpaint", 0, "" } };
    const data_identity data = {
        .channels = 3, .height = 48, .width = 48, .count = 300, .kind = SAMPLE_IMAGE
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model_options o;
        model m;
        int blocks = 0, enlarged = 0;
        char shuffles[16] = "";
        option_defaults(&model_option_table, &o);
        assert_ok(option_set(option_find(&model_option_table, "task"), &o, cases[i].task));
        if (cases[i].scale > 0)
            o.scale = cases[i].scale;
        assert_ok(model_open(&m, &o, &data));
        const net *g = &m.players[GENERATOR].net;
        for (int k = 0; k < g->count; k++) {
            const layer *l = &g->layers[k];
            size_t n = strlen(shuffles);
            blocks += strcmp(l->ops->name, "add") == 0;
            enlarged += strcmp(l->ops->name, "add_enlarged") == 0;
            if (strcmp(l->ops->name, "pixel_shuffle") == 0)
                snprintf(shuffles + n, sizeof shuffles - n, " %d", (int)l->arguments[0]);
        }
        assert_int_equal(blocks, 4);
        assert_int_equal(enlarged, cases[i].scale > 0);
        assert_string_equal(shuffles, cases[i].shuffles);
        model_close(&m);
    }
}

/* ---- layers that exclude options ---- */

typedef struct combination {
    const char *generator, *discriminator, *option, *value, *message;
} combination;

/* Opens a model with these nets, a batch of 4 and that option. */
static status open_on(const combination *c, int kind, const data_identity *data, model *m)
{
    model_options o;
    option_defaults(&model_option_table, &o);
    o.condition = kind;
    o.generator = c->generator;
    o.discriminator = c->discriminator;
    o.batch = 4;
    assert_ok(option_set(option_find(&model_option_table, c->option), &o, c->value));
    return model_open(m, &o, data);
}

static status open_with(const combination *c, model *m)
{
    const data_identity data = {
        .channels = 2, .height = 2, .width = 2, .count = 100, .kind = SAMPLE_IMAGE
    };
    return open_on(c, CONDITION_NONE, &data, m);
}

/* The same with the labels of two classes. */
static status open_told(const combination *c, model *m)
{
    const data_identity data = { .channels = 2,
                                 .height = 2,
                                 .width = 2,
                                 .count = 100,
                                 .kind = SAMPLE_IMAGE,
                                 .conditions = 2,
                                 .examples = "a\nb" };
    return open_on(c, CONDITION_LABEL, &data, m);
}

static void what_does_not_go_together_is_refused_with_what_would(void **state)
{
    (void)state;
    static const combination cases[] = {
        { "linear 8", "linear 4, batch_norm, linear 1", "r1", "0.5",
          "--r1: needs a D that judges each sample by itself, which it does not with batch_norm "
          "(layer 2 of --discriminator): give its linear and conv layers spectral_norm instead" },
        { "linear 8", "batch_norm, linear 1", "gradient-penalty", "10",
          "--gradient-penalty: needs a D that judges each sample by itself, which it does not with "
          "batch_norm (layer 1 of --discriminator)" },
        { "linear 8, batch_norm", "linear 1", "batch", "1",
          "--batch: expected at least 2 samples, as layer 2 of --generator, batch_norm, has 1 "
          "value of each channel in a sample, got 1" },
        { "linear 8 spectral_norm", "linear 1", "batch", "2",
          "--generator: layer 1, \"linear 8 spectral_norm\": spectral_norm is for the layers of "
          "the discriminator" },
        { "linear 8", "linear 1, batch_norm", "batch", "2",
          "--discriminator: \"linear 1, batch_norm\" ends in \"batch_norm\", expected" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model m;
        assert_fails(open_with(&cases[i], &m), STATUS_USAGE, cases[i].message);
    }
}

static void what_goes_together_is_not_refused(void **state)
{
    (void)state;
    static const combination cases[] = {
        { "linear 8, batch_norm", "linear 4 spectral_norm, linear 1", "r1", "0.5", NULL },
        { "linear 2x2x2, batch_norm", "batch_norm, linear 1", "batch", "1", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model m;
        assert_ok(open_with(&cases[i], &m));
        model_close(&m);
    }
}

static void both_nets_are_told_the_condition_and_none_counts_rows_after_that(void **state)
{
    (void)state;
    static const combination cases[] = {
        { "linear 8", "projection 2", "mismatch", "0.25",
          "--generator: no layer of \"linear 8\" joins the condition: expected one such as "
          "\"condition" },
        { "condition 2, linear 8", "linear 1", "mismatch", "0.25",
          "--discriminator: no layer of \"linear 1\" joins the condition: expected one such as "
          "\"projection" },
        { "condition 2, linear 8", "linear 4, condition 2, batch_norm, linear 1", "mismatch",
          "0.25",
          "--discriminator: layer 3, batch_norm, follows one that joins the condition: put it "
          "before that one, or give --mismatch 0" },
        { "condition 2, linear 8", "linear 4, condition 2, batch_norm, linear 1", "mismatch", "0",
          NULL },
        { "condition 2, linear 8", "linear 4, batch_norm, projection 2", "mismatch", "0.25", NULL },
        { "condition 2, linear 8, batch_norm", "condition 2, linear 1", "mismatch", "0.25", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model m;
        status s = open_told(&cases[i], &m);
        if (cases[i].message) {
            assert_fails(s, STATUS_USAGE, cases[i].message);
        } else {
            assert_ok(s);
            model_close(&m);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nets_that_do_not_fit_are_refused_with_what_would),
        cmocka_unit_test(the_word_out_is_the_size_of_a_sample_or_its_channels),
        cmocka_unit_test(a_batch_must_fit_the_data),
        cmocka_unit_test(rules_that_make_no_sense_together_are_refused),
        cmocka_unit_test(without_specs_the_nets_are_those_of_the_listing),
        cmocka_unit_test(without_a_spec_a_task_has_four_residual_blocks),
        cmocka_unit_test(what_does_not_go_together_is_refused_with_what_would),
        cmocka_unit_test(what_goes_together_is_not_refused),
        cmocka_unit_test(both_nets_are_told_the_condition_and_none_counts_rows_after_that),
    };
    return cmocka_run_group_tests_name("nets", tests, NULL, NULL);
}
