/* tests/test_near.c - conditions that are alike, and the wrong ones that are drawn of them.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <stdio.h>

#include "game/taught.h"
#include "math/random.h"

#include "base/banned.h"

/* ---- which are alike ---- */

enum { CONDITIONS = 700, FEATURES = 60, MOST_EACH = 6 };

static uint32_t first[CONDITIONS + 1];
static condition_feature features[CONDITIONS * MOST_EACH];
static double dense[CONDITIONS][FEATURES];

/* Features 0 and 1 are in nearly all conditions, the others in some 60 each; the last condition has
 * only common ones. Weights are multiples of 1/4, so that sums are exact and some are equal. */
static condition_table made_up(void)
{
    const random_stream numbers = { 3, 0, 0xF8 };
    uint32_t n = 0;
    uint32_t draw = 0;
    memset(dense, 0, sizeof dense);
    for (int i = 0; i < CONDITIONS; i++) {
        first[i] = n;
        for (int k = 0; k < MOST_EACH; k++) {
            bool common = k < 2 || i == CONDITIONS - 1;
            uint32_t f = common ? (uint32_t)k % 2 : 2 + random_below(numbers, draw++, FEATURES - 2);
            float weight = (float)(1 + random_below(numbers, draw++, 4)) / 4;
            features[n++] = (condition_feature){ f, weight };
            dense[i][f] += (double)weight;
        }
    }
    first[CONDITIONS] = n;
    return (condition_table){ FEATURES, CONDITIONS, first, features };
}

/* The likeness by its definition, from whole rows. */
static double likeness(int a, int b)
{
    double sum = 0;
    for (int f = 2; f < FEATURES; f++)
        sum += dense[a][f] * dense[b][f];
    return sum;
}

static void the_nearest_are_those_of_all_by_the_definition(void **state)
{
    (void)state;
    condition_table t = made_up();
    near_conditions n;
    assert_ok(near_find(&n, &t));
    for (int a = 0; a < CONDITIONS; a++) {
        bool taken[CONDITIONS] = { false };
        for (int k = 0; k < NEAR_MOST; k++) {
            int best = a;
            for (int b = 0; b < CONDITIONS; b++)
                if (b != a && !taken[b] && likeness(a, b) > (best == a ? 0 : likeness(a, best)))
                    best = b;
            taken[best] = best != a;
            assert_int_equal(near_to(&n, (uint32_t)a)[k], best);
        }
    }
    /* One whose features are all common is like none. */
    for (int k = 0; k < NEAR_MOST; k++)
        assert_int_equal(near_to(&n, CONDITIONS - 1)[k], CONDITIONS - 1);
    near_close(&n);
}

/* Who has each feature, with its weight; where each feature's begin; of each condition how alike it
 * is, whether it was seen, and the ones that are near. */
static void the_memory_that_is_stated_is_that_of_the_lists(void **state)
{
    (void)state;
    condition_table t = made_up();
    near_conditions n;
    assert_ok(near_find(&n, &t));
    size_t lists = (first[CONDITIONS] + FEATURES) * sizeof(uint32_t) +
                   first[CONDITIONS] * sizeof(float) + CONDITIONS * sizeof(double) +
                   CONDITIONS * (1 + NEAR_MOST) * sizeof(uint32_t);
    assert_in_range(n.memory, lists, lists + 64);
    near_close(&n);
}

/* ---- what is drawn ---- */

enum { THINGS = 300, TONES = 3, PICTURES = THINGS * TONES };

