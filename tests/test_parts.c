/* tests/test_parts.c - the parts of a folder of pictures: known by many names, at several places.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "told_folder.h"

#include "data/part_names.h"

/* ---- parts ---- */

static void parts_are_known_by_their_usual_names_in_any_letter_case(void **state)
{
    (void)state;
    static const struct {
        const char *train, *test; /* folders that are there */
        const char *found;        /* the training part in it */
    } cases[] = {
        { "train", "test", "set/train" },
        { "train", "val", "set/train" },
        { "TRAIN", "VAL", "set/TRAIN" },
        { "Train", "Validation", "set/Train" },
        { "training", "testing", "set/training" },
        { "Training_Set", "Test_Set", "set/Training_Set" },
        { "train_images", "valid_images", "set/train_images" },
        { "train2017", "val2017", "set/train2017" },
        { "seg_train", "seg_test", "set/seg_train" },
        { "trainset", "devset", "set/trainset" },
        { "train", "held-out", "set/train" },
        { "train", "holdout", "set/train" },
        { "train", "eval", "set/train" },
        { "train", "test1", "set/train" },
        { "mnist_train", "mnist_test", "set/mnist_train" },
        { "DIV2K_train_HR", "DIV2K_valid_HR", "set/DIV2K_train_HR" },
        { "TrainImages", "TestImages", "set/TrainImages" },
        { "BSDTrain", "BSDTest", "set/BSDTrain" },
        { "train_64x64", "valid_64x64", "set/train_64x64" },
        { "Training", "PublicTest", "set/Training" },
        { "train_val", "test", "set/train_val" },
        { "cats_train", "dogs_test", NULL },
        { "train_test", "test", NULL },
        { "testtrain", "strain", NULL },
        { "trains", "tests", NULL },
        { "train", "best", NULL },
        { "rain", "test", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char train[64], test[64];
        data_place f, held_out;
        snprintf(train, sizeof train, "set/%s", cases[i].train);
        snprintf(test, sizeof test, "set/%s", cases[i].test);
        assert_ok(folder_make("set"));
        for (int k = 0; k < 2; k++) {
            char path[80];
            snprintf(path, sizeof path, "%s/1.pgm", k == 0 ? train : test);
            put_grey(path, 1);
        }
        assert_ok(find_data(&f, "set"));
        assert_string_equal(f.path, cases[i].found ? cases[i].found : "set");
        assert_ok(find_test(&held_out, &f));
        if (cases[i].found)
            assert_string_equal(held_out.path, test);
        else
            assert_int_equal(held_out.kind, DATA_NONE);
        data_place_free(&held_out);
        data_place_free(&f);
        assert_int_equal(place_remove("set"), 0);
    }
}

static void a_name_is_its_word_for_the_part_and_the_others(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int train, held_out;
        const char *rest;
    } cases[] = {
        { "train", 0, -1, "" },        { "training", 1, -1, "" },
        { "test", -1, 0, "" },         { "testing", -1, 1, "" },
        { "val", -1, 3, "" },          { "train-x", 0, -1, "x" },
        { "x_test", -1, 0, "x" },      { "train 224x224", 0, -1, "" },
        { "train-8x", 0, -1, "" },     { "train-x8y", 0, -1, "x8y" },
        { "TrainHR", 0, -1, "hr" },    { "d-train-set2-low", 0, -1, "dlow" },
        { "train-images", 0, -1, "" }, { "images", -1, -1, "" },
        { "train_test", -1, -1, "" },  { "", -1, -1, "" },
        { "train-val", 2, -1, "" },    { "hold out 3", -1, 12, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        part_name p = part_name_of(cases[i].name);
        if (p.train != cases[i].train || p.held_out != cases[i].held_out ||
            (p.train + p.held_out > -2 && strcmp(p.rest, cases[i].rest) != 0))
            fail_msg("%s: got %d, %d and \"%s\"", cases[i].name, p.train, p.held_out, p.rest);
    }
}

static void names_match_if_their_other_words_are_equal_or_one_has_none(void **state)
{
    (void)state;
    static const struct {
        const char *train, *test;
        int match;
    } cases[] = { { "train", "test", 0 },      { "x-train", "test-x", 0 },
                  { "train", "x-test", 1 },    { "train-x", "test", 1 },
                  { "train-x", "test-y", -1 }, { "train-x", "xy-test", -1 },
                  { "train-xy", "test-x", -1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const part_name train = part_name_of(cases[i].train), test = part_name_of(cases[i].test);
        assert_int_equal(part_names_match(&train, &test), cases[i].match);
    }
}

static void the_test_part_comes_before_the_validation_part_and_what_is_unused_is_said(void **state)
{
    (void)state;
    dataset d, test;
    dataset_request r = request("set");
    put_grey("set/train/1.pgm", 100);
    put_grey("set/val/1.pgm", 101);
    put_grey("set/test/1.pgm", 102);
    put_grey("set/more/1.pgm", 103);
    assert_ok(open_set(&d, "set"));
    assert_int_equal(d.count, 1);
    assert_string_equal(said, "set/train: is the training part, and test beside it the test part; "
                              "not used: more, val\n");
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_true(test.count == 1 && test.pixels[0] == 102);
    dataset_close(&test);
    dataset_close(&d);
}

/* As DIV2K has them: of two pairs, the one with the shorter names. */
static void the_parts_differ_in_the_word_for_the_part_alone(void **state)
{
    (void)state;
    data_place f, test;
    put_grey("set/d_train_LR_bicubic/1.pgm", 1);
    put_grey("set/d_valid_LR_bicubic/1.pgm", 1);
    put_grey("set/d_valid_HR/1.pgm", 1);
    put_grey("set/d_train_HR/1.pgm", 1);
    assert_ok(find_data(&f, "set"));
    assert_string_equal(f.path, "set/d_train_HR");
    assert_ok(find_test(&test, &f));
    assert_string_equal(test.path, "set/d_valid_HR");
    data_place_free(&test);
    data_place_free(&f);
    assert_ok(find_data(&f, "set/d_train_LR_bicubic")); /* named, so meant */
    assert_ok(find_test(&test, &f));
    assert_string_equal(test.path, "set/d_valid_LR_bicubic");
    data_place_free(&test);
    data_place_free(&f);
}

static void parts_are_found_in_the_one_folder_that_contains_everything(void **state)
{
    (void)state;
    data_place f;
    put_grey("set/archive/data/train/1.pgm", 1);
    put_grey("set/archive/data/val/1.pgm", 1);
    put("set/README", "x", 1);
    put("set/__MACOSX/archive/1.pgm", "x", 1);
    assert_ok(find_data(&f, "set"));
    assert_string_equal(f.path, "set/archive/data/train");
    data_place_free(&f);
    put("set/labels/train/1.txt", "x", 1); /* folders without pictures do not count */
    put("set/labels/val/1.txt", "x", 1);
    assert_ok(find_data(&f, "set"));
    assert_string_equal(f.path, "set/archive/data/train");
    data_place_free(&f);
    put_grey("set/labels/val/1.pgm", 1);
    assert_ok(find_data(&f, "set"));
    assert_string_equal(f.path, "set");
    data_place_free(&f);
}

static void a_held_out_part_that_is_trained_on_is_named(void **state)
{
    (void)state;
    dataset d;
    put_grey("set/a/train/1.pgm", 100);
    put_grey("set/a/test/1.pgm", 100);
    put_grey("set/b/testA/1.pgm", 100);
    put_grey("set/b/testament/1.pgm", 100);
    assert_ok(open_set(&d, "set"));
    assert_true(strncmp(said, "set/a/test", 10) == 0 || strncmp(said, "set/b/testA", 11) == 0);
    assert_non_null(strstr(said, ": is named like a held-out part, but is used with the rest: 2 of "
                                 "the 4 pictures are in such a folder"));
    dataset_close(&d);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(parts_are_known_by_their_usual_names_in_any_letter_case),
        cmocka_unit_test(a_name_is_its_word_for_the_part_and_the_others),
        cmocka_unit_test(names_match_if_their_other_words_are_equal_or_one_has_none),
        PLACED(the_test_part_comes_before_the_validation_part_and_what_is_unused_is_said),
        PLACED(the_parts_differ_in_the_word_for_the_part_alone),
        PLACED(parts_are_found_in_the_one_folder_that_contains_everything),
        PLACED(a_held_out_part_that_is_trained_on_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
