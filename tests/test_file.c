/* tests/test_file.c - files are read completely, and appear completely or not at all.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static void a_file_appears_whole_or_not_at_all(void **state)
{
    (void)state;
    unlink("whole");
    assert_ok(file_write("whole", "old", 3));
    out_file *f;
    assert_ok(out_open(&f, "whole"));
    for (int i = 0; i < 100000; i++)
        assert_ok(out_write(f, "abcd", 4));
    unsigned char *bytes = NULL;
    size_t n = 0;
    assert_ok(file_read("whole", 100, &bytes, &n));
    assert_int_equal(n, 3);
    free(bytes);
    assert_int_equal(out_commit(f, STATUS_IO), STATUS_IO);
    assert_false(file_exists("whole.gan.tmp"));
    assert_ok(out_open(&f, "whole"));
    assert_ok(out_write(f, "new", 3));
    assert_ok(out_commit(f, STATUS_OK));
    assert_ok(file_read("whole", 3, &bytes, &n));
    assert_memory_equal(bytes, "new", 4);
    free(bytes);
}

/* Parts that go through the buffer and parts that are too large for it, in every order. */
static void parts_of_any_size_are_written_in_order(void **state)
{
    (void)state;
    enum { BUFFER = OUT_BUFFER, MOST = 7 * BUFFER };
    static const size_t sizes[] = { 1, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER + 7, 0 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    out_file *f;
    unsigned char *all = malloc(MOST), *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < (size_t)MOST; i++)
        all[i] = (unsigned char)(i * 2654435761u >> 24);
    for (int i = 0; i < SIZES * SIZES * SIZES; i++) {
        const size_t parts[] = { sizes[i % SIZES], sizes[i / SIZES % SIZES],
                                 sizes[i / SIZES / SIZES] };
        size_t given = 0;
        assert_ok(out_open(&f, "parts"));
        for (int p = 0; p < 3; given += parts[p++])
            assert_ok(out_write(f, all + given, parts[p]));
        assert_ok(out_commit(f, STATUS_OK));
        assert_ok(file_read("parts", MOST, &found, &n));
        assert_int_equal(n, given);
        assert_memory_equal(found, all, n);
        free(found);
    }
    free(all);
}

