/* tests/test_hold_out.c - captions that are kept out of training with all their images.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "data/dataset.h"
#include "idx_blob.h"

static status open_with(dataset *d, const char *lines, int images, double share, int limit)
{
    dataset_request r = dataset_request_of("train-images-idx3-ubyte", limit);
    blob b = make_images((uint32_t)images, 2, 2), labels = make_labels((uint32_t)images);
    put("train-images-idx3-ubyte", &b);
    put("train-labels-idx1-ubyte", &labels);
    assert_ok(file_write("lines", lines, strlen(lines)));
    r.images.captions = "lines";
    r.images.hold_out = share;
    return dataset_open_with(d, &r);
}

/* Python: FNV-1a of the text, mixed as MurmurHash3 does, by 2^64: one .3851, two .8972, three
 * .4672, four .1266, another .9838. */
static const char six_lines[] = "one\ntwo\nthree\nfour\nONE\nanother\n";

static void a_caption_goes_with_all_its_images(void **state)
{
    (void)state;
    dataset d, test;
    assert_ok(open_with(&d, six_lines, 6, 0.4, 0));
    assert_int_equal(d.count, 3);
    assert_int_equal(d.total, 6);
    assert_int_equal(d.captions->count, 3);
    static const int kept[] = { 1, 2, 5 }, held[] = { 0, 3, 4 };
    dataset_request r = dataset_request_of("train-images-idx3-ubyte", 0);
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_int_equal(test.count, 3);
    assert_false(test.is_held_out); /* no run was trained on them */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(d.pixels[4 * i], 28 * kept[i]);
        assert_int_equal(d.labels[i], 7 * kept[i]);
        assert_int_equal(test.pixels[4 * i], 28 * held[i]);
        assert_int_equal(test.labels[i], 7 * held[i]);
    }
    assert_string_equal(d.captions->texts[1], "three");
    assert_string_equal(test.captions->shown[0], "one");
    assert_string_equal(test.captions->shown[2], "ONE");
    dataset_close(&test);
    assert_int_equal(d.held->count, 3); /* is still there */
    dataset_close(&d);
}

static void the_limit_is_of_what_is_left(void **state)
{
    (void)state;
    dataset d, all;
    assert_ok(open_with(&d, six_lines, 6, 0.4, 2));
    assert_ok(open_with(&all, six_lines, 6, 0.4, 0));
    assert_int_equal(d.count, 2);
    assert_string_equal(d.captions->texts[1], "three");
    assert_int_equal(d.fingerprint, dataset_fingerprint(&all, 2));
    assert_int_equal(d.held->count, 3);
    dataset_close(&d);
    dataset_close(&all);
}

static void other_captions_do_not_decide(void **state)
{
    (void)state;
    dataset d;
    assert_ok(open_with(&d, "another\none\ntwo\nthree\n", 4, 0.4, 0));
    assert_int_equal(d.held->count, 1);
    assert_string_equal(d.held->captions->texts[0], "one");
    dataset_close(&d);
}

/* No caption but the most specific ones is held out, so that every class stays. */
static void of_a_template_only_full_combinations_are_held_out(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = dataset_request_of(GAN_SOURCE_DIR "/data/mnist", 0);
    int classes[10] = { 0 };
    r.images.hold_out = 0.1;
    assert_ok(dataset_open_with(&d, &r)); /* finds captions.txt */
    for (int i = 0; i < d.count; i++)
        classes[d.labels[i]]++;
    for (int k = 0; k < 10; k++)
        assert_true(classes[k] > 4000);
    assert_int_equal(d.count + d.held->count, 60000);
    for (int i = 0; i < d.held->count; i++)
        assert_int_equal(d.held->captions->first[i + 1] - d.held->captions->first[i], 12);
    dataset_close(&d);
}

static void a_share_of_nothing_or_of_everything_is_refused(void **state)
{
    (void)state;
    dataset d;
    assert_int_equal(open_with(&d, six_lines, 6, 0.01, 0), STATUS_USAGE);
    assert_string_equal(status_message(),
                        "--hold-out: 0.01 of the 5 captions of train-images-idx3-ubyte that can be "
                        "held out is none of them; give a larger share");
    assert_int_equal(open_with(&d, "one\none\n", 2, 0.9, 0), STATUS_USAGE);
    assert_string_equal(status_message(),
                        "--hold-out: 0.9 of the captions of train-images-idx3-ubyte is all of its "
                        "2 images; give a smaller share");
}

static void without_captions_nothing_can_be_held_out(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = dataset_request_of("alone", 0);
    blob b = make_images(3, 2, 2);
    put("alone", &b);
    r.images.hold_out = 0.5;
    assert_int_equal(dataset_open_with(&d, &r), STATUS_USAGE);
    r = dataset_request_of("ring", 0);
    r.images.hold_out = 0.5;
    assert_int_equal(dataset_open_with(&d, &r), STATUS_USAGE);
    assert_string_equal(status_message(), "ring: has no captions; points cannot have any");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_caption_goes_with_all_its_images),
        cmocka_unit_test(the_limit_is_of_what_is_left),
        cmocka_unit_test(other_captions_do_not_decide),
        cmocka_unit_test(of_a_template_only_full_combinations_are_held_out),
        cmocka_unit_test(a_share_of_nothing_or_of_everything_is_refused),
        cmocka_unit_test(without_captions_nothing_can_be_held_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
