/* tests/test_metrics.c - metrics.csv: its columns, its rows, the best of them.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "game/augment.h"
#include "game/task.h"
#include "train/metrics.h"

static const model_options plain, restoring = { .task = TASK_NONE + 1 },
                                  adapting = { .augment = 8 };

static epoch_metrics row_of(uint32_t epoch, double fid)
{
    epoch_metrics e = { .epoch = epoch, .step = 10 * epoch, .judged = judged_nothing() };
    e.judged.fid = fid;
    return e;
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

/* Where G alone learns, of its values only the gradient's norm is known; where there is no task, no
 * error of pixels is. */
static void an_epoch_has_the_figures_of_its_game(void **state)
{
    (void)state;
    model m = { .step = 4, .options = { .batch = 1, .d_steps = 1 }, .data = { .count = 4 } };
    for (int i = 0; i < METRIC_COUNT; i++)
        m.sums[i] = i + 1;
    m.augment_level = AUGMENT_RAMP / 4;
    epoch_metrics e = metrics_of(&m, 4, 1);
    assert_true(e.augment_p == 0.25 && !e.adapts);
    for (int i = 0; i < METRIC_COUNT; i++)
        assert_true(i == METRIC_PIXEL ? isnan(e.mean[i]) : e.mean[i] == (i + 1) / 4.0);
    m.options.task = TASK_NONE + 1;
    assert_ok(phases_parse(&m.phases, "mse"));
    e = metrics_of(&m, 4, 1);
    for (int i = 0; i < METRIC_COUNT; i++)
        assert_true(i == METRIC_PIXEL || i == METRIC_G_NORM ? e.mean[i] == (i + 1) / 4.0
                                                            : isnan(e.mean[i]));
}

/* Of a run without a task. */
static status rewind_to(uint32_t epoch)
{
    bool tests = false;
    return metrics_rewind("metrics.csv", epoch, &plain, &tests);
}

/* docs/metrics.md: the columns in order; means of 7 digits, figures of samples with all of theirs,
 * whole numbers, times of 3 decimals; a figure that is not known is an empty cell. */
static void check_bytes(const char *expected)
{
    unsigned char *bytes;
    size_t n;
    assert_ok(file_read("metrics.csv", 1 << 16, &bytes, &n));
    assert_int_equal(n, strlen(expected));
    assert_memory_equal(bytes, expected, n);
    free(bytes);
}

/* Appends two rows, with an error of pixels or without, and compares the file if anything is
 * expected. */
static void check_file(double pixels, double psnr, const char *expected)
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
                            .value = 7,
                            .vitals = { .spread = 11, .g_dead = 12, .d_dead = 13 },
                            .judged = { 0.1, 2.5, 8, 10, 0.75, NAN, NAN, NAN, NAN },
                            .seconds = 1.2345678,
                            .images_per_second = 12345.678 };
        for (size_t i = 0; i < sizeof means / sizeof *means; i++)
            e.mean[order[i]] = means[i];
        assert_ok(metrics_append("metrics.csv", &e));
    }
    if (expected)
        check_bytes(expected);
}

static void the_file_has_a_header_and_a_cell_for_each_column(void **state)
{
    (void)state;
    check_file(NAN, NAN,
               "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,"
               "d_grad_norm,g_grad_norm,spread,g_dead,d_dead,fid,class_kl,classes_covered,classes,"
               "confidence,diversity,seconds,images_per_second\n"
               "1,7,0.3333333,0.25,3,4,5,6,7,8,9,10,11,12,13,0.1,2.5,8,10,0.75,,1.235,12346\n"
               "2,8,0.3333333,0.25,3,4,5,6,7,8,9,10,11,12,13,0.1,2.5,8,10,0.75,,1.235,12346\n");
}