static void writing_makes_the_file_that_a_link_leads_to(void **state)
{
    (void)state;
    assert_ok(folder_make("linked"));
    unlink("linked/a");
    unlink("linked/b");
    unlink("to_new");
    assert_int_equal(symlink("linked/a", "to_new"), 0);
    assert_int_equal(symlink("b", "linked/a"), 0);
    assert_ok(file_write("to_new", "new", 3));
    struct stat st;
    assert_int_equal(lstat("linked/b", &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(lstat("linked/a", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
}

static void writing_follows_links_and_keeps_permissions(void **state)
{
    (void)state;
    unlink("target");
    unlink("link");
    assert_ok(file_write("target", "old", 3));
    assert_int_equal(chmod("target", 0640), 0);
    assert_int_equal(symlink("target", "link"), 0);
    assert_ok(file_write("link", "newer", 5));
    struct stat st;
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat("target", &st), 0);
    assert_int_equal(st.st_size, 5);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void a_file_that_cannot_be_written_says_which(void **state)
{
    (void)state;
    assert_ok(folder_make("a/b//c/"));
    assert_true(file_is_folder("a/b/c"));
    assert_fails(file_write("a/b", "x", 1), STATUS_IO, "a/b: is a folder");
    assert_fails(file_write("missing/file", "x", 1), STATUS_IO, "missing/file");
    assert_fails(file_write("/dev/full", "x", 1), STATUS_IO, "/dev/full: cannot write");
    assert_ok(file_write("/dev/null", "x", 1));
    assert_ok(file_write("plain", "x", 1));
    assert_fails(folder_make("plain/under"), STATUS_IO, "plain");
}

static void a_file_longer_than_allowed_is_refused(void **state)
{
    (void)state;
    unsigned char *bytes = NULL;
    size_t n = 0;
    assert_ok(file_write("long", "0123456789", 10));
    assert_fails(file_read("long", 9, &bytes, &n), STATUS_FORMAT, "longer than the 9 bytes");
    assert_null(bytes);
    assert_fails(file_read("/dev/zero", 100000, &bytes, &n), STATUS_FORMAT, "/dev/zero");
    assert_fails(file_read(".", 9, &bytes, &n), STATUS_FORMAT, "is a folder");
    assert_fails(file_read("no such file", 9, &bytes, &n), STATUS_IO, "no such file: cannot open");
}

static void appended_lines_follow_each_other(void **state)
{
    (void)state;
    unsigned char *bytes = NULL;
    size_t n = 0;
    unlink("lines");
    assert_ok(file_append("lines", "a\n", 2));
    assert_ok(file_append("lines", "b\n", 2));
    assert_ok(file_read("lines", 100, &bytes, &n));
    assert_string_equal((char *)bytes, "a\nb\n");
    free(bytes);
}

static void a_file_that_cannot_be_looked_at_counts_as_there(void **state)
{
    (void)state;
    bool found = true;
    char name[512];
    memset(name, 'a', sizeof name - 1); /* longer than a name may be */
    name[sizeof name - 1] = 0;
    assert_int_equal(file_find(name, &found), STATUS_IO);
    assert_true(file_exists(name));
    assert_ok(file_find("nothing/of/that/name", &found));
    assert_false(found);
}

static void a_file_that_is_removed_is_gone_and_may_have_been(void **state)
{
    (void)state;
    assert_ok(file_write("to_remove", "x", 1));
    assert_ok(file_remove("to_remove"));
    assert_false(file_exists("to_remove"));
    assert_ok(file_remove("to_remove"));
}

static void a_chain_of_links_is_followed_as_far_as_the_system_does(void **state)
{
    (void)state;
    enum { LINKS = 40 }; /* as many as Linux follows */
    char name[32] = "chained", next[32];
    unlink(name);
    for (int i = 0; i <= LINKS; i++) {
        snprintf(next, sizeof next, "chain%d", i);
        unlink(next);
        assert_int_equal(symlink(name, next), 0);
        memcpy(name, next, sizeof name);
    }
    assert_fails(file_write("chain40", "x", 1), STATUS_IO, "chain40: cannot write");
    assert_false(file_exists("chained"));
    assert_ok(file_write("chain39", "x", 1));
    assert_true(file_exists("chained"));
}

static void a_link_may_lead_to_an_absolute_path(void **state)
{
    (void)state;
    char *here = getcwd(NULL, 0), path[600];
    assert_ok(folder_make("linked"));
    snprintf(path, sizeof path, "%s/absolute", here);
    free(here);
    unlink("absolute");
    unlink("linked/absolute");
    assert_int_equal(symlink(path, "linked/absolute"), 0);
    assert_ok(file_write("linked/absolute", "x", 1));
    assert_true(file_exists("absolute"));
}

static void a_link_to_nothing_is_no_folder(void **state)
{
    (void)state;
    unlink("to_nothing");
    assert_int_equal(symlink("nothing_at_all", "to_nothing"), 0);
    assert_fails(folder_make("to_nothing"), STATUS_IO, "to_nothing: cannot make the folder");
}

static void below_a_file_there_is_nothing(void **state)
{
    (void)state;
    bool found = true;
    assert_ok(file_write("plain", "x", 1));
    assert_ok(file_find("plain/under", &found));
    assert_false(found);
}

static void what_could_not_be_opened_is_not_written(void **state)
{
    (void)state;
    out_file *f;
    status s = out_open(&f, "missing/file");
    assert_int_equal(s, STATUS_IO);
    assert_null(f);
    assert_int_equal(out_commit(f, s), STATUS_IO);
    assert_false(file_exists("missing"));
}

static void what_a_crash_left_behind_is_cleared_away(void **state)
{
    (void)state;
    assert_ok(file_write("crashed" FILE_TEMPORARY, "half", 4));
    assert_ok(file_write("crashed", "whole", 5));
    assert_false(file_exists("crashed" FILE_TEMPORARY));
}

static void standard_output_has_two_names(void **state)
{
    (void)state;
    assert_true(file_is_output("-"));
    assert_true(file_is_output("/dev/stdout"));
    assert_false(file_is_output("out"));
    assert_false(file_is_output(NULL));
}

/* No message has the name of the temporary file, which nobody gave. */
static void a_file_that_cannot_be_made_names_the_folder(void **state)
{
    (void)state;
    char path[300];
    assert_fails(file_write("none/at/all/x", "x", 1), STATUS_IO,
                 "none/at/all/x: cannot create: the folder none/at/all does not exist; make it "
                 "first");
    assert_fails(file_append("none/x", "x", 1), STATUS_IO,
                 "none/x: cannot create: the folder none does not exist; make it first");
    assert_ok(file_write("file", "x", 1));
    assert_fails(file_write("file/below/x", "x", 1), STATUS_IO,
                 "file/below/x: cannot create: file is not a folder");
    assert_fails(file_append("file/x", "x", 1), STATUS_IO,
                 "file/x: cannot create: file is not a folder");
    assert_ok(folder_make("folder"));
    assert_fails(file_append("folder", "x", 1), STATUS_IO, "folder: cannot append: Is a directory");
    assert_fails(file_write("file/x", "x", 1), STATUS_IO, "file/x: cannot create: file is not a");
    memset(path, 'a', 250); /* shorter than the 255 that most file systems allow */
    path[250] = 0;
    assert_fails(file_write(path, "x", 1), STATUS_IO,
                 "cannot create: the name is too long; while writing, 8 bytes are added to it");
    assert_ok(folder_make("held.gan.tmp"));
    assert_fails(file_write("held", "x", 1), STATUS_IO,
                 "held: cannot write: held.gan.tmp is a folder");
    assert_fails(file_write("/proc/nothing", "x", 1), STATUS_IO, "/proc/nothing: cannot create");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_cannot_be_made_names_the_folder),
        cmocka_unit_test(a_file_appears_whole_or_not_at_all),
        cmocka_unit_test(parts_of_any_size_are_written_in_order),
        cmocka_unit_test(writing_makes_the_file_that_a_link_leads_to),
        cmocka_unit_test(writing_follows_links_and_keeps_permissions),
        cmocka_unit_test(a_file_that_cannot_be_written_says_which),
        cmocka_unit_test(a_file_longer_than_allowed_is_refused),
        cmocka_unit_test(appended_lines_follow_each_other),
        cmocka_unit_test(a_file_that_cannot_be_looked_at_counts_as_there),
        cmocka_unit_test(a_file_that_is_removed_is_gone_and_may_have_been),
        cmocka_unit_test(a_chain_of_links_is_followed_as_far_as_the_system_does),
        cmocka_unit_test(a_link_may_lead_to_an_absolute_path),
        cmocka_unit_test(a_link_to_nothing_is_no_folder),
        cmocka_unit_test(below_a_file_there_is_nothing),
        cmocka_unit_test(what_could_not_be_opened_is_not_written),
        cmocka_unit_test(what_a_crash_left_behind_is_cleared_away),
        cmocka_unit_test(standard_output_has_two_names),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
