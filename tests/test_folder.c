/* tests/test_folder.c - the folder of a run and its metrics.csv.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "train/folder.h"
#include "train/metrics.h"

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

/* ---- metrics.csv ---- */

static epoch_metrics row_of(uint32_t epoch, double fid)
{
    return (epoch_metrics){ .epoch = epoch, .step = 10 * epoch, .judged = { .fid = fid } };
}

static void write_rows(double first, double second)
{
    epoch_metrics one = row_of(1, first), two = row_of(2, second);
    unlink("metrics.csv");
    assert_ok(metrics_append("metrics.csv", &one));
    assert_ok(metrics_append("metrics.csv", &two));
}

static void an_epoch_without_time_has_no_speed(void **state)
{
    (void)state;
    model m = { .step = 2, .options = { .batch = 3, .d_steps = 1 }, .data = { .count = 6 } };
    m.sums[METRIC_D_LOSS] = 5;
    epoch_metrics e = metrics_of(&m, 2, 0.5);
    assert_true(e.mean[METRIC_D_LOSS] == 2.5 && e.images_per_second == 12 && e.epoch == 1);
    assert_true(metrics_of(&m, 2, 0).images_per_second == 0);
}

/* docs/metrics.md: the columns in order; means of 7 digits, figures of samples with all of theirs,
 * whole numbers, times of 3 decimals; a figure that is not known is an empty cell. */
/* Appends two rows, with the columns that only some runs have or without, and compares the file. */
static void check_file(double pixels, double psnr, double augment_p, const char *expected)
{
    static const int order[] = { METRIC_D_LOSS,  METRIC_G_LOSS,     METRIC_D_REAL,
                                 METRIC_D_FAKE,  METRIC_RIGHT_REAL, METRIC_RIGHT_FAKE,
                                 METRIC_PENALTY, METRIC_D_NORM,     METRIC_G_NORM };
    static const double means[] = { 1.0 / 3, 0.25, 3, 4, 5, 6, 8, 9, 10 };
    unlink("metrics.csv");
    for (uint32_t epoch = 1; epoch <= 2; epoch++) {
        epoch_metrics e = { .epoch = epoch,
                            .step = 6 + epoch,
                            .mean[METRIC_PIXEL] = pixels,
                            .psnr = psnr,
                            .augment_p = augment_p,
                            .value = 7,
                            .vitals = { .spread = 11, .g_dead = 12, .d_dead = 13 },
                            .judged = { 0.1, 2.5, 8, 10, 0.75, NAN },
                            .seconds = 1.2345678,
                            .images_per_second = 12345.678 };
        for (size_t i = 0; i < sizeof means / sizeof *means; i++)
            e.mean[order[i]] = means[i];
        assert_ok(metrics_append("metrics.csv", &e));
    }
    unsigned char *bytes;
    size_t n;
    assert_ok(file_read("metrics.csv", 1 << 16, &bytes, &n));
    assert_int_equal(n, strlen(expected));
    assert_memory_equal(bytes, expected, n);
    free(bytes);
}

static void the_file_has_a_header_and_a_cell_for_each_column(void **state)
{
    (void)state;
    check_file(NAN, NAN, NAN,
               "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,"
               "d_grad_norm,g_grad_norm,spread,g_dead,d_dead,fid,class_kl,classes_covered,classes,"
               "confidence,diversity,seconds,images_per_second\n"
               "1,7,0.3333333,0.25,3,4,5,6,7,8,9,10,11,12,13,0.1,2.5,8,10,0.75,,1.235,12346\n"
               "2,8,0.3333333,0.25,3,4,5,6,7,8,9,10,11,12,13,0.1,2.5,8,10,0.75,,1.235,12346\n");
}

static void a_run_that_augments_as_needed_has_a_column_more_which_comes_back(void **state)
{
    (void)state;
    epoch_metrics *rows;
    uint32_t count;
    check_file(NAN, NAN, 0.4,
               "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,"
               "d_grad_norm,g_grad_norm,augment_p,spread,g_dead,d_dead,fid,class_kl,"
               "classes_covered,classes,confidence,diversity,seconds,images_per_second\n"
               "1,7,0.3333333,0.25,3,4,5,6,7,8,9,10,0.4,11,12,13,0.1,2.5,8,10,0.75,,1.235,12346\n"
               "2,8,0.3333333,0.25,3,4,5,6,7,8,9,10,0.4,11,12,13,0.1,2.5,8,10,0.75,,1.235,12346\n");
    assert_ok(metrics_read("metrics.csv", 9, &rows, &count));
    assert_int_equal(count, 2);
    assert_true(rows[1].augment_p == 0.4 && rows[1].vitals.spread == 11 && isnan(rows[1].psnr));
    free(rows);
    assert_ok(metrics_rewind("metrics.csv", 1));
    assert_ok(metrics_read("metrics.csv", 9, &rows, &count));
    assert_int_equal(count, 1);
    assert_true(rows[0].augment_p == 0.4);
    free(rows);
}

