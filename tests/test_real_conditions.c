/* tests/test_real_conditions.c - samples that are compared with images show what these show.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <string.h>

#include "train/real_conditions.h"

#include "base/banned.h"

enum { IMAGES = 6, COUNT = 15 };

static unsigned char labels[IMAGES] = { 3, 0, 2, 0, 3, 1 };
static char path[] = "data";
static uint32_t order[IMAGES];

static dataset labelled(void)
{
    order_shuffle(ORDER_TRAINING_IMAGES, IMAGES, order);
    return (dataset){ .count = IMAGES, .labels = labels, .path = path };
}

static void know(known_conditions *k, const char *classes, int count)
{
    data_identity d = { .conditions = count, .examples = classes };
    assert_ok(known_open(k, CONDITION_LABEL, &d));
}

/* The model knows the classes 0, 2 and 3, as 0, 1 and 2: the image of class 1 is left out. */
static void each_sample_has_the_class_of_an_image_that_the_model_knows(void **state)
{
    (void)state;
    static const uint32_t numbers[] = { 0, 9, 1, 2 };
    const dataset d = labelled();
    known_conditions k;
    real_conditions r;
    know(&k, "0\n2\n3", 3);
    assert_ok(real_conditions_open(&r, &k, &d, ORDER_TRAINING_IMAGES, COUNT));
    asked a = real_conditions_asked(&r);
    assert_int_equal(a.count, COUNT);
    assert_int_equal(a.each, 1);
    assert_ptr_equal(a.table, &k.list.table);
    for (int i = 0, place = 0; i < COUNT; i++, place++) {
        if (labels[order[place % IMAGES]] == 1)
            place++;
        assert_int_equal(r.images[i], order[place % IMAGES]);
        assert_int_equal(a.ids[i], numbers[labels[r.images[i]]]);
    }
    assert_null(r.captions);
    assert_int_equal(real_conditions_memory(&r), COUNT * (sizeof *r.ids + sizeof *r.images));
    real_conditions_close(&r);
    known_close(&k);
}

static void data_without_what_the_model_was_told_are_refused(void **state)
{
    (void)state;
    dataset d = labelled();
    known_conditions k;
    real_conditions r;
    know(&k, "cat\ndog", 2);
    assert_fails(real_conditions_open(&r, &k, &d, ORDER_TRAINING_IMAGES, COUNT), STATUS_USAGE,
                 "data: has no class that the model knows");
    real_conditions_close(&r);
    d.labels = NULL;
    assert_fails(real_conditions_open(&r, &k, &d, ORDER_TRAINING_IMAGES, COUNT), STATUS_USAGE,
                 "data: has no labels, which its samples are asked for");
    real_conditions_close(&r);
    known_close(&k);
    const known_conditions none = { .kind = CONDITION_NONE };
    assert_ok(real_conditions_open(&r, &none, &d, ORDER_TRAINING_IMAGES, COUNT));
    assert_int_equal(real_conditions_asked(&r).count, 0);
    assert_int_equal(real_conditions_memory(&r), 0);
    real_conditions_close(&r);
}

/* Image i has i % 3 + 1 of these. */
static const char *const shown[] = { "a bold seven", "a thin six", "one" };

static void describe(dataset *d)
{
    caption_list l = { 0 };
    for (int i = 0; i < IMAGES; i++) {
        assert_ok(caption_list_sample(&l));
        for (int c = 0; c <= i % 3; c++)
            assert_ok(caption_list_add(&l, shown[c], "here"));
    }
    assert_ok(captions_make(&d->captions, &l));
    caption_list_free(&l);
}

static void each_sample_has_a_caption_of_its_image_and_each_text_is_encoded_once(void **state)
{
    (void)state;
    dataset d = labelled();
    data_identity identity = { .conditions = 64,
                               .words = "a bold one seven six thin",
                               .examples = "a thin six" };
    known_conditions k;
    real_conditions r;
    condition_list alone = { .table.size = 64 };
    describe(&d);
    assert_ok(known_open(&k, CONDITION_CAPTION, &identity));
    assert_ok(real_conditions_open(&r, &k, &d, ORDER_TRAINING_IMAGES, COUNT));
    assert_in_range(r.texts.table.count, 1, 3);
    for (size_t i = 0; i < COUNT; i++) {
        const condition_table *t = &r.texts.table;
        assert_int_equal(r.images[i], order[i % IMAGES]);
        assert_in_range(r.captions[i], d.captions->first[r.images[i]],
                        d.captions->first[r.images[i] + 1] - 1);
        assert_ok(condition_add_text(&alone, &k.vocabulary, d.captions->texts[r.captions[i]]));
        uint32_t begin = t->first[r.ids[i]], own = alone.table.first[i];
        uint32_t n = alone.table.first[i + 1] - own;
        assert_int_equal(t->first[r.ids[i] + 1] - begin, n);
        for (uint32_t f = 0; f < n; f++)
            assert_int_equal(t->features[begin + f].index, alone.table.features[own + f].index);
    }
    size_t each = sizeof *r.ids + sizeof *r.images + sizeof *r.captions;
    assert_int_equal(real_conditions_memory(&r),
                     COUNT * each + r.texts.room * sizeof *r.texts.table.first +
                         r.texts.feature_room * sizeof *r.texts.table.features);
    condition_list_close(&alone);
    real_conditions_close(&r);
    known_close(&k);
    captions_free(d.captions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sample_has_the_class_of_an_image_that_the_model_knows),
        cmocka_unit_test(data_without_what_the_model_was_told_are_refused),
        cmocka_unit_test(each_sample_has_a_caption_of_its_image_and_each_text_is_encoded_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
