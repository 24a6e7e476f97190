/* tests/test_stacked.c - stacked digits: which digits a sample consists of, its pixels, its modes.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "data/stacked.h"
#include "eval/stacks.h"
#include "known_answers.h"

#include "base/banned.h"

/* tests/oracle/streams computed them from the document, without this code. */
static void the_digits_are_those_of_the_document(void **state)
{
    (void)state;
    int lines = 0;
    known_answer k;
    FILE *f = known_open("docs/random-streams.md");
    while (known_next(f, &k)) {
        uint32_t got[STACKED_CHANNELS];
        if (strcmp(k.name, stacked_name) != 0)
            continue;
        lines++;
        stacked_choose(k.argument[0] == 1, (int)k.argument[2], 1, (int)k.argument[1], got);
        for (int c = 0; c < STACKED_CHANNELS; c++)
            if (got[c] != k.result[c])
                fail_msg("sample %d, channel %d: expected %u, got %u", (int)k.argument[2], c,
                         (unsigned)k.result[c], (unsigned)got[c]);
    }
    fclose(f);
    assert_true(lines >= 7);
}

/* The digits are looked for in $GAN_DATA, wherever the test runs. */
static void use_digits(const char *where)
{
    assert_int_equal(setenv("GAN_DATA", where, 1), 0);
}

/* Opens a part of the set, and the digits that it has to be made of. */
static void open_part(bool test, dataset *stacked, dataset *digits)
{
    dataset train, test_part;
    dataset_request r = dataset_request_of(stacked_name, 500);
    use_digits(GAN_SOURCE_DIR "/data/mnist");
    assert_int_equal(stacked_digits(&train, &test_part), STATUS_OK);
    *digits = test ? test_part : train;
    dataset_close(test ? &train : &test_part);
    assert_int_equal(dataset_open_with(stacked, &r), STATUS_OK);
    if (test) {
        dataset whole = *stacked;
        assert_int_equal(dataset_open_test(stacked, &whole, &r), STATUS_OK);
        dataset_close(&whole);
    }
}

static void check_pixels(bool test, int count)
{
    dataset d, digits;
    open_part(test, &d, &digits);
    size_t image = (size_t)dataset_sample_size(&digits);
    assert_int_equal(d.count, count);
    assert_int_equal(d.channels, 3);
    assert_int_equal(dataset_sample_size(&d), 3 * 28 * 28);
    assert_null(d.labels);
    for (int i = 0; i < d.count; i += 99) {
        uint32_t from[STACKED_CHANNELS];
        stacked_choose(test, i, 1, digits.count, from);
        for (size_t c = 0; c < STACKED_CHANNELS; c++)
            assert_memory_equal(d.pixels + ((size_t)i * STACKED_CHANNELS + c) * image,
                                digits.pixels + from[c] * image, image);
    }
    dataset_close(&d);
    dataset_close(&digits);
}

static void each_channel_is_one_of_the_digits_unchanged(void **state)
{
    (void)state;
    check_pixels(false, 500);
    check_pixels(true, STACKED_TEST);
}

static void digits_without_the_usual_place_are_an_error_that_says_so(void **state)
{
    (void)state;
    dataset d;
    use_digits(GAN_SOURCE_DIR "/data/mnist/t10k-labels-idx1-ubyte.gz");
    assert_int_equal(dataset_open(&d, stacked_name, 0), STATUS_FORMAT);
    assert_non_null(strstr(status_message(), "stacked, whose digits $GAN_DATA names"));
}

/* ---- the figures ---- */

static void one_sample_of_each_mode_covers_all_of_them_evenly(void **state)
{
    (void)state;
    static unsigned char labels[1000][3];
    static int in_mode[1000];
    const double even[10] = { .1, .1, .1, .1, .1, .1, .1, .1, .1, .1 };
    for (int m = 0; m < 1000; m++) {
        labels[m][0] = (unsigned char)(m / 100);
        labels[m][1] = (unsigned char)(m / 10 % 10);
        labels[m][2] = (unsigned char)(m % 10);
    }
    stacks_add(10, 1000, labels[0], in_mode);
    for (int m = 0; m < 1000; m++)
        assert_int_equal(in_mode[m], 1);
    stacks r = stacks_of(10, 1000, in_mode, even);
    assert_int_equal(r.covered, 1000);
    assert_true(fabs(r.kl) < 1e-14 && fabs(r.kl_data) < 1e-14);
}

static void one_mode_alone_has_the_logarithm_of_all_as_kl(void **state)
{
    (void)state;
    const unsigned char labels[2][3] = { { 0, 1, 1 }, { 0, 1, 1 } };
    const double shares[2] = { 0.25, 0.75 };
    int in_mode[8] = { 0 };
    stacks_add(2, 2, labels[0], in_mode);
    assert_int_equal(in_mode[3], 2);
    stacks r = stacks_of(2, 2, in_mode, shares);
    assert_int_equal(r.covered, 1);
    assert_int_equal(r.modes, 8);
    assert_true(fabs(r.kl - log(8)) < 1e-14);
    assert_true(fabs(r.kl_data + log(0.25 * 0.75 * 0.75)) < 1e-14);
}

/* scipy.stats.entropy([5, 0, 3, 0, 0, 2, 0, 0]) against [1] * 8 and against the outer product of
 * (0.3, 0.7) with itself, twice (SciPy 1.17.1). */
static void both_kls_are_those_of_scipy(void **state)
{
    (void)state;
    const int in_mode[8] = { 5, 0, 3, 0, 0, 2, 0, 0 };
    const double shares[2] = { 0.3, 0.7 };
    stacks r = stacks_of(2, 10, in_mode, shares);
    assert_int_equal(r.covered, 3);
    assert_true(fabs(r.kl - 1.0497885276152623) < 1e-14);
    assert_true(fabs(r.kl_data - 1.9891568966421918) < 1e-14);
}

static void a_class_that_the_digits_lack_keeps_the_kl_finite(void **state)
{
    (void)state;
    const int in_mode[8] = { 9, 0, 0, 0, 0, 0, 0, 1 };
    const double shares[2] = { 1, 0 };
    stacks r = stacks_of(2, 10, in_mode, shares);
    assert_true(isfinite(r.kl_data) && r.kl_data > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digits_are_those_of_the_document),
        cmocka_unit_test(each_channel_is_one_of_the_digits_unchanged),
        cmocka_unit_test(digits_without_the_usual_place_are_an_error_that_says_so),
        cmocka_unit_test(one_sample_of_each_mode_covers_all_of_them_evenly),
        cmocka_unit_test(one_mode_alone_has_the_logarithm_of_all_as_kl),
        cmocka_unit_test(both_kls_are_those_of_scipy),
        cmocka_unit_test(a_class_that_the_digits_lack_keeps_the_kl_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
