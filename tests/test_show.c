/* tests/test_show.c - pictures for terminals: how they are fitted, the bytes of each way, what is
 * announced. tests/oracle/terminal decodes whole pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "image/announced.h"
#include "image/screen_fit.h"

#include "base/banned.h"

/* ---- pictures ---- */

/* Pixel (x, y) is 10 y + x, of each colour. */
static void draw_count(const void *from, int y, unsigned char *bytes)
{
    const png_picture *p = from;
    for (int x = 0; x < p->width; x++)
        memset(bytes + x * p->channels, 10 * y + x, (size_t)p->channels);
}

/* A picture that draws itself. */
static show_subject counted(png_picture *p, int width, int height, int channels)
{
    *p = (png_picture){ width, height, channels, draw_count, p, false };
    return show_whole(*p);
}

/* ---- fitting ---- */

static void tiles_are_enlarged_shrunk_or_left_out_by_whole_factors(void **state)
{
    (void)state;
    /* 8 x 8 tiles of 28 x 28 with gaps of 5 are 259 x 259. */
    static const struct {
        screen_limits limits;
        int cols, rows, box, repeat, width, height;
    } cases[] = {
        { { 259, 259, 1, 8 }, 8, 8, 1, 1, 259, 259 },
        { { 777, 900, 1, 8 }, 8, 8, 1, 3, 777, 777 },
        { { 777, 900, 1, 2 }, 8, 8, 1, 2, 518, 518 },
        { { 258, 259, 1, 8 }, 8, 8, 1, 1, 231, 231 }, /* 8*28 + 7 */
        { { 230, 259, 1, 8 }, 8, 8, 2, 1, 119, 119 }, /* 8*14 + 7 */
        { { 80, 44, 1, 8 }, 5, 3, 2, 1, 74, 44 },     /* 5*14 + 4, 3*14 + 2 */
        { { 13, 99, 1, 8 }, 1, 8, 3, 1, 10, 87 },     /* 28/3 is 10 */
        { { 4, 4, 1, 8 }, 1, 1, 7, 1, 4, 4 },
        { { 3, 99, 1, 8 }, 0, 0, 0, 0, 0, 0 },
        { { 0, 0, 1, 8 }, 0, 0, 0, 0, 0, 0 },
        { { 10000, 10000, 1, 8 }, 8, 8, 1, 8, 2072, 2072 },
        { { 259, 147, 2, 8 }, 8, 8, 1, 1, 259, 147 }, /* pixels twice as high: 8*14 + 7*5 */
        { { 518, 259, 2, 8 }, 8, 8, 1, 2, 518, 259 },
    };
    png_picture p;
    show_subject all = counted(&p, 259, 259, 1);
    all.rows = all.cols = 8;
    all.tile_width = all.tile_height = 28;
    all.gap = 5;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        screen_fit f;
        assert_ok(screen_fit_open(&f, &all, &cases[i].limits));
        assert_int_equal(f.picture.width, cases[i].width);
        assert_int_equal(f.picture.height, cases[i].height);
        if (cases[i].width > 0) {
            assert_true(f.cols == cases[i].cols && f.rows == cases[i].rows);
            assert_true(f.box_width == cases[i].box && f.repeat_width == cases[i].repeat);
        }
        screen_fit_close(&f);
    }
}

static void a_shrunk_pixel_is_the_mean_of_its_pixels(void **state)
{
    (void)state;
    png_picture p;
    unsigned char row[7];
    screen_fit f;
    const show_subject wide = counted(&p, 13, 3, 1);
    assert_ok(screen_fit_open(&f, &wide, &(screen_limits){ 12, 9, 1, 1 }));
    assert_true(f.picture.width == 7 && f.picture.height == 2);
    f.picture.line(f.picture.from, 0, row);
    /* (0 + 1 + 10 + 11)/4 = 5.5, and the last one of two: (12 + 22)/2 */
    assert_true(row[0] == 6 && row[1] == 8 && row[6] == 17);
    f.picture.line(f.picture.from, 1, row);
    assert_true(row[0] == 21 && row[6] == 32); /* (20 + 21)/2, and 32 alone */
    screen_fit_close(&f);
}

/* ---- ways ---- */

