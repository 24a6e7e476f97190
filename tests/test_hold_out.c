/* tests/test_hold_out.c - captions that are kept out of training with all their images.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "base/text.h"
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

/* ---- the rule of docs/captions.md, for images with several captions ---- */

enum { IMAGES = 5, WORDS = 5, MOST = 3 };

/* Their places are above, those of one and four are below .4. */
static const char *const words[WORDS] = { "one", "two", "three", "four", "another" };

/* The words of each image, all different; -1: no more. */
typedef struct captioned {
    int of[IMAGES][MOST];
} captioned;

static bool has(const int image[MOST], int word)
{
    return image[0] == word || image[1] == word || image[2] == word;
}

/* So many images have the word. */
static int uses(const captioned *c, int word)
{
    int n = 0;
    for (int i = 0; i < IMAGES; i++)
        n += has(c->of[i], word);
    return n;
}

static int own_word(const captioned *c, int image)
{
    int own = c->of[image][0];
    for (int k = 1; k < MOST && c->of[image][k] >= 0; k++)
        if (uses(c, c->of[image][k]) < uses(c, own))
            own = c->of[image][k];
    return own;
}

static bool is_held(const captioned *c, int image)
{
    for (int word = 0; word < WORDS; word++) {
        bool can_be = has(c->of[image], word) && (word == 0 || word == 3);
        for (int i = 0; i < IMAGES; i++)
            can_be = can_be && (!has(c->of[i], word) || own_word(c, i) == word);
        if (can_be)
            return true;
    }
    return false;
}

static void caption_by_chance(captioned *c, uint32_t *seed)
{
    for (int i = 0; i < IMAGES; i++)
        for (int k = 0, all = 1 + (i + (int)(*seed >> 30)) % MOST; k < MOST; k++) {
            c->of[i][k] = -1;
            while (k < all && c->of[i][k] < 0) {
                *seed = *seed * 1664525 + 1013904223;
                int word = (int)(*seed >> 16) % WORDS;
                c->of[i][k] = has(c->of[i], word) ? -1 : word;
            }
        }
}

static void write_captions(const captioned *c)
{
    text t = { 0 };
    for (int i = 0; i < IMAGES; i++) {
        text_add(&t, "{\"file_name\":\"%d.pgm\",\"text\":[\"%s\"", i, words[c->of[i][0]]);
        for (int k = 1; k < MOST && c->of[i][k] >= 0; k++)
            text_add(&t, ",\"%s\"", words[c->of[i][k]]);
        text_add(&t, "]}\n");
    }
    FILE *f = fopen("several/metadata.jsonl", "w");
    assert_non_null(f);
    assert_true(fputs(t.data, f) >= 0 && fclose(f) == 0);
    text_free(&t);
}

static void check_held(const captioned *c)
{
    dataset_request r = dataset_request_of("several", 0);
    dataset d;
    int held = 0;
    for (int i = 0; i < IMAGES; i++)
        held += is_held(c, i);
    r.images.hold_out = 0.4;
    write_captions(c);
    if (held == 0 || held == IMAGES) {
        assert_int_equal(dataset_open_with(&d, &r), STATUS_USAGE);
        return;
    }
    assert_ok(dataset_open_with(&d, &r));
    assert_int_equal(d.count, IMAGES - held);
    for (int i = 0; i < d.count; i++)
        assert_false(is_held(c, d.names[i][0] - '0'));
    dataset_close(&d);
}

static void the_rarest_caption_decides_and_of_equals_the_first(void **state)
{
    (void)state;
    uint32_t seed = 1;
    assert_ok(folder_make("several"));
    for (int i = 0; i < IMAGES; i++) {
        char name[32];
        snprintf(name, sizeof name, "several/%d.pgm", i);
        assert_ok(file_write(name, "P2 1 1 255 7", 12));
    }
    for (int i = 0; i < 100; i++) {
        captioned c;
        caption_by_chance(&c, &seed);
        check_held(&c);
    }
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
        cmocka_unit_test(the_rarest_caption_decides_and_of_equals_the_first),
        cmocka_unit_test(of_a_template_only_full_combinations_are_held_out),
        cmocka_unit_test(a_share_of_nothing_or_of_everything_is_refused),
        cmocka_unit_test(without_captions_nothing_can_be_held_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
