/* tests/test_lettering.c - words beneath samples.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "image/font.h"
#include "image/lettering.h"

#include "base/banned.h"

/* As FreeType draws 5x8.pcf of X.Org's font-misc-misc (by Pillow: ImageFont.truetype, mode "1"). */
static void letters_are_those_of_the_font(void **state)
{
    (void)state;
    static const struct {
        uint32_t character;
        unsigned char rows[FONT_HEIGHT];
    } known[] = {
        { 'A', { 0x00, 0x60, 0x90, 0x90, 0xf0, 0x90, 0x90, 0x00 } },
        { 'g', { 0x00, 0x00, 0x00, 0x60, 0x90, 0x70, 0x10, 0x60 } },
        { 0xe9, { 0x20, 0x40, 0x00, 0x60, 0xb0, 0xc0, 0x60, 0x00 } },  /* e with an acute accent */
        { 0x416, { 0x00, 0xa8, 0xa8, 0x70, 0xa8, 0xa8, 0xa8, 0x00 } }, /* the Cyrillic letter Zhe */
        { 0x3b1, { 0x00, 0x00, 0x00, 0x70, 0x90, 0x90, 0x70, 0x00 } }, /* alpha */
        { 0x2026, { 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xa8, 0x00 } }, /* three dots */
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        for (int y = 0; y < FONT_HEIGHT; y++)
            assert_int_equal(font_rows(known[i].character) >> (56 - 8 * y) & 0xff,
                             known[i].rows[y]);
}

static void a_letter_that_is_not_there_is_a_box_and_a_space_is_empty(void **state)
{
    (void)state;
    uint64_t box = font_rows(0x4e03);
    assert_true(box != 0);
    assert_true(font_rows(0x10ffff) == box);
    for (uint32_t c = '!'; c <= '~'; c++)
        assert_true(font_rows(c) != 0 && font_rows(c) != box);
    assert_true(font_rows(' ') == 0 && font_rows('\n') == 0 && font_rows(0xa0) == 0);
}

/* ---- samples with words ---- */

enum { LINE = 16, SIDE = 6 }; /* letters in a line beneath narrow samples */

static const char *word_of(const void *from, int i)
{
    const char *const *words = from;
    return words[i];
}

static lettering beneath(const char *const *words, int count)
{
    return (lettering){ word_of, words, count };
}

static int lines_of(const char *words)
{
    const grid g = { 1, 1, 0, 1, SIDE, SIDE };
    const char *const one[] = { words };
    const lettering l = beneath(one, 1);
    const grid to = lettering_grid(&g, &l);
    assert_int_equal(to.width, LINE * FONT_WIDTH + 4);
    assert_int_equal((to.height - SIDE - 2) % FONT_HEIGHT, 0);
    return (to.height - SIDE - 2) / FONT_HEIGHT;
}

static void lines_end_between_words_where_they_can(void **state)
{
    (void)state;
    assert_int_equal(lines_of(""), 0);
    assert_int_equal(lines_of("  \n "), 0);
    assert_int_equal(lines_of("0123456789abcdef"), 1);
    assert_int_equal(lines_of("0123456789abcdef  "), 1);
    assert_int_equal(lines_of("0123456789abcdefg"), 2);
    assert_int_equal(lines_of("01234567 9abcdefg"), 2);
    /* "a bold, slanted" has 15 letters, and "seven" goes to the next line. */
    assert_int_equal(lines_of("a bold, slanted seven"), 2);
    assert_int_equal(lines_of("0123456 0123456789 0123456789"), 3);
    assert_int_equal(lines_of("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
                              "\u00e9\u00e9\u00e9\u00e9\u00e9"),
                     1);
    assert_int_equal(
        lines_of("a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h"),
        LETTERING_MOST_LINES);
}

/* Whether the 5 x 8 pixels of a channel at (y, x) are those of the letter. */
static bool is_letter(const grid *g, const float *plane, int y, int x, uint32_t character)
{
    uint64_t rows = font_rows(character);
    for (int i = 0; i < FONT_HEIGHT; i++)
        for (int k = 0; k < FONT_WIDTH; k++) {
            float expected = rows >> (63 - 8 * i - k) & 1 ? 1 : -1;
            if (plane[(y + i) * g->width + x + k] != expected)
                return false;
        }
    return true;
}

static void each_sample_has_its_words_in_every_channel(void **state)
{
    (void)state;
    const grid g = { 1, 3, 2, 3, SIDE, SIDE };
    static const char *const words[] = { "a b", "\u00e9" }; /* the third sample has none */
    static float samples[3][3][SIDE * SIDE], out[3][3][(SIDE + 10) * (LINE * FONT_WIDTH + 4)];
    const lettering l = beneath(words, 2);
    const grid to = lettering_grid(&g, &l);
    for (int i = 0; i < 3; i++)
        for (int c = 0; c < 3; c++)
            for (int k = 0; k < SIDE * SIDE; k++)
                samples[i][c][k] = (float)(i + c) / 8;
    lettering_draw(&g, &l, samples[0][0], out[0][0]);
    int left = (to.width - SIDE) / 2, top = SIDE + 2;
    for (int c = 0; c < 3; c++) {
        for (int i = 0; i < 3; i++)
            for (int y = 0; y < SIDE; y++)
                for (int x = 0; x < to.width; x++) {
                    bool inside = x >= left && x < left + SIDE;
                    assert_true(out[i][c][y * to.width + x] ==
                                (inside ? (float)(i + c) / 8 : -1.0f));
                }
        assert_true(is_letter(&to, out[0][c], top, 0, 'a'));
        assert_true(is_letter(&to, out[0][c], top, FONT_WIDTH, ' '));
        assert_true(is_letter(&to, out[0][c], top, 2 * FONT_WIDTH, 'b'));
        assert_true(is_letter(&to, out[1][c], top, 0, 0xe9));
        assert_true(is_letter(&to, out[2][c], top, 0, ' '));
    }
}

static void what_does_not_fit_ends_in_three_dots(void **state)
{
    (void)state;
    const grid g = { 1, 1, 0, 1, SIDE, SIDE };
    static const char *const words[] = { "0123456789abcdef 0123456789abcdef 0123456789abcdef "
                                         "0123456789abcdefg",
                                         "0123456789abcdef 0123456789abcdef 0123456789abcdef "
                                         "0123456789 abcdefg" };
    static float sample[SIDE * SIDE], out[(SIDE + 34) * (LINE * FONT_WIDTH + 4)];
    int last = SIDE + 2 + 3 * FONT_HEIGHT;
    for (int i = 0; i < 2; i++) {
        const lettering l = beneath(&words[i], 1);
        const grid to = lettering_grid(&g, &l);
        lettering_draw(&g, &l, sample, out);
        int dots = i == 0 ? LINE - 1 : 10; /* in place of a letter, or after the last word */
        assert_true(is_letter(&to, out, last, (dots - 1) * FONT_WIDTH, i == 0 ? 'e' : '9'));
        assert_true(is_letter(&to, out, last, dots * FONT_WIDTH, 0x2026));
    }
}

static void wide_samples_keep_their_width(void **state)
{
    (void)state;
    const grid g = { 1, 1, 0, 1, 1, 128 };
    static const char *const words[] = { "0123456789abcdef01234" };
    const lettering l = beneath(words, 1);
    const grid to = lettering_grid(&g, &l);
    assert_int_equal(to.width, 129); /* 25 letters and the margin */
    assert_int_equal(to.height, 1 + 2 + FONT_HEIGHT);
    const grid wide = { 1, 1, 0, 1, 1, 134 };
    assert_int_equal(lettering_grid(&wide, &l).width, 134);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_are_those_of_the_font),
        cmocka_unit_test(a_letter_that_is_not_there_is_a_box_and_a_space_is_empty),
        cmocka_unit_test(lines_end_between_words_where_they_can),
        cmocka_unit_test(each_sample_has_its_words_in_every_channel),
        cmocka_unit_test(what_does_not_fit_ends_in_three_dots),
        cmocka_unit_test(wide_samples_keep_their_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
