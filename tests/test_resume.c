/* tests/test_resume.c - which epochs and which data a run can go on with.
 *
 * SPDX-License-Identifier: MIT */
#include "idx_blob.h"
#include "test.h"

#include "nn/schedule.h"
#include "train/resume.h"

#include "base/banned.h"

enum { BATCH = 8, STEPS = 10 /* of an epoch */ };

static void epochs_are_those_that_can_follow(void **state)
{
    (void)state;
    static const struct {
        uint32_t epoch, step;
        int schedule, lr_epochs, epochs;
        const char *message; /* NULL: they can */
    } cases[] = {
        { 0, 0, SCHEDULE_CONSTANT, 0, 0, NULL },
        { 3, 0, SCHEDULE_CONSTANT, 0, 3, NULL },
        { 3, 0, SCHEDULE_CONSTANT, 0, 2, "--epochs: the run in r is already in epoch 3, got 2" },
        { 3, 1, SCHEDULE_CONSTANT, 0, 3, "--epochs: the run in r is already in epoch 4, got 3" },
        { 3, 1, SCHEDULE_CONSTANT, 0, 4, NULL },
        { 3, 0, SCHEDULE_CONSTANT, 5, 6, NULL }, /* it has no end */
        { 3, 0, SCHEDULE_CONSTANT + 1, 5, 5, NULL },
        { 3, 0, SCHEDULE_CONSTANT + 1, 5, 6, "--epochs: expected at most 5, after which the " },
        { 0, 0, SCHEDULE_CONSTANT, 0, 429496729, NULL }, /* 2^32 - 6 steps */
        { 0, 0, SCHEDULE_CONSTANT, 0, 429496730,
          "--epochs: expected at most 4294967295 steps in "
          "total, got 4294967300" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const model m = { .options = { .batch = BATCH,
                                       .d_steps = 1,
                                       .lr_schedule = cases[i].schedule,
                                       .lr_epochs = cases[i].lr_epochs },
                          .data = { .count = BATCH * STEPS },
                          .epoch = cases[i].epoch,
                          .step = cases[i].step };
        status s = resume_check_epochs(&m, cases[i].epochs, "r");
        assert_int_equal(s, cases[i].message ? STATUS_USAGE : STATUS_OK);
        if (s != STATUS_OK && !strstr(status_message(), cases[i].message))
            fail_msg("case %zu: %s", i, status_message());
    }
}

/* ---- data ---- */

/* Images of 2 x 3 pixels, the first `count` of the same. */
static void open_images(dataset *d, uint32_t count)
{
    blob b = make_images(count, 2, 3);
    put("resumed.idx", &b);
    assert_ok(dataset_open(d, "resumed.idx", 0));
}

/* A run on the first `used` samples of d; used = 0: on all, without --limit. */
static model run_on(const dataset *d, int used)
{
    model m = { .data = resume_identity(d), .options = { .limit = used } };
    m.data.count = used > 0 ? used : d->count;
    m.data.fingerprint = dataset_fingerprint(d, m.data.count);
    return m;
}

static void a_run_knows_its_data_again(void **state)
{
    (void)state;
    dataset six, eight;
    open_images(&six, 6);
    open_images(&eight, 8);
    const model of_six = run_on(&six, 0), of_eight = run_on(&eight, 0), limited = run_on(&six, 6);
    assert_true(resume_is_data(&of_six, &six));
    assert_false(resume_is_data(&of_six, &eight));
    assert_false(resume_is_data(&of_eight, &six));
    assert_true(resume_is_data(&limited, &six)); /* it has just as many */
    assert_true(resume_is_data(&limited, &eight));
    model other = limited;
    other.data.fingerprint++;
    assert_false(resume_is_data(&other, &eight));
    int *const sizes[] = { &other.data.channels, &other.data.height, &other.data.width };
    for (int i = 0; i < 3; i++) {
        other = limited;
        ++*sizes[i];
        assert_false(resume_is_data(&other, &eight));
    }
    dataset_close(&six);
    dataset_close(&eight);
}

static void other_data_are_refused_with_both_sizes(void **state)
{
    (void)state;
    dataset d;
    open_images(&d, 6);
    const model m = run_on(&d, 0);
    const data_identity same = m.data;
    assert_ok(resume_compare_data(&m, &d, &same, "r"));
    data_identity now = same;
    int *const values[] = { &now.channels, &now.height, &now.width, &now.count };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char expected[200];
        now = same;
        ++*values[i];
        snprintf(expected, sizeof expected,
                 "--data: resumed.idx has %d samples of %dx%dx%d with the CRC-32 %08x, but the run "
                 "in r was started on 6 of 1x2x3 with %08x",
                 now.count, now.channels, now.height, now.width, (unsigned)now.fingerprint,
                 (unsigned)same.fingerprint);
        assert_fails(resume_compare_data(&m, &d, &now, "r"), STATUS_USAGE, expected);
    }
    now = same;
    now.fingerprint++;
    assert_int_equal(resume_compare_data(&m, &d, &now, "r"), STATUS_USAGE);
    dataset_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(epochs_are_those_that_can_follow),
        cmocka_unit_test(a_run_knows_its_data_again),
        cmocka_unit_test(other_data_are_refused_with_both_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
