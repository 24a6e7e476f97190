/* tests/test_squares.c - pictures made of the lines of others: pixels that become squares, words
 * above columns.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "image/enlarge.h"
#include "image/font.h"
#include "image/grid.h"
#include "image/labels.h"

enum { MOST = 400 };

/* A byte that tells where it is. */
static unsigned char byte_at(int x, int y, int channel)
{
    return (unsigned char)(1 + 50 * y + 4 * x + channel);
}

static void draw_places(const void *from, int y, unsigned char *bytes)
{
    const png_picture *p = from;
    for (int x = 0; x < p->width; x++)
        for (int c = 0; c < p->channels; c++)
            *bytes++ = byte_at(x, y, c);
}

static void a_pixel_becomes_a_square(void **state)
{
    (void)state;
    for (int channels = 1; channels <= 4; channels++)
        for (int scale = 1; scale <= 4; scale++) {
            png_picture small = { 5, 3, channels, draw_places, &small, channels == 3 }, p;
            const enlarged e = { small, scale };
            unsigned char line[MOST];
            assert_ok(enlarge(&p, &e));
            assert_true(p.width == 5 * scale && p.height == 3 * scale && p.channels == channels);
            assert_int_equal(p.is_photograph, channels == 3);
            for (int y = 0; y < p.height; y++) {
                memset(line, 0, sizeof line);
                p.line(p.from, y, line);
                for (int x = 0; x < p.width; x++)
                    for (int c = 0; c < channels; c++)
                        assert_int_equal(line[x * channels + c], byte_at(x / scale, y / scale, c));
                assert_int_equal(line[p.width * channels], 0);
            }
        }
}

static void a_picture_is_enlarged_to_the_most_pixels_of_a_grid_and_no_further(void **state)
{
    (void)state;
    const int side = 1 << 12; /* 4 x 4 times as many are 2^28 */
    png_picture small = { side, side, 1, draw_places, &small, false }, p;
    enlarged e = { small, 4 };
    assert_int_equal((int64_t)side * side * 16, GRID_MOST_PIXELS);
    assert_ok(enlarge(&p, &e));
    e.small.width++;
    assert_int_equal(enlarge(&p, &e), STATUS_USAGE);
    assert_string_equal(status_message(),
                        "--scale: expected a picture of at most 268435456 pixels, "
                        "got 4097 x 4096 times 4");
    e.scale = ENLARGE_MOST;
    assert_int_equal(enlarge(&p, &e), STATUS_USAGE);
}

/* ---- words ---- */

/* The white pixels of the letters themselves, each `size` times as large. */
static bool is_white(const char *word, int size, int x, int y)
{
    int letter = x / (FONT_WIDTH * size), column = x / size % FONT_WIDTH, row = y / size;
    if (x < 0 || letter >= (int)strlen(word) || y < 0 || row >= FONT_HEIGHT)
        return false;
    uint64_t rows = font_rows((unsigned char)word[letter]);
    unsigned char bits = (unsigned char)(rows >> 8 * (FONT_HEIGHT - 1 - row));
    return bits >> (7 - column) & 1;
}

/* Words in columns of a width: each pixel of the strip, and the picture below it. */
static void assert_drawn(const char *const words[2], int width, int gap, int size)
{
    const int margin = 4, strip = FONT_HEIGHT * size + 2 * margin, channels = 3;
    png_picture below = { 2 * width + gap, 2, channels, draw_places, &below, false };
    const labels l = { below, words, 2, width, gap };
    png_picture p = labels_picture(&l);
    unsigned char line[MOST * 3];
    assert_true(p.width == below.width && p.height == 2 + strip && p.channels == channels);
    for (int y = 0; y < p.height; y++) {
        memset(line, 77, sizeof line);
        p.line(p.from, y, line);
        for (int x = 0; x < p.width; x++)
            for (int c = 0; c < channels; c++) {
                int wanted = 0;
                for (int i = 0; i < 2; i++) {
                    int room = width - (int)strlen(words[i]) * FONT_WIDTH * size;
                    int at = x - i * (width + gap) - room / 2;
                    wanted |= is_white(words[i], size, at, y - margin) ? 255 : 0;
                }
                assert_int_equal(line[x * channels + c],
                                 y < strip ? wanted : byte_at(x, y - strip, c));
            }
        assert_int_equal(line[p.width * channels], 77);
    }
}

static void words_are_in_the_middle_of_their_columns_and_large_where_all_fit(void **state)
{
    (void)state;
    assert_drawn((const char *const[2]){ "HE", "cat" }, 6 * FONT_WIDTH, 3, 2); /* to the pixel */
    assert_drawn((const char *const[2]){ "HE", "cat" }, 6 * FONT_WIDTH - 1, 3, 1);
    assert_drawn((const char *const[2]){ "MM", "HE" }, 2 * FONT_WIDTH, 0, 1);
    assert_drawn((const char *const[2]){ "", "M" }, 41, 2, 2);
}

/* A word that is wider than its column goes on above the columns beside it, but not beyond the
 * picture. */
static void a_wide_word_ends_with_the_picture(void **state)
{
    (void)state;
    const char *const words[] = { "MHMHM" };
    png_picture below = { 2 * FONT_WIDTH, 1, 1, draw_places, &below, false };
    const labels l = { below, words, 1, 2 * FONT_WIDTH, 0 };
    png_picture p = labels_picture(&l);
    unsigned char line[MOST];
    for (int y = 0; y < FONT_HEIGHT; y++) {
        memset(line, 77, sizeof line);
        p.line(p.from, 4 + y, line + 1);
        for (int x = 0; x < p.width; x++)
            assert_int_equal(line[1 + x],
                             is_white(words[0], 1, x + 3 * FONT_WIDTH / 2, y) ? 255 : 0);
        assert_true(line[0] == 77 && line[1 + p.width] == 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pixel_becomes_a_square),
        cmocka_unit_test(a_picture_is_enlarged_to_the_most_pixels_of_a_grid_and_no_further),
        cmocka_unit_test(words_are_in_the_middle_of_their_columns_and_large_where_all_fit),
        cmocka_unit_test(a_wide_word_ends_with_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