typedef struct received {
    text bytes;
    int calls_left; /* then it fails */
    bool failed;
} received;

static status take(void *context, const char *bytes, size_t n)
{
    received *r = context;
    assert_false(r->failed);
    if (r->calls_left-- <= 0) {
        r->failed = true;
        return status_fail(STATUS_IO, "no room");
    }
    text_add_bytes(&r->bytes, bytes, n);
    return STATUS_OK;
}

static const show_screen usual = {
    .cols = 80, .rows = 24, .cell_width = 10, .cell_height = 20, .most_scale = 1
};

static void assert_shown(const show_way *way, const show_subject *what, const char *wanted)
{
    received r = { .calls_left = 1000 };
    show_result result;
    assert_ok(show_draw(way, what, &usual, (show_sink){ take, &r }, &result));
    assert_string_equal(r.bytes.data, wanted);
    text_free(&r.bytes);
}

static void each_way_has_its_bytes(void **state)
{
    (void)state;
    png_picture p;
    show_subject what = counted(&p, 4, 3, 1);
    /* The colours 0 1 2 3 over 10 11 12 13, then 20 to 23 over nothing. */
    assert_shown(
        &show_blocks, &what,
        "\033[38;2;0;0;0;48;2;10;10;10m\342\226\200\033[38;2;1;1;1;48;2;11;11;11m\342\226\200"
        "\033[38;2;2;2;2;48;2;12;12;12m\342\226\200\033[38;2;3;3;3;48;2;13;13;13m\342\226\200"
        "\033[0m\n"
        "\033[38;2;20;20;20m\342\226\200\033[38;2;21;21;21m\342\226\200"
        "\033[38;2;22;22;22m\342\226\200\033[38;2;23;23;23m\342\226\200\033[0m\n");
    /* xterm's colours: 16 is 0, 232 is 8, 233 is 18, 234 is 28; of two that are as near,
     * the lighter. */
    assert_shown(&show_colours, &what,
                 "\033[38;5;16;48;5;232m\342\226\200\033[38;5;16;48;5;232m\342\226\200"
                 "\033[38;5;16;48;5;232m\342\226\200\033[38;5;16;48;5;233m\342\226\200\033[0m\n"
                 "\033[38;5;233m\342\226\200\033[38;5;233m\342\226\200\033[38;5;233m\342\226\200"
                 "\033[38;5;234m\342\226\200\033[0m\n");
    /* Nothing is bright; trailing spaces are left out. */
    assert_shown(&show_characters, &what, "\n\n");
}

static void a_failure_of_the_sink_ends_every_way(void **state)
{
    (void)state;
    png_picture p;
    for (int i = 0; show_way_nth(i); i++)
        for (int calls = 0; calls < 4; calls++) {
            show_subject what = counted(&p, 100, 100, i % 2 ? 3 : 1);
            received r = { .calls_left = calls };
            show_result result;
            status s = show_draw(show_way_nth(i), &what, &usual, (show_sink){ take, &r }, &result);
            assert_true(r.failed ? s == STATUS_IO : s == STATUS_OK);
            assert_true(r.failed || calls > 0);
            text_free(&r.bytes);
        }
}

static void nothing_is_sent_to_a_terminal_that_is_too_small(void **state)
{
    (void)state;
    png_picture p;
    for (int i = 0; show_way_nth(i); i++) {
        show_subject what = counted(&p, 9, 9, 3);
        show_screen none = usual;
        show_result result;
        received r = { .calls_left = 0 };
        none.rows = 0;
        assert_ok(show_draw(show_way_nth(i), &what, &none, (show_sink){ take, &r }, &result));
        assert_true(result.lines == 0 && !r.bytes.data);
    }
}

/* ---- what is announced ---- */

static announced_answer answered(const char *bytes)
{
    announced_answer a = { 0 };
    for (size_t i = 0; bytes[i] != 0; i++)
        announced_read(&a, (unsigned char)bytes[i]);
    return a;
}

