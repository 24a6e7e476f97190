/* tests/test_api_ask.c - libgan samples the class or the text that it is asked for.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "gan/gan.h"

#include "base/banned.h"

enum { SIZE = 28 * 28, CLASSES = 10, LATENT = 4 };

/* Option names and values in turn, NULL after the last. */
static const char *const options[] = { "data",
                                       GAN_SOURCE_DIR "/data/mnist",
                                       "limit",
                                       "64",
                                       "batch",
                                       "16",
                                       "latent",
                                       "4",
                                       "generator",
                                       "condition 3, linear 784, tanh",
                                       "discriminator",
                                       "projection 3",
                                       NULL };
static const char *const plain[] = { "batch", "16", "data",   GAN_SOURCE_DIR "/data/mnist",
                                     "limit", "64", "latent", "4",
                                     NULL };

static void set(gan_config *c, const char *name, const char *value)
{
    char message[256] = "";
    if (gan_config_set(c, name, value, message, sizeof message) != GAN_OK)
        fail_msg("%s", message);
}

static gan_trainer *opened(const char *const *names, const char *condition)
{
    char message[512] = "";
    gan_trainer *t = NULL;
    gan_config *c = gan_config_new();
    for (int i = 0; names[i]; i += 2)
        set(c, names[i], names[i + 1]);
    set(c, "condition", condition);
    if (strcmp(condition, "caption") == 0) {
        static const char template[] = "a {class}\n";
        assert_int_equal(file_write("captions.txt", template, sizeof template - 1), STATUS_OK);
        set(c, "captions", "captions.txt");
    }
    if (gan_trainer_open(c, &t, message, sizeof message) != GAN_OK)
        fail_msg("%s", message);
    gan_config_free(c);
    return t;
}

static gan_generator *saved(gan_trainer *t)
{
    char message[512] = "";
    gan_generator *g = NULL;
    if (gan_trainer_save(t, "ask.bin", message, sizeof message) != GAN_OK ||
        gan_load("ask.bin", &g, message, sizeof message) != GAN_OK)
        fail_msg("%s", message);
    return g;
}

/* A generator after one step. */
static gan_generator *trained(const char *const *names, const char *condition)
{
    gan_trainer *t = opened(names, condition);
    assert_int_equal(gan_trainer_step(t, NULL, 0), GAN_OK);
    gan_generator *g = saved(t);
    gan_trainer_close(t);
    return g;
}

static void classes_have_names_and_words_are_none(void **state)
{
    (void)state;
    gan_generator *g = trained(options, "label");
    assert_int_equal(gan_condition_kind(g), GAN_CONDITION_CLASS);
    assert_int_equal(gan_class_count(g), CLASSES);
    assert_string_equal(gan_class_name(g, 7), "7");
    assert_null(gan_class_name(g, -1));
    assert_null(gan_class_name(g, CLASSES));
    assert_int_equal(gan_word_count(g), 0);
    assert_null(gan_word(g, 0));
    gan_free(g);
}

static void a_class_is_shown_by_all_samples_until_all_take_turns_again(void **state)
{
    (void)state;
    enum { N = 2 * CLASSES, ASKED = 3, SEED = 5 };
    static float turns[N][SIZE], asked[N][SIZE], again[N][SIZE];
    gan_generator *g = trained(options, "label");
    assert_int_equal(gan_sample(g, SEED, 0, N, turns[0]), GAN_OK);
    assert_int_equal(gan_ask_class(g, ASKED, NULL, 0), GAN_OK);
    assert_int_equal(gan_sample(g, SEED, 0, N, asked[0]), GAN_OK);
    for (int i = 0; i < N; i++) /* sample i shows class i mod 10 if none is asked for */
        assert_int_equal(memcmp(asked[i], turns[i], sizeof asked[i]) == 0, i % CLASSES == ASKED);
    gan_ask_all(g);
    assert_int_equal(gan_sample(g, SEED, 0, N, again[0]), GAN_OK);
    assert_memory_equal(again, turns, sizeof again);
    gan_free(g);
}

