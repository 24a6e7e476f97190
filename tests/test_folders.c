/* tests/test_folders.c - folders as people have them: classes by name, what systems and gan itself
 * leave in them, and what is said of it.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"
#include "told_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "data/dataset.h"

/* ---- classes ---- */

/* Grey 10, 20 and 30 for a, b, c in training; 110, ... in the test part. */
static void put_classes(const char *part, const char *classes, int offset)
{
    char path[64];
    for (const char *c = classes; *c; c++)
        for (int i = 0; i < 3; i++) {
            snprintf(path, sizeof path, "set/%s/%c/%d.pgm", part, *c, i);
            put_grey(path, offset + 10 * (*c - 'a'));
        }
}

static void assert_test_labels(const char *report)
{
    dataset d, test;
    dataset_request r = request("set");
    assert_ok(open_set(&d, "set"));
    said[0] = 0;
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_non_null(test.labels);
    for (int i = 0; i < test.count; i++) {
        assert_int_equal(test.labels[i], (test.pixels[4 * i] - 110) / 10);
        assert_true(strchr(test.names[i], (char)('a' + test.labels[i])) != NULL);
    }
    assert_string_equal(said, report);
    assert_int_equal(test.class_count, 3);
    assert_string_equal(test.classes[2], "c");
    dataset_close(&test);
    dataset_close(&d);
}

static void classes_of_the_test_part_are_matched_by_name(void **state)
{
    (void)state;
    put_classes("train", "abc", 110);
    put_classes("test", "abc", 110);
    assert_test_labels("");
    place_remove("set/test");
    put_classes("test", "bc", 110);
    assert_test_labels("set/test: has no pictures of 1 class of set/train (a)\n");
    place_remove("set/test");
    put_classes("test", "c", 110); /* one subfolder is no set of classes by itself */
    assert_test_labels("set/test: has no pictures of 2 classes of set/train (a, b)\n");
    place_remove("set/test");
    put_classes("test/more", "ab", 110); /* not at the same depth */
    put_classes("test", "d", 110);
    put_grey("set/test/loose.pgm", 110);
    assert_test_labels("set/test: has no pictures of 1 class of set/train (c); 4 of its pictures "
                       "are of no class of set/train (d): left out\n");
}

static void a_test_part_without_the_classes_has_no_labels_and_says_so(void **state)
{
    (void)state;
    dataset d, test;
    dataset_request r = request("set");
    put_classes("train", "abc", 110);
    put_classes("test", "xy", 110);
    assert_ok(open_set(&d, "set"));
    said[0] = 0;
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_true(test.count == 6 && !test.labels && test.class_count == 0);
    assert_string_equal(said, "set/test: none of its pictures is in a folder named like a class of "
                              "set/train: no labels\n");
    dataset_close(&test);
    dataset_close(&d);
}

