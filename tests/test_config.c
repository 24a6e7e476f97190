/* tests/test_config.c - the configuration of a run: options by name, presets, what was given.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "train/config.h"

#include "base/banned.h"

static void set(train_config *c, const char *name, const char *value)
{
    const option_row *row = NULL;
    assert_ok(config_find(name, &row));
    assert_ok(config_set(c, row, value));
}

static void every_option_is_found_by_its_name(void **state)
{
    (void)state;
    const option_table *tables[] = { &preset_option_table, &model_option_table, &train_option_table,
                                     &compute_option_table };
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            const option_row *row;
            assert_ok(config_find(tables[t]->rows[i].name, &row));
            assert_ptr_equal(row, &tables[t]->rows[i]);
        }
    const option_row *row;
    assert_fails(config_find("epoch", &row), STATUS_USAGE,
                 "--epoch: no such option, did you mean --epochs?");
    assert_fails(config_find("", &row), STATUS_USAGE, "--: no such option");
}

static void options_are_set_where_they_belong(void **state)
{
    (void)state;
    train_config c;
    config_defaults(&c);
    assert_int_equal(c.options.epochs, 500);
    assert_int_equal(c.options.model.batch, 256);
    set(&c, "batch", "32");
    set(&c, "epochs", "3");
    set(&c, "threads", "2");
    set(&c, "size", "48");
    assert_int_equal(c.options.model.batch, 32);
    assert_int_equal(c.options.epochs, 3);
    assert_int_equal(c.options.compute.threads, 2);
    assert_int_equal(c.options.images.size, 48);
}

/* --preset fast has --batch 64, --beta1 0.5 and --epochs 20; best the same with --epochs 40. */
static void a_preset_sets_what_was_not_given_before_or_after_it(void **state)
{
    (void)state;
    train_config c;
    config_defaults(&c);
    set(&c, "batch", "32");
    set(&c, "preset", "best");
    set(&c, "preset", "fast");
    set(&c, "beta1", "0.25");
    config_finish(&c);
    assert_int_equal(c.options.model.batch, 32);
    assert_true(c.options.model.beta1 == 0.25);
    assert_true(c.options.model.ema == 0.999);
    assert_int_equal(c.options.epochs, 20);
}

static void what_was_given_and_a_presets_options_replace_others_and_nothing_else_does(void **state)
{
    (void)state;
    train_config c;
    config_defaults(&c);
    set(&c, "seed", "7");
    set(&c, "keep-every", "4");
    set(&c, "preset", "fast");
    config_finish(&c);
    train_options to = { .epochs = 1, .checkpoint_every = 9 };
    to.model.batch = 11;
    to.model.latent = 12;
    config_copy_given(&c, SCOPE_RUN, &to);
    assert_int_equal(to.epochs, 20);
    assert_int_equal(to.keep_every, 4);
    assert_int_equal(to.checkpoint_every, 9);
    assert_int_equal(to.model.batch, 11);
    config_copy_given(&c, SCOPE_MODEL, &to.model);
    assert_int_equal(to.model.batch, 64);
    assert_int_equal(to.model.seed, 7);
    assert_int_equal(to.model.latent, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_is_found_by_its_name),
        cmocka_unit_test(options_are_set_where_they_belong),
        cmocka_unit_test(a_preset_sets_what_was_not_given_before_or_after_it),
        cmocka_unit_test(what_was_given_and_a_presets_options_replace_others_and_nothing_else_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
