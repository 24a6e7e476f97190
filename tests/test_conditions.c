/* tests/test_conditions.c - texts become features, and samples get conditions that are theirs or
 * not.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "game/taught.h"

#include "base/banned.h"

/* ---- the encoding of texts ---- */

static const char *const sentences[] = { "a cat on a dog", "a dog on a cat", "a smiling cat",
                                         "a bold seven" };
enum { SENTENCES = sizeof sentences / sizeof *sentences };

typedef struct encoded {
    vocabulary vocabulary;
    condition_list list;
} encoded;

static void encode(encoded *e, const char *const *texts, int count)
{
    *e = (encoded){ 0 };
    assert_ok(vocabulary_learn(&e->vocabulary, sentences, SENTENCES));
    e->list.table.size = e->vocabulary.size;
    for (int i = 0; i < count; i++)
        assert_ok(condition_add_text(&e->list, &e->vocabulary, texts[i]));
}

static void encoded_close(encoded *e)
{
    vocabulary_close(&e->vocabulary);
    condition_list_close(&e->list);
}

/* The inner product of two conditions. */
static double product(const encoded *e, int a, int b)
{
    double row[ENCODE_MOST_VALUES] = { 0 }, sum = 0;
    const condition_table *t = &e->list.table;
    for (uint32_t i = t->first[a]; i < t->first[a + 1]; i++)
        row[t->features[i].index] += (double)t->features[i].weight;
    for (uint32_t i = t->first[b]; i < t->first[b + 1]; i++)
        sum += row[t->features[i].index] * (double)t->features[i].weight;
    return sum;
}

/* The cosine of the angle between two conditions. */
static double likeness(const encoded *e, int a, int b)
{
    return product(e, a, b) / sqrt(product(e, a, a) * product(e, b, b));
}

static void the_vocabulary_has_all_words_in_order(void **state)
{
    (void)state;
    encoded e;
    text words = { 0 };
    encode(&e, NULL, 0);
    vocabulary_write(&e.vocabulary, &words);
    assert_string_equal(words.data, "a bold cat dog on seven smiling");
    assert_true(vocabulary_knows(&e.vocabulary, "cat", 3));
    assert_false(vocabulary_knows(&e.vocabulary, "cats", 4));
    vocabulary again;
    assert_ok(vocabulary_open(&again, words.data, e.vocabulary.size));
    assert_int_equal(again.count, e.vocabulary.count);
    vocabulary_close(&again);
    text_free(&words);
    encoded_close(&e);
}

/* By Python: fnv(b"w:cat"), folded, modulo V; the weights by hand: "cat" has one word, two pairs
 * and the three threes <ca, cat, at>. The sum of their squares is 1 + 2/4 + 3/3. */
static void a_word_has_the_documented_features(void **state)
{
    (void)state;
    static const char *const texts[] = { "cat" };
    static const struct {
        uint32_t hash;
        double weight;
    } expected[] = {
        { 0x496e54bf, 0.57735026918962573 },
        { 0x582b7e2e, 0.57735026918962573 },
        { 0x75758e4d, 0.57735026918962573 },
        { 0x997f7337, 1 },
        { 0x077501da, 0.5 },
        { 0xe13cb91f, 0.5 },
    };
    encoded e;
    encode(&e, texts, 1);
    const condition_table *t = &e.list.table;
    assert_int_equal(t->first[1], 6);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(t->features[i].index, expected[i].hash % (uint32_t)t->size);
        assert_true(fabs((double)t->features[i].weight - expected[i].weight / sqrt(2.5)) < 1e-7);
    }
    encoded_close(&e);
}

static void the_order_of_words_makes_a_difference(void **state)
{
    (void)state;
    static const char *const texts[] = { "a cat on a dog", "a dog on a cat", "a bold seven" };
    encoded e;
    encode(&e, texts, 3);
    assert_true(likeness(&e, 0, 1) < 0.99 && likeness(&e, 0, 1) > 0.7);
    assert_true(likeness(&e, 0, 2) < 0.5);
    encoded_close(&e);
}

