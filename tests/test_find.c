/* tests/test_find.c - the places where the parts of a data set are searched.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "data/find.h"

static void the_test_part_of_a_folder_train_is_the_folder_test_beside_it(void **state)
{
    (void)state;
    static const struct {
        const char *train, *test;
    } cases[] = {
        { "train", "test" },
        { "pictures/train", "pictures/test" },
        { "train//", "test" },
        { "pictures/xtrain", NULL },
        { "rain", NULL },
        { "strait", NULL },
        { "/", NULL },
        { "elsewhere/train", NULL },
        { "pictures/trains", NULL },
    };
    assert_ok(folder_make("test"));
    assert_ok(folder_make("pictures/test"));
    assert_ok(folder_make("pictures/xtest"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[32];
        snprintf(path, sizeof path, "%s", cases[i].train);
        const data_place train = { .kind = DATA_PICTURES, .path = path };
        data_place found;
        assert_ok(find_test(&found, &train));
        if (cases[i].test) {
            assert_int_equal(found.kind, DATA_PICTURES);
            assert_string_equal(found.path, cases[i].test);
        } else {
            assert_int_equal(found.kind, DATA_NONE);
        }
        data_place_free(&found);
    }
}

/* A container may have its data in "/train"; beside it is the machine's "/dev". */
static void the_folder_of_devices_is_no_test_part(void **state)
{
    (void)state;
    char paths[3][16] = { "/train", "/train/", "//train" };
    for (int i = 0; i < 3; i++) {
        const data_place train = { .kind = DATA_PICTURES, .path = paths[i] };
        data_place found;
        assert_ok(find_test(&found, &train));
        if (found.kind != DATA_NONE) { /* this machine has such a folder there */
            assert_true(file_is_folder(found.path) && found.path[0] == '/');
            assert_null(strstr(found.path, "/dev"));
        }
        data_place_free(&found);
    }
    char here[] = "parts/train";
    const data_place train = { .kind = DATA_PICTURES, .path = here };
    data_place found;
    assert_ok(folder_make("parts/dev"));
    assert_ok(find_test(&found, &train));
    assert_string_equal(found.path, "parts/dev");
    data_place_free(&found);
}

static void the_test_part_of_a_file_is_the_file_with_another_word_in_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *train, *test;
    } cases[] = {
        { "files/train-images.gz", "files/t10k-images" },
        { "files/train", "files/test" },
        { "files/train-other", NULL },
        { "files/other", NULL },
    };
    assert_ok(folder_make("files"));
    assert_ok(file_write("files/t10k-images", "", 0));
    assert_ok(file_write("files/test", "", 0));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[32];
        snprintf(path, sizeof path, "%s", cases[i].train);
        const data_place train = { .kind = DATA_IDX, .path = path };
        data_place found;
        assert_ok(find_test(&found, &train));
        if (cases[i].test)
            assert_string_equal(found.path, cases[i].test);
        else
            assert_int_equal(found.kind, DATA_NONE);
        data_place_free(&found);
    }
}

static void a_name_that_cannot_be_looked_at_decides_nothing(void **state)
{
    (void)state;
    data_place f;
    assert_ok(folder_make("loops"));
    unlink("loops/data_batch_1.bin");
    assert_int_equal(symlink("data_batch_1.bin", "loops/data_batch_1.bin"), 0);
    assert_fails(find_data(&f, "loops"), STATUS_IO,
                 "loops/data_batch_1.bin: cannot look at it: Too many levels of symbolic links");
}

static void a_misspelt_mixture_is_suggested(void **state)
{
    (void)state;
    data_place f;
    assert_fails(find_data(&f, "rnig"), STATUS_IO,
                 "rnig: no such file or folder, did you mean ring?");
}

static void a_mixture_is_found_by_its_name_and_has_no_test_part(void **state)
{
    (void)state;
    data_place train, test;
    assert_ok(find_data(&train, "grid"));
    assert_int_equal(train.kind, DATA_POINTS);
    assert_string_equal(train.path, "grid");
    assert_ok(find_test(&test, &train));
    assert_int_equal(test.kind, DATA_NONE);
    data_place_free(&train);
    data_place_free(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_test_part_of_a_folder_train_is_the_folder_test_beside_it),
        cmocka_unit_test(the_folder_of_devices_is_no_test_part),
        cmocka_unit_test(the_test_part_of_a_file_is_the_file_with_another_word_in_its_name),
        cmocka_unit_test(a_name_that_cannot_be_looked_at_decides_nothing),
        cmocka_unit_test(a_misspelt_mixture_is_suggested),
        cmocka_unit_test(a_mixture_is_found_by_its_name_and_has_no_test_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
