/* tests/test_lines.c - texts broken into lines, and words that a shell reads back.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "cli/lines.h"

static void check(text *t, const char *expected)
{
    assert_ok(text_check(t));
    assert_string_equal(t->data, expected);
    text_free(t);
    *t = (text){ 0 };
}

/* As Python's textwrap.fill(..., break_long_words=False, break_on_hyphens=False) breaks them. */
static void words_are_broken_as_textwrap_breaks_them(void **state)
{
    (void)state;
    static const char words[] = "The quick brown fox jumps over the lazy dog, and "
                                "a_word_that_is_longer_than_the_line stays whole.";
    text t = { 0 };
    lines_add(&t, words, (line_form){ 0, 0, 20 });
    check(&t, "The quick brown fox\njumps over the lazy\ndog, and\n"
              "a_word_that_is_longer_than_the_line\nstays whole.");
    lines_add(&t, words, (line_form){ 0, 4, 30 });
    check(&t, "The quick brown fox jumps over\n    the lazy dog, and\n"
              "    a_word_that_is_longer_than_the_line\n    stays whole.");
    lines_add(&t, words, (line_form){ 0, 9, 79 });
    check(&t, "The quick brown fox jumps over the lazy dog, and\n"
              "         a_word_that_is_longer_than_the_line stays whole.");
}

static void a_line_goes_on_where_the_cursor_stands(void **state)
{
    (void)state;
    text t = { 0 };
    lines_add(&t, "one two three", (line_form){ 5, 2, 13 });
    check(&t, "one two\n  three");
    lines_add(&t, "one two three", (line_form){ 5, 2, 12 });
    check(&t, "one two\n  three");
    lines_add(&t, "one two three", (line_form){ 5, 2, 11 });
    check(&t, "one\n  two three");
}

static void columns_are_characters_not_bytes(void **state)
{
    (void)state;
    text t = { 0 };
    assert_int_equal(lines_columns("\xc3\xa4\xc3\xb6\xe2\x82\xac x"), 5);
    lines_add(&t, "\xc3\xa4\xc3\xa4 \xc3\xb6\xc3\xb6", (line_form){ 0, 0, 5 });
    check(&t, "\xc3\xa4\xc3\xa4 \xc3\xb6\xc3\xb6");
}

static void a_spec_is_broken_between_layers_only(void **state)
{
    (void)state;
    text t = { 0 };
    lines_add_spec(&t, "linear 16, leaky_relu 0.2, conv 128 k4 s2 p1, linear 1",
                   (line_form){ 0, 2, 26 });
    check(&t, "linear 16, leaky_relu 0.2,\n  conv 128 k4 s2 p1,\n  linear 1");
    lines_add_spec(&t, "linear 16, leaky_relu 0.2, conv 128 k4 s2 p1", (line_form){ 0, 0, 5 });
    check(&t, "linear 16,\nleaky_relu 0.2,\nconv 128 k4 s2 p1");
    /* A spec may have no spaces, or end in a comma. */
    lines_add_spec(&t, "linear 1,relu,", (line_form){ 0, 0, 4 });
    check(&t, "linear 1,relu,");
}

/* The lines are those of Python's textwrap.fill of what follows the label, with subsequent_indent.
 */
static void wide_lines_are_folded_under_their_labels(void **state)
{
    (void)state;
    text t = { 0 };
    lines_fold(
        &t,
        "label   one two three four\n        one two three four\n  five six seven eight\nab  cd\n",
        8, 18);
    check(&t, "label   one two\n        three four\n        one two\n        three four\n"
              "  five six seven\n        eight\nab  cd\n");
    lines_fold(&t, "no newline", 2, 5);
    check(&t, "no\n  newline\n");
}

/* The expected words are those of Python's shlex.quote but for control characters, which it leaves
 * as they are. */
static void a_word_is_quoted_if_a_shell_would_change_it(void **state)
{
    (void)state;
    static const char *const words[][2] = { { "build/gan", "build/gan" },
                                            { "a b", "'a b'" },
                                            { "it's", "'it'\\''s'" },
                                            { "$HOME;x", "'$HOME;x'" },
                                            { "", "''" },
                                            { "a\nb", "$'a\\x0ab'" },
                                            { "*", "'*'" },
                                            { "x=1,2%", "x=1,2%" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        text t = { 0 };
        lines_add_shell_word(&t, words[i][0]);
        check(&t, words[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_broken_as_textwrap_breaks_them),
        cmocka_unit_test(a_line_goes_on_where_the_cursor_stands),
        cmocka_unit_test(columns_are_characters_not_bytes),
        cmocka_unit_test(a_spec_is_broken_between_layers_only),
        cmocka_unit_test(wide_lines_are_folded_under_their_labels),
        cmocka_unit_test(a_word_is_quoted_if_a_shell_would_change_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