static void a_class_is_shown_by_given_latents(void **state)
{
    (void)state;
    static const float z[2][LATENT] = { { 1, 0, -1, 0.5f }, { 1, 0, -1, 0.5f } };
    static float x[2][SIZE];
    gan_generator *g = trained(options, "label");
    assert_int_equal(gan_sample_latents(g, z[0], 2, x[0]), GAN_OK);
    assert_memory_not_equal(x[0], x[1], sizeof x[0]);
    assert_int_equal(gan_ask_class(g, 9, NULL, 0), GAN_OK);
    assert_int_equal(gan_sample_latents(g, z[0], 2, x[0]), GAN_OK);
    assert_memory_equal(x[0], x[1], sizeof x[0]);
    gan_free(g);
}

/* The captions "a 0" to "a 9" take turns in an order of their own: each is that of one sample. */
static void a_text_is_shown_like_the_caption_it_is(void **state)
{
    (void)state;
    static float turns[CLASSES][SIZE], asked[CLASSES][SIZE];
    gan_generator *g = trained(options, "caption");
    int found[CLASSES] = { 0 };
    assert_int_equal(gan_condition_kind(g), GAN_CONDITION_TEXT);
    assert_int_equal(gan_word_count(g), CLASSES + 1); /* 0 to 9, and a */
    assert_string_equal(gan_word(g, 3), "3");
    assert_string_equal(gan_word(g, CLASSES), "a");
    assert_int_equal(gan_class_count(g), 0);
    assert_int_equal(gan_sample(g, 1, 0, CLASSES, turns[0]), GAN_OK);
    for (int k = 0; k < CLASSES; k++) {
        const char text[] = { ' ', 'A', ' ', (char)('0' + k), '!', 0 };
        assert_int_equal(gan_ask_text(g, text, NULL, 0), GAN_OK);
        assert_int_equal(gan_sample(g, 1, 0, CLASSES, asked[0]), GAN_OK);
        for (int i = 0; i < CLASSES; i++)
            found[i] += memcmp(asked[i], turns[i], sizeof asked[i]) == 0;
    }
    for (int i = 0; i < CLASSES; i++)
        assert_int_equal(found[i], 1);
    gan_free(g);
}

static void a_trainer_shows_what_its_checkpoint_would(void **state)
{
    (void)state;
    enum { N = 2 * CLASSES };
    static float now[N][SIZE], later[N][SIZE];
    gan_trainer *t = opened(options, "label");
    assert_int_equal(gan_trainer_step(t, NULL, 0), GAN_OK);
    gan_generator *g = saved(t);
    for (int class = -1; class < 2; class ++) { /* -1: all */
        if (class >= 0) {
            assert_int_equal(gan_trainer_ask_class(t, class, NULL, 0), GAN_OK);
            assert_int_equal(gan_ask_class(g, class, NULL, 0), GAN_OK);
        }
        assert_int_equal(gan_trainer_sample(t, 7, 0, N, now[0]), GAN_OK);
        assert_int_equal(gan_sample(g, 7, 0, N, later[0]), GAN_OK);
        assert_memory_equal(now, later, sizeof now);
    }
    gan_trainer_ask_all(t);
    gan_ask_all(g);
    assert_int_equal(gan_trainer_sample(t, 7, 0, N, now[0]), GAN_OK);
    assert_memory_not_equal(now, later, sizeof now);
    assert_int_equal(gan_sample(g, 7, 0, N, later[0]), GAN_OK);
    assert_memory_equal(now, later, sizeof now);
    gan_free(g);
    gan_trainer_close(t);
}

static void asking_a_trainer_does_not_change_its_training(void **state)
{
    (void)state;
    static float x[2][SIZE], y[2][SIZE];
    gan_trainer *plain_one = opened(options, "caption"), *asked_one = opened(options, "caption");
    char message[256];
    assert_int_equal(gan_trainer_ask_text(asked_one, "a 3", NULL, 0), GAN_OK);
    assert_int_equal(gan_trainer_ask_text(asked_one, "?", message, sizeof message),
                     GAN_ERROR_USAGE);
    assert_int_equal(gan_trainer_sample(asked_one, 7, 0, 2, x[0]), GAN_OK);
    assert_int_equal(gan_trainer_epoch(asked_one, NULL, 0), GAN_OK);
    assert_int_equal(gan_trainer_epoch(plain_one, NULL, 0), GAN_OK);
    assert_true(gan_trainer_metric(asked_one, "spread") == gan_trainer_metric(plain_one, "spread"));
    assert_int_equal(gan_trainer_sample(asked_one, 7, 0, 2, x[0]), GAN_OK);
    assert_int_equal(gan_trainer_ask_text(plain_one, "A 3.", NULL, 0), GAN_OK);
    assert_int_equal(gan_trainer_sample(plain_one, 7, 0, 2, y[0]), GAN_OK);
    assert_memory_equal(x, y, sizeof x);
    gan_trainer_close(plain_one);
    gan_trainer_close(asked_one);
}

