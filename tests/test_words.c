/* tests/test_words.c - counting words.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/words.h"

#include "base/banned.h"

static void assert_word(const counted_word *w, const char *word, size_t times)
{
    assert_int_equal(w->length, strlen(word));
    assert_memory_equal(w->at, word, w->length);
    assert_int_equal(w->times, times);
}

static const char *const texts[] = { "a cat on a dog", "", "cats: a dog", "a" };

/* Counted by hand. */
static void words_are_counted_over_all_texts_in_the_order_of_their_bytes(void **state)
{
    (void)state;
    word_list l;
    assert_ok(words_count(&l, texts, NULL, 4));
    assert_int_equal(l.count, 5);
    assert_word(&l.words[0], "a", 4);
    assert_word(&l.words[1], "cat", 1);
    assert_word(&l.words[2], "cats", 1);
    assert_word(&l.words[3], "dog", 2);
    assert_word(&l.words[4], "on", 1);
    words_free(&l);
}

static void a_text_counts_as_often_as_it_is_there(void **state)
{
    (void)state;
    static const size_t times[] = { 2, 9, 10, 1 };
    word_list l;
    assert_ok(words_count(&l, texts, times, 4));
    assert_word(&l.words[0], "a", 2 * 2 + 10 + 1);
    assert_word(&l.words[3], "dog", 2 + 10);
    words_free(&l);
}

static void the_commonest_come_first_and_equally_common_ones_by_their_bytes(void **state)
{
    (void)state;
    word_list l;
    assert_ok(words_count(&l, texts, NULL, 4));
    words_by_times(&l);
    static const char *const order[] = { "a", "dog", "cat", "cats", "on" };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(
            words_compare(l.words[i].at, l.words[i].length, order[i], strlen(order[i])), 0);
    words_by_bytes(&l);
    assert_word(&l.words[1], "cat", 1);
    words_free(&l);
}

static void no_text_has_no_word(void **state)
{
    (void)state;
    word_list l;
    assert_ok(words_count(&l, NULL, NULL, 0));
    words_by_times(&l);
    assert_int_equal(l.count, 0);
    words_free(&l);
}

static void bytes_are_compared_without_sign_and_a_beginning_is_less(void **state)
{
    (void)state;
    assert_true(words_compare("z", 1, "\xc3\xa9", 2) < 0);
    assert_true(words_compare("cat", 3, "cats", 4) < 0);
    assert_true(words_compare("cats", 4, "cat", 3) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_counted_over_all_texts_in_the_order_of_their_bytes),
        cmocka_unit_test(a_text_counts_as_often_as_it_is_there),
        cmocka_unit_test(the_commonest_come_first_and_equally_common_ones_by_their_bytes),
        cmocka_unit_test(no_text_has_no_word),
        cmocka_unit_test(bytes_are_compared_without_sign_and_a_beginning_is_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
