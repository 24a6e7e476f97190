/* tests/test_config.c - the configuration of a run: options by name, presets, what was given.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "game/asked.h"
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
    assert_int_equal(config_find("", &row), STATUS_USAGE);
    assert_string_equal(status_message(), "--: no such option");
}

/* As people write them, and back as the shortest that is exact. */
static void sizes_have_units(void **state)
{
    (void)state;
    static const struct {
        const char *given, *canonical;
        uint64_t bytes;
    } good[] = {
        { "500M", "500M", 500000000 },        { "500 MB", "500M", 500000000 },
        { "1.5G", "1500M", 1500000000 },      { "2tb", "2T", 2000000000000 },
        { "512MiB", "536870912", 536870912 }, { "1gi", "1073741824", 1073741824 },
        { "1000000", "1M", 1000000 },         { "1234567B", "1234567", 1234567 },
        { "2000k", "2M", 2000000 },           { "0.25T", "250G", 250000000000 },
    };
    static const char *const bad[] = {
        "",       "M",       "1e9",   "-5M",
        "500MM",  "500 M B", "0x10M", "5 5M",
        "1.2.3G", "nan",     "1Ei",   "1P",
        "999k",   " 5M",     "500M ", "12345678901234567890123456789012345678901234567890"
    };
    const option_row *row = NULL;
    train_config c;
    config_defaults(&c);
    assert_int_equal(c.options.memory, 0);
    assert_ok(config_find("memory", &row));
    assert_true(option_is_initial(row, &c.options));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        text t = { 0 };
        assert_ok(option_set(row, &c.options, good[i].given));
        assert_int_equal(c.options.memory, good[i].bytes);
        option_get(row, &c.options, &t);
        assert_string_equal(t.data, good[i].canonical);
        text_free(&t);
    }
    assert_false(option_is_initial(row, &c.options));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(option_set(row, &c.options, bad[i]), STATUS_USAGE,
                     "--memory: expected a size such as 500M, 1.5G or 512MiB, at least 1M, got");
    assert_int_equal(c.options.memory, good[9].bytes);
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

/* mnist-text builds on mnist-label, and that on dcgan. */
static void a_preset_has_what_it_builds_on_with_its_own_values(void **state)
{
    (void)state;
    train_config c;
    config_defaults(&c);
    set(&c, "preset", "mnist-text");
    config_finish(&c);
    const model_options *m = &c.options.model;
    assert_int_equal(m->condition, CONDITION_CAPTION); /* its own, where mnist-label has a label */
    assert_non_null(
        strstr(m->generator, "condition 32")); /* of mnist-label, where dcgan has none */
    assert_true(m->beta2 == 0.99);             /* of dcgan */
}

static void a_preset_sets_each_option_once(void **state)
{
    (void)state;
    const preset *p;
    for (int k = 0; (p = preset_nth(k)); k++)
        for (int i = 0; preset_setting_of(p, i).name; i++) {
            assert_non_null(preset_row(preset_setting_of(p, i).name));
            for (int j = 0; j < i; j++)
                assert_string_not_equal(preset_setting_of(p, i).name, preset_setting_of(p, j).name);
        }
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
        cmocka_unit_test(sizes_have_units),
        cmocka_unit_test(options_are_set_where_they_belong),
        cmocka_unit_test(a_preset_sets_what_was_not_given_before_or_after_it),
        cmocka_unit_test(a_preset_has_what_it_builds_on_with_its_own_values),
        cmocka_unit_test(a_preset_sets_each_option_once),
        cmocka_unit_test(what_was_given_and_a_presets_options_replace_others_and_nothing_else_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
