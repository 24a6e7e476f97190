/* tests/test_choice.c - what --preset auto chooses: the table, the options that it adds, the size
 * of pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "game/asked.h"
#include "train/choice.h"

#include "base/banned.h"

static void give(train_config *c, const char *name, const char *value)
{
    const option_row *row = NULL;
    assert_ok(config_find(name, &row));
    assert_ok(config_set(c, row, value));
}

static void begin(train_config *c)
{
    config_defaults(c);
    give(c, "preset", "auto");
    config_finish(c);
    assert_true(c->chooses);
}

static choice_facts images(int channels, int height, int width, int count)
{
    return (choice_facts){
        .kind = DATA_IDX, .channels = channels, .height = height, .width = width, .count = count
    };
}

/* The name at the beginning of what is said must be that. */
static void assert_chooses(const choice_facts *f, const char *wanted)
{
    train_config c;
    text said = { 0 };
    begin(&c);
    choice_make(&c, f, &said);
    assert_non_null(said.data);
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(said.data, ","), said.data);
    assert_string_equal(name, wanted);
    text_free(&said);
}

static void each_kind_of_data_has_its_preset(void **state)
{
    (void)state;
    choice_facts f = images(1, 28, 28, 60000);
    assert_chooses(&f, "dcgan");
    f.labels = true;
    assert_chooses(&f, "mnist-label");
    f.texts = true;
    assert_chooses(&f, "mnist-text");
    f.restores = true;
    assert_chooses(&f, "mnist-upscale");
    f.kind = DATA_PICTURES;
    assert_chooses(&f, "photo-upscale");
    f = (choice_facts){ .kind = DATA_POINTS, .channels = 2, .height = 1, .width = 1, .count = 9 };
    assert_chooses(&f, "points");
    f = images(3, 28, 28, 10000);
    assert_chooses(&f, "stacked");
    f = images(3, 28, 28, 9999);
    assert_chooses(&f, "dcgan");
    for (int channels = 1; channels <= 3; channels += 2) {
        f = images(channels, 32, 32, 12);
        assert_chooses(&f, "dcgan-32");
        f = images(channels, 64, 64, 60000);
        assert_chooses(&f, "dcgan-64");
        f = images(channels, 128, 128, 1);
        assert_chooses(&f, "dcgan-128");
        f = images(channels, 1, 1, 1);
        assert_chooses(&f, "fast");
        f = images(channels, 32, 28, 500);
        assert_chooses(&f, "fast");
        f.labels = true;
        assert_chooses(&f, "listing");
        f = images(channels, 32, 32, 500);
        f.texts = true;
        assert_chooses(&f, "emoji-text");
    }
}

/* dcgan has 18 epochs and batches of 64: 17,000 steps of 64 in 60,000 images are 18.1 epochs. */
static void the_epochs_make_the_steps_of_the_row(void **state)
{
    (void)state;
    const struct {
        int count, epochs, batch, every;
    } cases[] = { { 60000, 18, 64, 1 },  /* 17,000 steps of 64 are 18.1 epochs */
                  { 1000000, 1, 64, 1 }, /* 1.1 */
                  { 1000, 768, 64, 2 },  /* fewer than 10,000: 12,000 steps of 64 */
                  { 300, 2000, 64, 5 },  /* no more than 2,000, whose files are not all kept */
                  { 12, 2000, 12, 5 } }; /* a batch of all */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        train_config c;
        text said = { 0 };
        const choice_facts f = images(1, 28, 28, cases[i].count);
        begin(&c);
        choice_make(&c, &f, &said);
        text_free(&said);
        assert_int_equal(c.options.epochs, cases[i].epochs);
        assert_int_equal(c.options.model.batch, cases[i].batch);
        assert_int_equal(c.options.picture_every, cases[i].every);
        assert_int_equal(c.options.checkpoint_every, cases[i].every);
    }
}