static void an_answer_is_found_among_keys_and_other_sequences(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool kitty, sixel, complete;
    } cases[] = {
        { "", false, false, false },
        { "\033[?62;4c", false, true, true },
        { "\033[?62;22c", false, false, true },
        { "\033[?6c", false, false, true },
        { "\033[?4c", false, false, true },
        { "\033[?62;14;44c", false, false, true },
        { "\033_Gi=31;OK\033\\", true, false, false },
        { "\033_Gi=31;OK\033\\\033[?62;4c", true, true, true },
        { "\033_Gi=31;ENODATA\033\\\033[?62c", false, false, true },
        { "\033_Gi=32;OK\033\\\033[?62c", false, false, true },
        { "\033[c\033[0c", false, false, false }, /* the question, echoed */
        { "ls\n\033[A\033[?62;4cx", false, true, true },
        { "\033[?1\033[?62;4c", false, true, true }, /* a sequence that breaks off */
        { "\033_Gi=31\033[?62;4c", false, true, true },
        { "\033[?62;4\030c", false, false, false },
        { "\033]0;x\a\033[?1;2c", false, false, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        announced_answer a = answered(cases[i].bytes);
        if (a.kitty != cases[i].kitty || a.sixel != cases[i].sixel ||
            a.complete != cases[i].complete)
            fail_msg("answer %zu: got kitty %d, sixel %d, complete %d", i, a.kitty, a.sixel,
                     a.complete);
    }
}

static const char *const (*environment)[2];

static const char *variable(const char *name)
{
    for (int i = 0; environment[i][0]; i++)
        if (strcmp(environment[i][0], name) == 0)
            return environment[i][1];
    return NULL;
}

static void the_best_announced_way_is_chosen(void **state)
{
    (void)state;
    static const struct {
        const char *variables[4][2];
        const char *answer;
        const show_way *with_cells, *without;
    } cases[] = {
        { { { "TERM", "xterm" } }, "", &show_colours, &show_colours },
        { { { "TERM", "xterm" }, { "COLORTERM", "truecolor" } }, "", &show_blocks, &show_blocks },
        { { { "TERM", "xterm" } }, "\033[?62;4c", &show_sixel, &show_colours },
        { { { "TERM", "xterm" }, { "NO_COLOR", "1" } },
          "\033[?62;4c",
          &show_characters,
          &show_characters },
        { { { "TERM", "xterm" }, { "NO_COLOR", "" } }, "", &show_colours, &show_colours },
        { { { NULL, NULL } }, "\033[?62;4c", &show_characters, &show_characters },
        { { { "TERM", "xterm-kitty" } }, "", &show_kitty, &show_kitty },
        { { { "TERM", "xterm-kitty" } }, "\033[?62c", &show_colours, &show_colours },
        { { { "TERM", "xterm" }, { "KITTY_WINDOW_ID", "1" } }, "", &show_colours, &show_colours },
        { { { "TERM", "xterm" } }, "\033_Gi=31;OK\033\\\033[?62;4c", &show_kitty, &show_kitty },
        { { { "TERM", "vt220" } }, "", &show_characters, &show_characters },
        { { { "TERM", "vte-256color" } }, "", &show_colours, &show_colours },
        { { { "TERM", "xterm" }, { "LANG", "de_DE.ISO-8859-15" } },
          "",
          &show_characters,
          &show_characters },
        { { { "TERM", "xterm" }, { "LC_ALL", "C.UTF-8" }, { "LANG", "x.latin1" } },
          "",
          &show_colours,
          &show_colours },
        { { { "TERM", "xterm" }, { "LC_ALL", "C" }, { "LANG", "x.latin1" } },
          "",
          &show_colours,
          &show_colours },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        announced_answer a = answered(cases[i].answer);
        environment = cases[i].variables;
        const show_way *with = announced_way(variable, &a, true),
                       *without = announced_way(variable, &a, false);
        if (with != cases[i].with_cells || without != cases[i].without)
            fail_msg("environment %zu: got %s and %s", i, with->choice.name, without->choice.name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_are_enlarged_shrunk_or_left_out_by_whole_factors),
        cmocka_unit_test(a_shrunk_pixel_is_the_mean_of_its_pixels),
        cmocka_unit_test(each_way_has_its_bytes),
        cmocka_unit_test(a_failure_of_the_sink_ends_every_way),
        cmocka_unit_test(nothing_is_sent_to_a_terminal_that_is_too_small),
        cmocka_unit_test(an_answer_is_found_among_keys_and_other_sequences),
        cmocka_unit_test(the_best_announced_way_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