static void without_classes_there_is_a_reason(void **state)
{
    (void)state;
    dataset d;
    put_grey("flat/1.pgm", 100);
    put_grey("stray/a/1.pgm", 100);
    put_grey("stray/b/1.pgm", 100);
    put_grey("stray/z.pgm", 100);
    for (int i = 0; i < 257; i++) {
        char path[64];
        snprintf(path, sizeof path, "many/%d/1.pgm", i);
        put_grey(path, 100);
    }
    static const struct {
        const char *where, *reason;
    } cases[] = {
        { "flat", "all pictures are in one folder; subfolders would be classes" },
        { "stray", "z.pgm is beside the subfolders, which are classes only if every picture is in "
                   "one of them" },
        { "many", "there are 257 subfolders, and at most 256 can be classes" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(open_set(&d, cases[i].where));
        assert_null(d.labels);
        assert_string_equal(d.no_classes, cases[i].reason);
        dataset_close(&d);
    }
}

static void classes_are_found_in_the_one_folder_that_contains_them(void **state)
{
    (void)state;
    dataset d;
    put_grey("set/pets/cat/1.pgm", 100);
    put_grey("set/pets/cat/old/2.pgm", 100);
    put_grey("set/pets/dog/1.pgm", 110);
    assert_ok(open_set(&d, "set"));
    assert_int_equal(d.class_count, 2);
    assert_string_equal(d.classes[0], "cat");
    assert_string_equal(d.classes[1], "dog");
    for (int i = 0; i < 3; i++)
        assert_int_equal(d.labels[i], d.pixels[4 * i] == 110);
    dataset_close(&d);
}

/* The parts are searched in a folder that is all there is in its parent, up to eight times. */
static void parts_are_found_below_eight_folders(void **state)
{
    (void)state;
    char from[64] = "set", to[64];
    put_grey("set/train/1.pgm", 100);
    put_grey("set/test/1.pgm", 100);
    for (int depth = 0; depth <= 9; depth++) {
        assert_int_equal(count_of(from), depth <= 8 ? 1 : 2);
        snprintf(to, sizeof to, "%d", depth);
        assert_ok(folder_make(to));
        snprintf(to, sizeof to, "%d/x", depth);
        assert_int_equal(rename(from, to), 0);
        snprintf(from, sizeof from, "%d", depth);
    }
}

/* ---- what systems and gan leave behind ---- */

static void litter_is_not_entered(void **state)
{
    (void)state;
    static const char *const litter[] = {
        "@eaDir",    "__MACOSX", "__macosx",    ".thumbs",      "Thumbs.db",
        ".DS_Store", "#recycle", "lost+found",  "$RECYCLE.BIN", "System Volume Information",
        ".git",      "@tmp",     "desktop.ini", "#snapshot",    "@__thumb",
        "FOUND.000", "_vti_cnf", "Recycled",    "node_modules",
    };
    for (size_t i = 0; i < sizeof litter / sizeof *litter; i++) {
        char path[64];
        snprintf(path, sizeof path, "set/a/%s/1.pgm", litter[i]);
        put_grey(path, 100);
    }
    put_grey("set/a/1.pgm", 100);
    put_grey("set/eaDir/1.pgm", 100);
    put_grey("set/found.dogs/1.pgm", 100);
    assert_int_equal(count_of("set"), 3);
    assert_string_equal(said, "");
}

static void put_run(const char *folder)
{
    static const char *const files[] = { "model.bin", "run.json", "metrics.csv" };
    char path[128];
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        put(path, "x", 1);
    }
    snprintf(path, sizeof path, "%s/samples/epoch-0000.png", folder);
    put_grey(path, 1);
    snprintf(path, sizeof path, "%s/samples/random-0000.png", folder);
    put_grey(path, 1);
}

static void what_a_run_wrote_is_no_data(void **state)
{
    (void)state;
    data_place f;
    put_grey("set/a/1.pgm", 100);
    put_grey("set/b/1.pgm", 100);
    put_run("set/out");
    put_grey("set/out/grid.png", 100);
    put_run("set/b/deep/run"); /* at any depth */
    assert_int_equal(count_of("set"), 2);
    assert_non_null(strstr(said, "set/out: is the folder of a run of gan: all pictures in it are "
                                 "left out\n"));
    assert_non_null(strstr(said, "set/b/deep/run: is the folder of a run"));
    assert_int_equal(unlink("set/out/model.bin"), 0); /* two of the three files are enough */
    assert_int_equal(count_of("set"), 2);
    assert_int_equal(rename("set/out/samples", "set/moved"), 0); /* pictures of a run alone */
    assert_int_equal(count_of("set"), 2);
    assert_non_null(strstr(said, "set/moved: is the folder of a run"));
    put_run("set"); /* --out is the data's folder */
    put_grey("set/picture-of-a-model.pgm", 100);
    put_grey("set/another-picture.pgm", 100);
    put_grey("set/unfinished.pgm" FILE_TEMPORARY, 100);
    assert_int_equal(count_of("set"), 4);
    assert_non_null(strstr(said, "set: is the folder of a run of gan: the run's files and its "
                                 "samples are left out\n"));
    assert_int_equal(count_of("set/samples"), 2); /* named, so meant */
    put_run("alone");
    assert_fails(find_data(&f, "alone"), STATUS_IO,
                 "alone: has no pictures except those of a run of gan in it");
}

static void a_folder_that_cannot_be_listed_is_a_bad_file(void **state)
{
    (void)state;
    dataset d;
    put_grey("set/a/1.pgm", 100);
    put_grey("set/b/1.pgm", 100);
    put_grey("set/closed/1.pgm", 100);
    assert_int_equal(chmod("set/closed", 0) | chmod(".", 0777), 0);
    bool is_root = geteuid() == 0;
    if (is_root)
        assert_int_equal(seteuid(65534), 0); /* root may list every folder, nobody may not */
    dataset_request r = request("set");
    status strict = dataset_open_with(&d, &r);
    char message[512];
    snprintf(message, sizeof message, "%s", status_message());
    r.images.skip_bad = true;
    said[0] = 0;
    status tolerant = dataset_open_with(&d, &r);
    if (is_root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod("set/closed", 0755), 0);
    assert_int_equal(strict, STATUS_FORMAT);
    assert_non_null(strstr(message, "set/closed: cannot "));
    assert_non_null(strstr(message, "Permission denied; --skip-bad leaves it out"));
    assert_int_equal(tolerant, STATUS_OK);
    assert_true(d.count == 2 && d.bad == 1 && d.class_count == 2);
    assert_non_null(strstr(said, "set/closed: cannot "));
    dataset_close(&d);
}