static void a_typing_error_lands_near_the_word_that_was_meant(void **state)
{
    (void)state;
    static const char *const texts[] = { "smiling", "smilling", "seven", "sven" };
    encoded e;
    encode(&e, texts, 4);
    assert_true(likeness(&e, 0, 1) > 2 * likeness(&e, 2, 1));
    assert_true(likeness(&e, 2, 3) > 2 * likeness(&e, 0, 3));
    encoded_close(&e);
}

static void letters_of_several_bytes_are_letters(void **state)
{
    (void)state;
    /* "é" is one letter: with one word that is not known there is one three, "<é>". */
    static const char *const texts[] = { "\xc3\xa9", "" };
    encoded e;
    encode(&e, texts, 2);
    assert_int_equal(e.list.table.first[1], 1);
    assert_true(e.list.table.features[0].weight == 1);
    assert_int_equal(e.list.table.first[2], 1); /* no words, no features */
    encoded_close(&e);
}

static void a_vocabulary_of_a_file_is_checked(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        int size;
        const char *message;
    } cases[] = {
        { "a b", 63, "a power of two" }, { "a b", 96, "a power of two" },
        { "a b", 32768, "64 to 16384" }, { "b a", 64, "\"a\" after \"b\"" },
        { "a a", 64, "in the order" },   { "a  b", 64, "one space" },
        { "a ", 64, "one space" },       { " a", 64, "one space" },
    };
    vocabulary v;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_fails(vocabulary_open(&v, cases[i].words, cases[i].size), STATUS_FORMAT,
                     cases[i].message);
        vocabulary_close(&v);
    }
    assert_ok(vocabulary_open(&v, "", 64));
    assert_int_equal(v.count, 0);
    vocabulary_close(&v);
}

/* ---- the conditions of a data set ---- */

enum { SAMPLES = 60, CLASSES = 3 };

static const model_options by_label = { .condition = CONDITION_LABEL };
static const model_options by_caption = { .condition = CONDITION_CAPTION };

static dataset labelled(unsigned char labels[SAMPLES])
{
    static char path[] = "here";
    for (int i = 0; i < SAMPLES; i++)
        labels[i] = (unsigned char)(i % 5 == 0 ? 2 : i % 2);
    return (dataset){ .count = SAMPLES,
                      .channels = 1,
                      .height = 1,
                      .width = 1,
                      .labels = labels,
                      .pixels = labels,
                      .path = path };
}

static void a_wrong_label_is_never_the_own_one_and_follows_the_others(void **state)
{
    (void)state;
    unsigned char labels[SAMPLES];
    dataset d = labelled(labels);
    data_identity id = { .channels = 1, .height = 1, .width = 1, .count = SAMPLES };
    taught_conditions t;
    int seen[CLASSES] = { 0 };
    assert_ok(taught_open(&t, &by_label, &d, &id));
    assert_int_equal(id.conditions, CLASSES);
    assert_string_equal(id.examples, "0\n1\n2");
    assert_null(id.words);
    for (uint32_t i = 0; i < 3000; i++) {
        uint32_t sample = i % SAMPLES, other = taught_other(&t, 7, 0, i, sample);
        assert_int_equal(taught_of(&t, 7, 0, i, sample), labels[sample]);
        assert_int_not_equal(other, labels[sample]);
        assert_int_equal(other, taught_other(&t, 7, 0, i, sample));
        seen[other]++;
    }
    /* Classes 0 and 1 have 24 samples each, class 2 has 12: of 3000 wrong ones, class 2 has
     * 2400 * 12 / 36 = 800, with a deviation of 23. */
    assert_in_range(seen[2], 800 - 5 * 23, 800 + 5 * 23);
    taught_close(&t);
}

static void data_without_conditions_are_refused(void **state)
{
    (void)state;
    unsigned char labels[SAMPLES];
    dataset d = labelled(labels);
    data_identity id = { .count = SAMPLES };
    taught_conditions t;
    assert_fails(taught_open(&t, &by_caption, &d, &id), STATUS_USAGE, "have no captions");
    taught_close(&t);
    memset(labels, 0, sizeof labels);
    assert_fails(taught_open(&t, &by_label, &d, &id), STATUS_USAGE, "same class");
    taught_close(&t);
    d.labels = NULL;
    assert_fails(taught_open(&t, &by_label, &d, &id), STATUS_USAGE, "have no labels");
    taught_close(&t);
}