/* Each thing in three tones, each of which more than NEAR_COMMON captions name. */
static dataset things_in_tones(void)
{
    static const char *const tones[] = { "dark", "light", "medium" };
    static unsigned char pixels[PICTURES];
    static char path[] = "here";
    caption_list l = { 0 };
    for (int i = 0; i < PICTURES; i++) {
        char words[64];
        int thing = i / TONES;
        snprintf(words, sizeof words, "%c%c%c in a %s tone", 'a' + thing % 7, 'h' + thing % 9,
                 'q' + thing % 10, tones[i % TONES]);
        assert_ok(caption_list_sample(&l));
        assert_ok(caption_list_add(&l, words, "here"));
    }
    dataset d = {
        .count = PICTURES, .channels = 1, .height = 1, .width = 1, .pixels = pixels, .path = path
    };
    assert_ok(captions_make(&d.captions, &l));
    caption_list_free(&l);
    return d;
}

static void the_given_share_of_wrong_captions_is_nearly_right(void **state)
{
    (void)state;
    static const double shares[] = { 0, 0.25, 1 };
    dataset d = things_in_tones();
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        model_options o = { .condition = CONDITION_CAPTION, .mismatch_near = shares[k] };
        data_identity id = { .count = PICTURES };
        taught_conditions t;
        int near = 0;
        assert_ok(taught_open(&t, &o, &d, &id));
        for (uint32_t place = 0; place < 4000; place++) {
            uint32_t sample = place % PICTURES, own = taught_of(&t, 7, 3, place, sample);
            uint32_t other = taught_other(&t, 7, 3, place, sample);
            assert_int_not_equal(other, own);
            assert_int_equal(other, taught_other(&t, 7, 3, place, sample));
            for (int i = 0; t.near.ids && i < NEAR_MOST; i++)
                near += near_to(&t.near, own)[i] == other;
        }
        /* Of the others, 8 of 899 are among the nearest by chance: 1000 + 3000 * 8 / 899 = 1027
         * with a deviation of some 30. */
        if (k == 1)
            assert_in_range(near, 1027 - 5 * 30, 1027 + 5 * 30);
        else
            assert_int_equal(near, k == 0 ? 0 : 4000);
        taught_close(&t);
    }
    captions_free(d.captions);
}

static void the_other_tones_of_a_thing_are_nearest(void **state)
{
    (void)state;
    dataset d = things_in_tones();
    model_options o = { .condition = CONDITION_CAPTION, .mismatch_near = 1 };
    data_identity id = { .count = PICTURES };
    taught_conditions t;
    assert_ok(taught_open(&t, &o, &d, &id));
    for (int i = 0; i < PICTURES; i++)
        for (int k = 0; k < TONES - 1; k++) {
            int same = 0;
            for (int j = i / TONES * TONES; j < (i / TONES + 1) * TONES; j++)
                same += near_to(&t.near, t.ids[i])[k] == t.ids[j];
            assert_int_equal(same, 1);
        }
    taught_close(&t);
    captions_free(d.captions);
}

/* Where the features of each condition begin, the features, and the captions of the samples. */
static void the_memory_of_what_is_taught_is_that_of_its_lists(void **state)
{
    (void)state;
    dataset d = things_in_tones();
    for (int near = 0; near < 2; near++) {
        model_options o = { .condition = CONDITION_CAPTION, .mismatch_near = near };
        data_identity id = { .count = PICTURES };
        taught_conditions t;
        assert_ok(taught_open(&t, &o, &d, &id));
        const condition_list *l = &t.list;
        assert_true(l->room > (size_t)l->table.count);
        assert_true(l->feature_room >= l->table.first[l->table.count]);
        assert_int_equal(taught_memory(&t), (l->room + PICTURES) * sizeof(uint32_t) +
                                                l->feature_room * sizeof(condition_feature) +
                                                t.near.memory);
        assert_int_equal(t.near.memory > 0, near);
        taught_close(&t);
    }
    captions_free(d.captions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_are_those_of_all_by_the_definition),
        cmocka_unit_test(the_memory_that_is_stated_is_that_of_the_lists),
        cmocka_unit_test(the_given_share_of_wrong_captions_is_nearly_right),
        cmocka_unit_test(the_other_tones_of_a_thing_are_nearest),
        cmocka_unit_test(the_memory_of_what_is_taught_is_that_of_its_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