/* mnist-label has 16 epochs, the last 3 without wrong labels. */
static void wrong_labels_end_after_the_preset_s_share_of_the_epochs(void **state)
{
    (void)state;
    const struct {
        int count, epochs, mismatch;
    } cases[] = { { 60000, 16, 13 }, /* 15,000 steps of 64 in 60,000 images */
                  { 12000, 80, 65 }, /* 13/16 of 80 */
                  { 1000, 960, 780 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        train_config c;
        text said = { 0 };
        choice_facts f = images(1, 28, 28, cases[i].count);
        f.labels = true;
        begin(&c);
        choice_make(&c, &f, &said);
        text_free(&said);
        assert_int_equal(c.options.epochs, cases[i].epochs);
        assert_int_equal(c.options.model.mismatch_epochs, cases[i].mismatch);
    }
}

static void options_that_are_given_hold_and_are_not_said(void **state)
{
    (void)state;
    train_config c;
    text said = { 0 };
    const choice_facts f = images(1, 28, 28, 100);
    config_defaults(&c);
    give(&c, "epochs", "3");
    give(&c, "r1", "7");
    give(&c, "batch", "50");
    give(&c, "preset", "auto");
    config_finish(&c);
    choice_make(&c, &f, &said);
    assert_int_equal(c.options.epochs, 3);
    assert_true(c.options.model.r1 == 7);
    assert_int_equal(c.options.model.batch, 50);
    assert_string_equal(said.data,
                        "dcgan, for 28x28, fewer than 10,000; with --augment translation,cutout");
    text_free(&said);
}

static void grey_images_are_not_mirrored(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 3; channels += 2) {
        train_config c;
        text said = { 0 };
        const choice_facts f = images(channels, 64, 64, 5000);
        begin(&c);
        choice_make(&c, &f, &said);
        assert_int_equal(c.options.model.flip, channels == 3);
        assert_int_equal(strstr(said.data, "no --flip") != NULL, channels == 1);
        text_free(&said);
    }
}

static void pictures_are_scaled_to_a_size_that_has_convolutions(void **state)
{
    (void)state;
    const struct {
        picture_survey survey;
        int size;
    } cases[] = {
        { { 0 }, 0 },             /* no folder of pictures */
        { { 9, 28, 28, 28 }, 0 }, /* these keep theirs */
        { { 9, 32, 32, 32 }, 0 },
        { { 9, 64, 64, 64 }, 0 },
        { { 9, 1, 1, 1 }, 0 },
        { { 9, 20, 60, 20 }, 0 },
        { { 9, 20, 65, 20 }, 32 }, /* longer than what is kept */
        { { 9, 65, 20, 20 }, 32 },
        { { 9, 64, 27, 27 }, 0 },
        { { 9, 27, 64, 27 }, 0 },
        { { 9, 40, 28, 28 }, 32 },
        { { 9, 64, 28, 28 }, 32 },
        { { 9, 48, 48, 48 }, 32 },
        { { 9, 64, 48, 48 }, 32 },
        { { 9, 64, 65, 64 }, 64 },
        { { 9, 320, 240, 240 }, 64 },
        { { 9, 0, 0, 10 }, 32 }, /* of many sizes */
        { { 9, 0, 0, 63 }, 32 },
        { { 9, 0, 0, 64 }, 64 },
    };
    train_config c;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&c);
        assert_int_equal(choice_size(&cases[i].survey, &c.options), cases[i].size);
    }
    const picture_survey large = { 9, 320, 240, 240 };
    c.options.model.condition = CONDITION_LABEL;
    assert_int_equal(choice_size(&large, &c.options), 32);
    c.options.images.size = 128; /* given */
    assert_int_equal(choice_size(&large, &c.options), 0);
}

/* The row as a line of the table in docs/recipes.md. */
static void add_line(text *t, const choice_row *row)
{
    text_add(t, "| %s | `%s` |", row->data, row->preset);
    for (const preset_setting *s = row->besides; s->name; s++) {
        const char *comma = s > row->besides ? ", " : " ";
        if (strcmp(s->value, "false") == 0)
            text_add(t, "%sno `--%s`", comma, s->name);
        else
            text_add(t, "%s`--%s %s`", comma, s->name, s->value);
    }
    if (row->steps > 0)
        text_add(t, " | %d,%03d |\n", row->steps / 1000, row->steps % 1000);
    else
        text_add(t, " | |\n");
}

static void the_table_in_the_documentation_is_that_of_the_code(void **state)
{
    (void)state;
    unsigned char *bytes;
    size_t n;
    choice_row row;
    text table = { 0 }, page = { 0 };
    assert_ok(file_read(GAN_SOURCE_DIR "/docs/recipes.md", 1 << 20, &bytes, &n));
    text_add_bytes(&page, (const char *)bytes, n);
    free(bytes);
    text_add(&table, "| samples | preset | also sets | steps |\n|---|---|---|---|\n");
    for (int i = 0; choice_nth(i, &row); i++)
        add_line(&table, &row);
    text_add(&table, "\n"); /* and no other row */
    assert_non_null(strstr(page.data, table.data));
    text_free(&table);
    text_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_data_has_its_preset),
        cmocka_unit_test(the_epochs_make_the_steps_of_the_row),
        cmocka_unit_test(wrong_labels_end_after_the_preset_s_share_of_the_epochs),
        cmocka_unit_test(options_that_are_given_hold_and_are_not_said),
        cmocka_unit_test(grey_images_are_not_mirrored),
        cmocka_unit_test(pictures_are_scaled_to_a_size_that_has_convolutions),
        cmocka_unit_test(the_table_in_the_documentation_is_that_of_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
