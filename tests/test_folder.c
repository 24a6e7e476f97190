/* tests/test_folder.c - the folder of a run.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "train/folder.h"
#include "train/log.h"

/* ---- the folder ---- */

static train_options options_for(const char *folder)
{
    train_options o = { 0 };
    option_defaults(&model_option_table, &o);
    option_defaults(&train_option_table, &o);
    o.out = folder;
    return o;
}

static void a_folder_has_one_run_at_a_time(void **state)
{
    (void)state;
    run_folder first, second;
    const train_options o = options_for("locked");
    assert_ok(folder_open(&first, &o));
    assert_fails(folder_open(&second, &o), STATUS_EXISTS,
                 "locked: another process is training in this folder");
    folder_close(&first);
    assert_false(file_exists("locked")); /* it was empty */
}

static void closing_removes_no_folder_that_somebody_put_in_its_place(void **state)
{
    (void)state;
    run_folder first, second;
    const train_options o = options_for("replaced");
    assert_ok(folder_open(&first, &o));
    assert_int_equal(rmdir("replaced"), 0);
    assert_ok(folder_open(&second, &o));
    folder_close(&first);
    assert_true(file_exists("replaced"));
    folder_close(&second);
    assert_false(file_exists("replaced"));
}

/* In a program that has closed its standard input, the next file has the descriptor 0. */
static void the_descriptor_0_is_one_like_others(void **state)
{
    (void)state;
    static const char cut[] = { 24, 0, 0 }; /* the first bytes of a log for TensorBoard */
    run_folder f;
    const train_options o = options_for("of-0");
    int input = dup(STDIN_FILENO);
    close(STDIN_FILENO);
    status opened = folder_open(&f, &o);
    int lock = f.lock;
    folder_close(&f);
    status made = folder_make("of-0");
    status written = file_write("of-0/events.out.tfevents", cut, sizeof cut);
    status lines = file_write("of-0/metrics.jsonl", "{\"epoch\":1}\n", 12);
    status resumed = log_resume(3, &(run_folder){ .path = "of-0" }, 0, NULL, 0);
    dup2(input, STDIN_FILENO);
    close(input);
    unlink("of-0/events.out.tfevents");
    unlink("of-0/metrics.jsonl");
    rmdir("of-0");
    assert_ok(opened);
    assert_int_equal(lock, STDIN_FILENO);
    assert_ok(made);
    assert_ok(written);
    assert_ok(lines);
    assert_ok(resumed);
}

static void what_cannot_be_resumed_is_said(void **state)
{
    (void)state;
    run_folder f;
    train_options o = options_for("nothing/of/that/name");
    o.resume = true;
    assert_fails(folder_open(&f, &o), STATUS_USAGE, "no such folder, so no run to resume");
    assert_ok(folder_make("empty"));
    o.out = "empty";
    assert_fails(folder_open(&f, &o), STATUS_USAGE, "start one without --resume");
    assert_ok(folder_make("rest"));
    assert_ok(file_write("rest/run.json", "{}", 2));
    o.out = "rest";
    assert_fails(folder_open(&f, &o), STATUS_USAGE, "start a new one with --overwrite");
    o.overwrite = true;
    assert_fails(folder_open(&f, &o), STATUS_USAGE, "--resume and --overwrite exclude each other");
    o.resume = o.overwrite = false;
    assert_fails(folder_open(&f, &o), STATUS_EXISTS, "rest: already holds a run");
    unlink("rest/run.json");
    assert_ok(file_write("rest/metrics.csv", "", 0));
    assert_fails(folder_open(&f, &o), STATUS_EXISTS, "rest: already holds a run");
}

static void clearing_deletes_the_files_of_a_run_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool stays;
    } files[] = {
        { "model.bin", false },
        { "best.bin.gan.tmp", false },
        { "run.json", false },
        { "metrics.csv", false },
        { "metrics.jsonl", false },
        { "events.out.tfevents", false },
        { "events.out.tfevents.1", true },
        { "report.html", false },
        { "report.html.gan.tmp", false },
        { "report.htm", true },
        { "model-0001.bin", false },
        { "model-12345.bin.gan.tmp", false },
        { "samples/epoch-0001.png", false },
        { "samples/random-0001.png", false },
        { "model-001.bin", true },
        { "model-0001.png", true },
        { "model-0001.bin2", true },
        { "samples/epoch-0001.bin", true },
        { "notes", true },
    };
    run_folder f;
    train_options o = options_for("cleared");
    char path[64];
    o.overwrite = true;
    assert_ok(folder_make("cleared/samples"));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "cleared/%s", files[i].name);
        assert_ok(file_write(path, "", 0));
    }
    assert_ok(folder_open(&f, &o));
    assert_ok(folder_clear(&f));
    folder_close(&f);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "cleared/%s", files[i].name);
        assert_int_equal(file_exists(path), files[i].stays);
    }
}

static void kept_files_are_numbered(void **state)
{
    (void)state;
    char *path;
    const run_folder f = { .path = "run", .digits = 4 };
    assert_ok(folder_numbered(&f, "samples/epoch-", 12, ".png", &path));
    assert_string_equal(path, "run/samples/epoch-0012.png");
    free(path);
}