static void a_wrong_caption_is_none_of_the_own_ones(void **state)
{
    (void)state;
    static const char *const shown[][2] = { { "a seven", "a bold seven" },
                                            { "a seven", "a thin seven" },
                                            { "a cat", "a bold cat" } };
    unsigned char labels[SAMPLES];
    dataset d = labelled(labels);
    data_identity id = { .count = 3 };
    caption_list l = { 0 };
    taught_conditions t;
    d.count = 3;
    for (int i = 0; i < 3; i++) {
        assert_ok(caption_list_sample(&l));
        for (int k = 0; k < 2; k++)
            assert_ok(caption_list_add(&l, shown[i][k], "here"));
    }
    assert_ok(captions_make(&d.captions, &l));
    caption_list_free(&l);
    assert_ok(taught_open(&t, &by_caption, &d, &id));
    assert_string_equal(id.words, "a bold cat seven thin");
    assert_int_equal(t.list.table.count, 5); /* in the order of their bytes */
    static const uint32_t own[3][2] = { { 3, 1 }, { 3, 4 }, { 2, 0 } };
    bool taken[3][2] = { { false } };
    for (uint32_t i = 0; i < 600; i++) {
        uint32_t sample = i % 3, of = taught_of(&t, 7, 0, i, sample);
        uint32_t other = taught_other(&t, 7, 0, i, sample);
        assert_true(of == own[sample][0] || of == own[sample][1]);
        taken[sample][of == own[sample][1]] = true;
        assert_true(other != own[sample][0] && other != own[sample][1]);
    }
    for (int i = 0; i < 3; i++)
        assert_true(taken[i][0] && taken[i][1]);
    taught_close(&t);
    captions_free(d.captions);
}

/* ---- what a checkpoint says ---- */

static void what_a_checkpoint_says_of_conditions_has_to_fit_together(void **state)
{
    (void)state;
    static const struct {
        int kind;
        data_identity data;
        const char *message;
    } cases[] = {
        { CONDITION_NONE, { .conditions = 2, .examples = "a\nb" }, "does not go with" },
        { CONDITION_LABEL, { .conditions = 0 }, "does not go with" },
        { CONDITION_LABEL, { .conditions = 2 }, "does not go with" },
        { CONDITION_LABEL, { .conditions = 3, .examples = "a\nb" }, "names of 3 classes, found 2" },
        { CONDITION_LABEL, { .conditions = 1, .examples = "a", .words = "a" }, "does not go with" },
        { CONDITION_CAPTION, { .conditions = 64, .examples = "..." }, "with words" },
        { CONDITION_CAPTION, { .conditions = 65, .examples = "a", .words = "a" }, "power of two" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        known_conditions k;
        data_identity d = cases[i].data;
        status s = known_open(&k, cases[i].kind, &d);
        assert_true(s != STATUS_OK);
        if (!strstr(status_message(), cases[i].message))
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, status_message(), cases[i].message);
        known_close(&k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vocabulary_has_all_words_in_order),
        cmocka_unit_test(a_word_has_the_documented_features),
        cmocka_unit_test(the_order_of_words_makes_a_difference),
        cmocka_unit_test(a_typing_error_lands_near_the_word_that_was_meant),
        cmocka_unit_test(letters_of_several_bytes_are_letters),
        cmocka_unit_test(a_vocabulary_of_a_file_is_checked),
        cmocka_unit_test(a_wrong_label_is_never_the_own_one_and_follows_the_others),
        cmocka_unit_test(data_without_conditions_are_refused),
        cmocka_unit_test(a_wrong_caption_is_none_of_the_own_ones),
        cmocka_unit_test(what_a_checkpoint_says_of_conditions_has_to_fit_together),
    };
    return cmocka_run_group_tests_name("conditions", tests, NULL, NULL);
}
