/* tests/test_nearest.c - the word that a misspelt one is meant to be, by the definition of the edit
 * distance.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/text.h"

/* Levenshtein's distance: the fewest letters to add, remove or replace. */
static int distance(const char *a, const char *b)
{
    if (!*a || !*b)
        return (int)(strlen(a) + strlen(b));
    int replaced = distance(a + 1, b + 1) + (*a != *b), removed = distance(a + 1, b) + 1,
        added = distance(a, b + 1) + 1;
    int least = removed < added ? removed : added;
    return replaced < least ? replaced : least;
}

/* A word of which two letters or more begin the other is as near as one with a wrong letter. */
static int how_far(const char *word, const char *candidate)
{
    size_t n = strlen(word), m = strlen(candidate), shorter = n < m ? n : m;
    bool begins = shorter >= 2 && memcmp(word, candidate, shorter) == 0;
    return begins ? 1 : distance(word, candidate);
}

static const char *expected(const char *word, const char *const *words, int count)
{
    int least = (int)strlen(word) / 3 + 1;
    const char *nearest = NULL;
    for (int i = 0; i < count; i++)
        if (how_far(word, words[i]) < least + (nearest == NULL)) {
            nearest = words[i];
            least = how_far(word, words[i]);
        }
    return nearest;
}

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 16;
}

/* A word of 1 to 7 of the letters a, b and c. */
static void make_word(char word[8], uint32_t *state)
{
    size_t n = 1 + next(state) % 7;
    for (size_t i = 0; i < n; i++)
        word[i] = (char)('a' + next(state) % 3);
    word[n] = 0;
}

static void the_nearest_of_many_words_is_the_first_of_the_least_distance(void **state)
{
    (void)state;
    enum { TIMES = 1000, WORDS = 5 };
    uint32_t seed = 1;
    for (int i = 0; i < TIMES; i++) {
        char word[8], room[WORDS][8];
        const char *words[WORDS];
        make_word(word, &seed);
        for (int k = 0; k < WORDS; k++) {
            make_word(room[k], &seed);
            words[k] = room[k];
        }
        const char *got = text_nearest(word, words, WORDS, sizeof *words);
        const char *right = expected(word, words, WORDS);
        if (got != right)
            fail_msg("%s: expected %s, got %s", word, right ? right : "none", got ? got : "none");
    }
}

static void a_long_word_is_near_its_beginning(void **state)
{
    (void)state;
    static const char *const words[] = { "g", "generator", "fid" };
    assert_string_equal(text_nearest("ge", words, 3, sizeof *words), "g");
    assert_string_equal(text_nearest("gen", words, 3, sizeof *words), "generator");
    assert_string_equal(text_nearest("generator-layers", words, 3, sizeof *words), "generator");
    assert_null(text_nearest("generosity", words, 1, sizeof *words));
}

static void words_of_more_than_32_bytes_are_near_none(void **state)
{
    (void)state;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefg";
    for (size_t n = 31; n <= 33; n++) {
        char word[40], other[40];
        const char *words[] = { other };
        snprintf(word, sizeof word, "%.*s", (int)n, letters);
        snprintf(other, sizeof other, "%.30s", letters);
        assert_int_equal(text_nearest(word, words, 1, sizeof *words) != NULL, n <= 32);
        assert_int_equal(text_nearest(other, (const char *[]){ word }, 1, sizeof *words) != NULL,
                         n <= 32);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_of_many_words_is_the_first_of_the_least_distance),
        cmocka_unit_test(a_long_word_is_near_its_beginning),
        cmocka_unit_test(words_of_more_than_32_bytes_are_near_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