/* Of a run with --augment auto; also where a crash has left only a part of the first line. */
static void a_strength_that_adapts_has_a_column_which_comes_back(void **state)
{
    (void)state;
    epoch_metrics *rows, e = row_of(1, 0.5);
    uint32_t count;
    bool tests = false;
    e.mean[METRIC_PIXEL] = NAN;
    e.adapts = true;
    e.augment_p = 0.4;
    unlink("metrics.csv");
    assert_ok(file_write("metrics.csv", "epoch,st", 8));
    assert_ok(metrics_rewind("metrics.csv", 0, &adapting, &tests));
    assert_ok(metrics_append("metrics.csv", &e));
    check_bytes("epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,"
                "d_grad_norm,g_grad_norm,augment_p,spread,g_dead,d_dead,fid,class_kl,"
                "classes_covered,classes,confidence,diversity,seconds,images_per_second\n"
                "1,10,0,0,0,0,0,0,0,0,0,0,0.4,0,0,0,0.5,,,,,,0.000,0\n");
    assert_ok(metrics_rewind("metrics.csv", 1, &adapting, &tests));
    assert_ok(metrics_read("metrics.csv", 9, &rows, &count));
    assert_int_equal(count, 1);
    assert_true(rows[0].adapts && rows[0].augment_p == 0.4 && !tests && isnan(rows[0].psnr));
    free(rows);
}

static void a_run_with_a_task_has_two_columns_more_which_come_back(void **state)
{
    (void)state;
    epoch_metrics *rows;
    uint32_t count;
    check_file(0.125, 15.05,
               "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,"
               "d_grad_norm,g_grad_norm,pixel_loss,psnr,spread,g_dead,d_dead,fid,class_kl,"
               "classes_covered,classes,confidence,diversity,seconds,images_per_second\n"
               "1,7,0.3333333,0.25,3,4,5,6,7,8,9,10,0.125,15.05,11,12,13,0.1,2.5,8,10,0.75,,1.235,"
               "12346\n"
               "2,8,0.3333333,0.25,3,4,5,6,7,8,9,10,0.125,15.05,11,12,13,0.1,2.5,8,10,0.75,,1.235,"
               "12346\n");
    assert_ok(rewind_to(1));
    assert_ok(metrics_read("metrics.csv", 2, &rows, &count));
    assert_int_equal(count, 1);
    assert_true(rows[0].psnr == 15.05 && rows[0].mean[METRIC_PIXEL] == 0.125);
    assert_true(rows[0].vitals.spread == 11 && rows[0].mean[METRIC_G_NORM] == 10);
    free(rows);
}

static const char task_header[] =
    "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,"
    "d_grad_norm,g_grad_norm,pixel_loss,psnr,spread,g_dead,d_dead,fid,class_kl,"
    "classes_covered,classes,confidence,diversity,";

static void a_file_gets_the_columns_of_restored_pictures_and_keeps_its_other_cells(void **state)
{
    (void)state;
    char expected[1024];
    epoch_metrics *rows;
    uint32_t count;
    bool tests = false;
    check_file(0.125, 15.05, NULL);
    assert_ok(metrics_rewind("metrics.csv", 2, &restoring, &tests));
    assert_false(tests);
    tests = true;
    assert_ok(metrics_rewind("metrics.csv", 1, &restoring, &tests));
    snprintf(expected, sizeof expected, "%s%s%s", task_header,
             "test_psnr,test_ssim,test_patches,seconds,images_per_second\n",
             "1,7,0.3333333,0.25,3,4,5,6,7,8,9,10,0.125,15.05,11,12,13,0.1,2.5,8,10,0.75,,,,,1.235,"
             "12346\n");
    check_bytes(expected);
    assert_ok(metrics_read("metrics.csv", 2, &rows, &count));
    assert_int_equal(count, 1);
    rows[0].epoch = 2;
    rows[0].judged.psnr = 1.0 / 3;
    assert_ok(metrics_append("metrics.csv", &rows[0]));
    free(rows);
    tests = false;
    assert_ok(metrics_rewind("metrics.csv", 2, &restoring, &tests));
    assert_true(tests);
    assert_ok(metrics_read("metrics.csv", 2, &rows, &count));
    assert_true(count == 2 && rows[1].judged.psnr == 1.0 / 3 && isnan(rows[1].judged.ssim));
    free(rows);
}

