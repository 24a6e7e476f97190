/* tests/test_images_refused.c - folders of which nothing can be used: which file is named, and how
 * many there are.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "data/images.h"

static image_options options = { .background = "white" };

/* The set must be refused with exactly this message. */
static void assert_refused(const char *message)
{
    image_set s;
    const images_request r = { .folder = "set", .options = &options, .fresh = true };
    assert_int_equal(images_open(&s, &r), STATUS_IO);
    assert_string_equal(status_message(), message);
    assert_true(!s.pixels && !s.names && !s.note && s.count == 0);
}

static void put(const char *path, const char *words)
{
    assert_ok(file_write(path, words, strlen(words)));
}

/* Begins as a picture and is none. */
static void put_broken(const char *path)
{
    put(path, "P5 4 4 255\n");
}

static void the_first_of_several_bad_pictures_is_named(void **state)
{
    (void)state;
    assert_ok(folder_make("set"));
    options.skip_bad = true;
    put_broken("set/m.pgm");
    assert_refused("set: its only picture cannot be read: set/m.pgm: broken PNM: it "
                   "breaks off");
    put("set/a", "a text, not a picture");
    assert_refused("set: its only picture cannot be read: set/m.pgm: broken PNM: it "
                   "breaks off");
    put_broken("set/n.pgm");
    put("set/z", "a text, not a picture");
    assert_refused("set: none of its 2 pictures can be read; the first: set/m.pgm: broken PNM: it "
                   "breaks off");
    put_broken("set/c.pgm");
    assert_refused("set: none of its 3 pictures can be read; the first: set/c.pgm: broken PNM: it "
                   "breaks off");
    options.skip_bad = false;
}

static void a_folder_that_cannot_be_listed_is_said(void **state)
{
    (void)state;
    bool found = true;
    static const char message[] = "set: cannot list the folder: No such file or directory";
    assert_refused(message);
    assert_int_equal(images_are_in("set", &found), STATUS_IO);
    assert_string_equal(status_message(), message);
    assert_false(found);
    put("set", "a file");
    assert_refused("set: cannot list the folder: Not a directory");
    assert_int_equal(unlink("set"), 0);
    assert_ok(folder_make("set"));
    assert_refused("set: has no files");
    assert_ok(images_are_in("set", &found));
    assert_false(found);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(the_first_of_several_bad_pictures_is_named),
        PLACED(a_folder_that_cannot_be_listed_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