/* As `ls` and a glob sort them: the bytes of the names. */
static void names_sort_after_epoch_9999(void **state)
{
    (void)state;
    static const char *const names[] = {
        "wide/model-9999.bin",          "wide/samples/epoch-0000.png",
        "wide/samples/epoch-9999.png",  "wide/samples/random-0020.png",
        "wide/samples/epoch-12345.png", "wide/samples/mine-0001.png",
        "wide/samples/epoch-001.png"
    };
    static const char *const wide[] = {
        "wide/model-09999.bin",         "wide/samples/epoch-00000.png",
        "wide/samples/epoch-09999.png", "wide/samples/random-00020.png",
        "wide/samples/epoch-12345.png", "wide/samples/mine-0001.png",
        "wide/samples/epoch-001.png"
    };
    run_folder f;
    char *path;
    const train_options o = options_for("wide");
    assert_ok(folder_open(&f, &o));
    assert_ok(folder_make("wide/samples"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_ok(file_write(names[i], names[i], strlen(names[i])));
    assert_ok(folder_widen(&f, 9999));
    assert_true(file_exists("wide/samples/epoch-9999.png"));
    assert_ok(folder_widen(&f, 10000));
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        assert_true(file_exists(wide[i]));
    assert_false(file_exists("wide/samples/epoch-9999.png"));
    assert_ok(folder_numbered(&f, "samples/epoch-", 7, ".png", &path));
    assert_string_equal(path, "wide/samples/epoch-00007.png");
    free(path);
    assert_ok(folder_widen(&f, 1000000));
    assert_true(file_exists("wide/model-0009999.bin"));
    assert_ok(folder_clear(&f));
    assert_false(file_exists("wide/model-0009999.bin"));
    folder_close(&f);
}

static void saved_options_come_back_or_are_refused(void **state)
{
    (void)state;
    run_folder f;
    json_object saved;
    train_options o = options_for("saved"), again = o;
    assert_ok(folder_open(&f, &o));
    assert_ok(folder_load_options(&f, &o, &saved)); /* nothing is saved yet */
    json_free(&saved);
    o.epochs = 123;
    assert_ok(folder_save_options(&f, &o));
    assert_ok(folder_load_options(&f, &again, &saved));
    assert_int_equal(again.epochs, 123);
    json_free(&saved);
    assert_ok(file_write(f.options, "{\"epochs\":\"many\"}", 17));
    assert_fails(folder_load_options(&f, &o, &saved), STATUS_FORMAT,
                 "saved/run.json: --epochs: expected a whole number");
    json_free(&saved);
    assert_ok(file_write(f.options, "{", 1));
    assert_fails(
        folder_load_options(&f, &o, &saved), STATUS_FORMAT,
        "is not the file of options that a run writes; without it, --resume takes --data and "
        "--epochs");
    json_free(&saved);
    assert_ok(file_remove(f.options));
    folder_close(&f);
}

static void a_checkpoint_knows_its_data_by_the_file_beside_it(void **state)
{
    (void)state;
    static const char beside[] = "{\"data\":\"here\",\"fit\":\"pad\"}";
    static const char gone[] = "{\"data\":\"gone\"}", bad[] = "{\"fit\":\"pat\"}";
    static const char points[] = "{\"data\":\"ring\"}";
    json_object saved;
    image_options o = { 0 };
    const char *where = NULL;
    unlink("run.json");
    assert_ok(folder_load_data("model.bin", &where, &o, &saved));
    assert_null(where);
    assert_ok(folder_make("here"));
    assert_ok(folder_make("beside"));
    assert_ok(file_write("run.json", beside, sizeof beside - 1));
    assert_ok(file_write("beside/run.json", gone, sizeof gone - 1));
    assert_ok(folder_load_data("model.bin", &where, &o, &saved));
    assert_string_equal(where, "here");
    assert_int_equal(o.fit, 1);
    json_free(&saved);
    where = "given";
    assert_ok(folder_load_data("model.bin", &where, &o, &saved));
    assert_string_equal(where, "given");
    json_free(&saved);
    where = NULL;
    /* Data that were removed, and no others in their place; those that are given are taken. */
    assert_fails(folder_load_data("beside/model.bin", &where, &o, &saved), STATUS_IO,
                 "beside/run.json: the data that the run was trained on, gone, are not there; if "
                 "they are elsewhere now, give --data");
    json_free(&saved);
    where = "here";
    assert_ok(folder_load_data("beside/model.bin", &where, &o, &saved));
    json_free(&saved);
    /* Points are made, so they are always there. */
    where = NULL;
    assert_ok(file_write("beside/run.json", points, sizeof points - 1));
    assert_ok(folder_load_data("beside/model.bin", &where, &o, &saved));
    assert_string_equal(where, "ring");
    json_free(&saved);
    assert_ok(file_write("run.json", bad, sizeof bad - 1));
    assert_fails(folder_load_data("model.bin", &where, &o, &saved), STATUS_FORMAT,
                 "run.json: --fit: expected one of crop, pad, got \"pat\", did you mean pad?");
    json_free(&saved);
    unlink("run.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_has_one_run_at_a_time),
        cmocka_unit_test(closing_removes_no_folder_that_somebody_put_in_its_place),
        cmocka_unit_test(the_descriptor_0_is_one_like_others),
        cmocka_unit_test(what_cannot_be_resumed_is_said),
        cmocka_unit_test(clearing_deletes_the_files_of_a_run_and_nothing_else),
        cmocka_unit_test(kept_files_are_numbered),
        cmocka_unit_test(names_sort_after_epoch_9999),
        cmocka_unit_test(saved_options_come_back_or_are_refused),
        cmocka_unit_test(a_checkpoint_knows_its_data_by_the_file_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