/* ---- what is left out, and what looks wrong ---- */

static void the_note_counts_what_is_left_out_by_its_endings(void **state)
{
    (void)state;
    dataset d;
    put_grey("set/1.pgm", 100);
    put("set/a.txt", "x", 1);
    put("set/b.txt", "x", 1);
    put("set/c.md\n", "x", 1);
    put("set/LICENCE", "x", 1);
    assert_ok(open_set(&d, "set"));
    assert_string_equal(d.note, "files of 2x2, 4 files that are not pictures left out: 2 .txt, "
                                "1 .md\\x0a, 1 without an ending");
    dataset_close(&d);
}

/* The most usual four; of equals, those that come first. */
static void the_note_names_at_most_four_endings(void **state)
{
    (void)state;
    static const char *const others[] = { "1.e", "2.e", "3.e", "1.d", "2.d", "1.c", "1.b", "1.a" };
    dataset d;
    char path[64];
    put_grey("set/1.pgm", 100);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(path, sizeof path, "set/%s", others[i]);
        put(path, "x", 1);
        assert_ok(open_set(&d, "set"));
        assert_int_equal(strstr(d.note, ", ...") != NULL, i + 1 == sizeof others / sizeof *others);
        dataset_close(&d);
    }
    assert_ok(open_set(&d, "set"));
    assert_string_equal(d.note, "files of 2x2, 8 files that are not pictures left out: 3 .e, 2 .d, "
                                "1 .a, 1 .b, ...");
    dataset_close(&d);
}

static void pictures_that_are_nearly_black_get_a_notice(void **state)
{
    (void)state;
    put_grey("set/1.pgm", 0);
    put_grey("set/2.pgm", 15); /* 12 bits in 16 */
    assert_int_equal(count_of("set"), 2);
    assert_non_null(strstr(said, "set: nearly all values of the pixels are at most 15, of 255, so "
                                 "the pictures look black"));
    put_grey("set/3.pgm", 64);
    assert_int_equal(count_of("set"), 3);
    assert_string_equal(said, "");
}

/* ---- the cache ---- */

static void files_that_were_exchanged_are_noticed_whatever_their_times(void **state)
{
    (void)state;
    const struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };
    dataset before, after;
    put_grey("set/1.pgm", 100);
    put_grey("set/2.pgm", 101);
    for (int i = 1; i <= 2; i++)
        assert_int_equal(utimensat(AT_FDCWD, i == 1 ? "set/1.pgm" : "set/2.pgm", times, 0), 0);
    assert_ok(open_set(&before, "set"));
    assert_int_equal(rename("set/1.pgm", "kept") | rename("set/2.pgm", "set/1.pgm") |
                         rename("kept", "set/2.pgm"),
                     0);
    assert_ok(open_set(&after, "set"));
    assert_string_equal(said, "");
    assert_string_equal(before.names[0], after.names[0]);
    assert_int_equal(before.pixels[0] + after.pixels[0], 201);
    dataset_close(&before);
    dataset_close(&after);
}

static void a_file_that_is_added_is_no_damage_of_the_cache(void **state)
{
    (void)state;
    put_grey("set/1.pgm", 100);
    assert_int_equal(count_of("set"), 1);
    put_grey("set/2.pgm", 101);
    assert_int_equal(count_of("set"), 2);
    assert_string_equal(said, "");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(classes_of_the_test_part_are_matched_by_name),
        PLACED(a_test_part_without_the_classes_has_no_labels_and_says_so),
        PLACED(without_classes_there_is_a_reason),
        PLACED(classes_are_found_in_the_one_folder_that_contains_them),
        PLACED(parts_are_found_below_eight_folders),
        PLACED(litter_is_not_entered),
        PLACED(what_a_run_wrote_is_no_data),
        PLACED(a_folder_that_cannot_be_listed_is_a_bad_file),
        PLACED(the_note_counts_what_is_left_out_by_its_endings),
        PLACED(the_note_names_at_most_four_endings),
        PLACED(pictures_that_are_nearly_black_get_a_notice),
        PLACED(files_that_were_exchanged_are_noticed_whatever_their_times),
        PLACED(a_file_that_is_added_is_no_damage_of_the_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