/* A crash may leave a part of the first line, which many kinds of runs have in common. */
static void a_header_that_was_cut_becomes_that_of_the_run(void **state)
{
    (void)state;
    static const char *const ends[] = {
        "seconds,images_per_second\n",
        "test_psnr,test_ssim,test_patches,seconds,images_per_second\n"
    };
    char expected[1024];
    for (int wanted = 0; wanted < 2; wanted++) {
        bool tests = wanted;
        assert_ok(file_write("metrics.csv", "epoch,st", 8));
        assert_ok(metrics_rewind("metrics.csv", 3, &restoring, &tests));
        snprintf(expected, sizeof expected, "%s%s", task_header, ends[wanted]);
        check_bytes(expected);
        assert_int_equal(tests, wanted);
    }
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
    assert_ok(rewind_to(0));
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
    assert_ok(rewind_to(2));
    assert_ok(file_append("metrics.csv", "3,1", 3));
    assert_ok(metrics_read("metrics.csv", 5, &rows, &count));
    assert_int_equal(count, 2);
    free(rows);
    assert_ok(rewind_to(5));
    assert_ok(rewind_to(5)); /* nothing to do */
    assert_ok(file_write("metrics.csv", "another,file\n", 13));
    assert_fails(metrics_read("metrics.csv", 5, &rows, &count), STATUS_FORMAT,
                 "metrics.csv: expected the columns of metrics.csv in its first line");
    assert_fails(rewind_to(5), STATUS_FORMAT, "expected the columns");
}

static void the_best_epoch_is_the_first_of_the_least_fid(void **state)
{
    (void)state;
    const epoch_metrics rows[] = { row_of(1, NAN), row_of(2, 3), row_of(3, 2), row_of(4, 2) };
    assert_int_equal(metrics_best(rows, 4).epoch, 3);
    assert_true(metrics_best(rows, 4).fid == 2);
    assert_int_equal(metrics_best(rows, 1).epoch, 0);
}

static void the_best_epoch_of_a_task_is_the_first_of_the_highest_psnr(void **state)
{
    (void)state;
    epoch_metrics rows[] = { row_of(1, NAN), row_of(2, NAN), row_of(3, NAN), row_of(4, NAN) };
    static const double psnr[] = { NAN, 20, 21, 21 };
    for (int i = 0; i < 4; i++)
        rows[i].judged.psnr = psnr[i];
    assert_int_equal(metrics_best(rows, 4).epoch, 3);
    assert_true(metrics_best(rows, 4).psnr == 21);
    assert_int_equal(metrics_best(rows, 1).epoch, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_without_time_has_no_speed),
        cmocka_unit_test(an_epoch_has_the_figures_of_its_game),
        cmocka_unit_test(the_file_has_a_header_and_a_cell_for_each_column),
        cmocka_unit_test(a_strength_that_adapts_has_a_column_which_comes_back),
        cmocka_unit_test(a_run_with_a_task_has_two_columns_more_which_come_back),
        cmocka_unit_test(a_file_gets_the_columns_of_restored_pictures_and_keeps_its_other_cells),
        cmocka_unit_test(a_header_that_was_cut_becomes_that_of_the_run),
        cmocka_unit_test(rows_come_back_as_they_were_written),
        cmocka_unit_test(what_is_no_number_in_a_cell_is_none),
        cmocka_unit_test(rows_end_where_they_are_not_whole_or_not_in_order),
        cmocka_unit_test(the_best_epoch_is_the_first_of_the_least_fid),
        cmocka_unit_test(the_best_epoch_of_a_task_is_the_first_of_the_highest_psnr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
