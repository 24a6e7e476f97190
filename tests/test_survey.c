/* tests/test_survey.c - how large the pictures of a folder are.
 *
 * SPDX-License-Identifier: MIT */
#include "crop_folder.h"

#include <unistd.h>

#include "data/survey.h"

static picture_survey survey(void)
{
    picture_survey s;
    assert_ok(survey_pictures(&s, "set", NULL));
    return s;
}

static void put(int number, int width, int height)
{
    char name[32];
    snprintf(name, sizeof name, "set/%04d.pgm", number);
    put_grey(name, height, width, number);
}

static void a_size_is_common_to_all_pictures_or_0(void **state)
{
    (void)state;
    static const struct {
        int sizes[3][2], width, height;
    } cases[] = {
        { { { 6, 4 }, { 6, 4 }, { 6, 4 } }, 6, 4 }, { { { 6, 4 }, { 6, 4 }, { 6, 5 } }, 0, 0 },
        { { { 6, 4 }, { 6, 4 }, { 7, 4 } }, 0, 0 }, { { { 6, 4 }, { 4, 6 }, { 6, 4 } }, 0, 0 },
        { { { 6, 5 }, { 6, 4 }, { 6, 4 } }, 0, 0 }, { { { 7, 4 }, { 6, 4 }, { 6, 4 } }, 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int k = 0; k < 3; k++)
            put(k, cases[i].sizes[k][0], cases[i].sizes[k][1]);
        picture_survey s = survey();
        assert_true(s.pictures == 3 && s.side == 4);
        assert_true(s.width == cases[i].width && s.height == cases[i].height);
    }
}

/* As many pictures have a longer one as have a shorter one. */
static void the_side_is_the_median_of_the_shorter_sides(void **state)
{
    (void)state;
    for (int count = 1; count <= 9; count++) {
        for (int k = 0; k < count; k++) { /* sides of 1 to `count`, in another order */
            int side = k % 2 ? 1 + k / 2 : count - k / 2;
            put(k, k % 3 ? side : side + 9, k % 3 ? side + 7 : side);
        }
        picture_survey s = survey();
        assert_int_equal(s.pictures, count);
        assert_int_equal(s.side, count / 2 + 1);
    }
}

/* Names of 13 files, of other widths, in the order of the widths. */
static void files_of_a_large_folder_are_looked_at_from_its_start_to_its_end(void **state)
{
    (void)state;
    enum { WIDTHS = 13, NAMES = 100 };
    for (int k = 0; k < WIDTHS; k++) {
        put(k * NAMES, 1 + k, 20);
        for (int i = 1; i < NAMES; i++) {
            char first[32], name[32];
            snprintf(first, sizeof first, "set/%04d.pgm", k * NAMES);
            snprintf(name, sizeof name, "set/%04d.pgm", k * NAMES + i);
            assert_int_equal(link(first, name), 0);
        }
    }
    picture_survey s = survey();
    assert_true(s.pictures > 0 && s.pictures < WIDTHS * NAMES);
    assert_int_equal(s.side, 1 + WIDTHS / 2);
    assert_int_equal(s.width, 0);
}

static void broken_pictures_are_not_counted(void **state)
{
    (void)state;
    put(0, 3, 5);
    put(2, 3, 5);
    assert_ok(file_write("set/0001.pgm", "P5 9", 4));
    assert_ok(file_write("set/notes.md", "text", 4));
    picture_survey s = survey();
    assert_true(s.pictures == 2 && s.width == 3 && s.height == 5 && s.side == 3);
}

static void other_data_have_no_pictures(void **state)
{
    (void)state;
    picture_survey s = { .pictures = 7 };
    assert_ok(survey_pictures(&s, "ring", NULL));
    assert_int_equal(s.pictures, 0);
    assert_fails(survey_pictures(&s, "nowhere", NULL), STATUS_IO, "nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CROP_TEST(a_size_is_common_to_all_pictures_or_0),
        CROP_TEST(the_side_is_the_median_of_the_shorter_sides),
        CROP_TEST(files_of_a_large_folder_are_looked_at_from_its_start_to_its_end),
        CROP_TEST(broken_pictures_are_not_counted),
        CROP_TEST(other_data_have_no_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