static void a_run_with_a_task_has_two_columns_more_which_come_back(void **state)
{
    (void)state;
    epoch_metrics *rows;
    uint32_t count;
    check_file(0.125, 15.05, NAN,
               "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,"
               "d_grad_norm,g_grad_norm,pixel_loss,psnr,spread,g_dead,d_dead,fid,class_kl,"
               "classes_covered,classes,confidence,diversity,seconds,images_per_second\n"
               "1,7,0.3333333,0.25,3,4,5,6,7,8,9,10,0.125,15.05,11,12,13,0.1,2.5,8,10,0.75,,1.235,"
               "12346\n"
               "2,8,0.3333333,0.25,3,4,5,6,7,8,9,10,0.125,15.05,11,12,13,0.1,2.5,8,10,0.75,,1.235,"
               "12346\n");
    assert_ok(metrics_rewind("metrics.csv", 1));
    assert_ok(metrics_read("metrics.csv", 2, &rows, &count));
    assert_int_equal(count, 1);
    assert_true(rows[0].psnr == 15.05 && rows[0].mean[METRIC_PIXEL] == 0.125);
    assert_true(rows[0].vitals.spread == 11 && rows[0].mean[METRIC_G_NORM] == 10);
    free(rows);
}

static void rows_come_back_as_they_were_written(void **state)
{
    (void)state;
    epoch_metrics *rows;
    uint32_t count;
    write_rows(NAN, 1.0 / 3);
    assert_ok(metrics_read("metrics.csv", 5, &rows, &count));
    assert_int_equal(count, 2);
    assert_true(isnan(rows[0].judged.fid) && rows[1].judged.fid == 1.0 / 3 && rows[1].step == 20);
    free(rows);
    assert_ok(metrics_read("metrics.csv", 1, &rows, &count));
    assert_int_equal(count, 1);
    free(rows);
    assert_ok(metrics_read("no such file", 5, &rows, &count));
    assert_true(count == 0 && !rows);
}

/* The row of epoch 1 with this text as its second cell. */
static uint32_t step_of(const char *cell)
{
    char line[256];
    epoch_metrics *rows, none = row_of(1, 0);
    uint32_t count;
    unlink("metrics.csv");
    assert_ok(metrics_append("metrics.csv", &none));
    assert_ok(metrics_rewind("metrics.csv", 0));
    snprintf(line, sizeof line, "1,%s,x,,\n", cell);
    assert_ok(file_append("metrics.csv", line, strlen(line)));
    assert_ok(metrics_read("metrics.csv", 1, &rows, &count));
    assert_int_equal(count, 1);
    uint32_t step = rows[0].step;
    assert_true(isnan(rows[0].mean[METRIC_D_LOSS]));
    free(rows);
    return step;
}

static void what_is_no_number_in_a_cell_is_none(void **state)
{
    (void)state;
    assert_int_equal(step_of("7"), 7);
    assert_int_equal(step_of("4294967295"), UINT32_MAX);
    assert_int_equal(step_of("4294967296"), 0);
    assert_int_equal(step_of("seven"), 0);
    assert_int_equal(step_of(""), 0);
    assert_int_equal(step_of("000000000000000000000000000000000000000000000000000000000001"), 0);
}

static void rows_end_where_they_are_not_whole_or_not_in_order(void **state)
{
    (void)state;
    epoch_metrics *rows;
    uint32_t count;
    write_rows(1, 2);
    assert_ok(file_append("metrics.csv", "4,1\n", 4));
    assert_ok(metrics_read("metrics.csv", 5, &rows, &count));
    assert_int_equal(count, 2);
    free(rows);
    assert_ok(metrics_rewind("metrics.csv", 2));
    assert_ok(file_append("metrics.csv", "3,1", 3));
    assert_ok(metrics_read("metrics.csv", 5, &rows, &count));
    assert_int_equal(count, 2);
    free(rows);
    assert_ok(metrics_rewind("metrics.csv", 5));
    assert_ok(metrics_rewind("metrics.csv", 5)); /* nothing to do */
    assert_ok(file_write("metrics.csv", "another,file\n", 13));
    assert_fails(metrics_read("metrics.csv", 5, &rows, &count), STATUS_FORMAT,
                 "metrics.csv: expected the columns of metrics.csv in its first line");
    assert_fails(metrics_rewind("metrics.csv", 5), STATUS_FORMAT, "expected the columns");
}

static void the_best_epoch_is_the_first_of_the_least_fid(void **state)
{
    (void)state;
    const epoch_metrics rows[] = { row_of(1, NAN), row_of(2, 3), row_of(3, 2), row_of(4, 2) };
    assert_int_equal(metrics_best(rows, 4).epoch, 3);
    assert_true(metrics_best(rows, 4).fid == 2);
    assert_int_equal(metrics_best(rows, 1).epoch, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_has_one_run_at_a_time),
        cmocka_unit_test(what_cannot_be_resumed_is_said),
        cmocka_unit_test(clearing_deletes_the_files_of_a_run_and_nothing_else),
        cmocka_unit_test(kept_files_are_numbered),
        cmocka_unit_test(names_sort_after_epoch_9999),
        cmocka_unit_test(saved_options_come_back_or_are_refused),
        cmocka_unit_test(a_checkpoint_knows_its_data_by_the_file_beside_it),
        cmocka_unit_test(an_epoch_without_time_has_no_speed),
        cmocka_unit_test(the_file_has_a_header_and_a_cell_for_each_column),
        cmocka_unit_test(a_run_that_augments_as_needed_has_a_column_more_which_comes_back),
        cmocka_unit_test(a_run_with_a_task_has_two_columns_more_which_come_back),
        cmocka_unit_test(rows_come_back_as_they_were_written),
        cmocka_unit_test(what_is_no_number_in_a_cell_is_none),
        cmocka_unit_test(rows_end_where_they_are_not_whole_or_not_in_order),
        cmocka_unit_test(the_best_epoch_is_the_first_of_the_least_fid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