static void a_wish_that_cannot_be_fulfilled_changes_nothing(void **state)
{
    (void)state;
    static float before[SIZE], after[SIZE];
    char message[256] = "";
    gan_generator *g = trained(options, "label");
    assert_int_equal(gan_ask_class(g, 4, NULL, 0), GAN_OK);
    assert_int_equal(gan_sample(g, 1, 0, 1, before), GAN_OK);
    assert_int_equal(gan_ask_class(g, CLASSES, message, sizeof message), GAN_ERROR_USAGE);
    assert_string_equal(message, "class 10: expected one of 10 classes, from 0 on");
    assert_int_equal(gan_ask_class(g, -1, message, sizeof message), GAN_ERROR_USAGE);
    assert_int_equal(gan_ask_text(g, "four", message, sizeof message), GAN_ERROR_USAGE);
    assert_string_equal(message, "text: expected a generator of a run with --condition caption");
    assert_int_equal(gan_sample(g, 1, 0, 1, after), GAN_OK);
    assert_memory_equal(after, before, sizeof after);
    gan_free(g);

    g = trained(options, "caption");
    assert_int_equal(gan_ask_text(g, "a 4", NULL, 0), GAN_OK);
    assert_int_equal(gan_sample(g, 1, 0, 1, before), GAN_OK);
    assert_int_equal(gan_ask_text(g, "...", message, sizeof message), GAN_ERROR_USAGE);
    assert_string_equal(message, "text: expected a text with words, got \"...\"");
    assert_int_equal(gan_ask_text(g, "\xff", message, sizeof message), GAN_ERROR_USAGE);
    assert_string_equal(message, "text: expected UTF-8, got the byte 0xff at byte 1 of \"\\xff\"");
    assert_int_equal(gan_ask_class(g, 0, message, sizeof message), GAN_ERROR_USAGE);
    assert_int_equal(gan_sample(g, 1, 0, 1, after), GAN_OK);
    assert_memory_equal(after, before, sizeof after);
    gan_free(g);
}

static void a_generator_without_a_condition_has_no_classes(void **state)
{
    (void)state;
    static float before[SIZE], after[SIZE];
    gan_generator *g = trained(plain, "none");
    assert_int_equal(gan_condition_kind(g), GAN_CONDITION_NONE);
    assert_int_equal(gan_class_count(g), 0);
    assert_int_equal(gan_word_count(g), 0);
    assert_int_equal(gan_sample(g, 1, 0, 1, before), GAN_OK);
    assert_int_equal(gan_ask_class(g, 0, NULL, 0), GAN_ERROR_USAGE);
    assert_int_equal(gan_ask_text(g, "a", NULL, 0), GAN_ERROR_USAGE);
    gan_ask_all(g);
    assert_int_equal(gan_sample(g, 1, 0, 1, after), GAN_OK);
    assert_memory_equal(after, before, sizeof after);
    gan_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_have_names_and_words_are_none),
        cmocka_unit_test(a_class_is_shown_by_all_samples_until_all_take_turns_again),
        cmocka_unit_test(a_class_is_shown_by_given_latents),
        cmocka_unit_test(a_text_is_shown_like_the_caption_it_is),
        cmocka_unit_test(a_trainer_shows_what_its_checkpoint_would),
        cmocka_unit_test(asking_a_trainer_does_not_change_its_training),
        cmocka_unit_test(a_wish_that_cannot_be_fulfilled_changes_nothing),
        cmocka_unit_test(a_generator_without_a_condition_has_no_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
