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

/* Every 51st value of each colour, and greys. */
enum { COLOURS = 6 * 6 * 6 + 256 };

static void draw_colours(const void *from, int y, unsigned char *bytes)
{
    (void)from;
    (void)y;
    for (int i = 0; i < COLOURS; i++, bytes += 3) {
        int grey = i - 216;
        bytes[0] = (unsigned char)(grey < 0 ? 51 * (i / 36) : grey);
        bytes[1] = (unsigned char)(grey < 0 ? 51 * (i / 6 % 6) - i / 36 : grey);
        bytes[2] = (unsigned char)(grey < 0 ? 51 * (i % 6) : grey ^ 1);
    }
}

/* xterm's colour, by its definition: a cube of six steps and 24 greys. */
static void colour_of(int number, int rgb[3])
{
    static const int steps[6] = { 0, 95, 135, 175, 215, 255 };
    int i = number - 16;
    for (int c = 0; c < 3; c++)
        rgb[c] = number >= 232 ? 8 + 10 * (number - 232)
                               : steps[c == 0   ? i / 36
                                       : c == 1 ? i / 6 % 6
                                                : i % 6];
}

static int distance(const int rgb[3], const unsigned char *to)
{
    int sum = 0;
    for (int c = 0; c < 3; c++)
        sum += (rgb[c] - to[c]) * (rgb[c] - to[c]);
    return sum;
}

static void no_other_of_the_256_colours_is_nearer(void **state)
{
    (void)state;
    unsigned char line[3 * COLOURS] = { 0 };
    png_picture p = { COLOURS, 1, 3, draw_colours, NULL, false };
    received r = { .calls_left = 9 };
    assert_ok(show_colours.draw((show_sink){ take, &r }, &p, &usual));
    draw_colours(NULL, 0, line);
    const char *at = r.bytes.data;
    for (int i = 0, number = 0; i < COLOURS; i++) {
        int used = 0, rgb[3], other[3];
        if (sscanf(at, "\033[38;5;%dm%n", &number, &used) == 1)
            at += used;
        assert_memory_equal(at, "\342\226\200", 3);
        at += 3;
        colour_of(number, rgb);
        for (int k = 16; k < 256; k++) {
            colour_of(k, other);
            assert_true(distance(other, line + 3 * i) >= distance(rgb, line + 3 * i));
        }
    }
    assert_string_equal(at, "\033[0m\n");
    text_free(&r.bytes);
}

static void draw_noise(const void *from, int y, unsigned char *bytes)
{
    const png_picture *p = from;
    for (int i = 0; i < p->width * p->channels; i++)
        bytes[i] = (unsigned char)((unsigned)(y * 997 + i * i + 1) * 2654435761u >> 24);
}

static status take_png(void *context, const unsigned char *bytes, size_t n)
{
    text_add_bytes(context, (const char *)bytes, n);
    return STATUS_OK;
}

/* Adds the bytes that base64 (RFC 4648) stands for; n is a multiple of 4. */
static void add_decoded(text *t, const char *s, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; n > 0; n -= 4, s += 4) {
        unsigned value = 0;
        int bytes = s[2] == '=' ? 1 : s[3] == '=' ? 2 : 3;
        for (int i = 0; i < 4; i++) {
            const char *digit = strchr(digits, s[i] == '=' ? 'A' : s[i]);
            assert_non_null(digit);
            value = value << 6 | (unsigned)(digit - digits);
        }
        for (int i = 0; i < bytes; i++)
            text_add_bytes(t, &(char){ (char)(value >> (16 - 8 * i) & 255) }, 1);
    }
}

/* Files of each length modulo 3: the last three bytes are whole or not. */
static void kitty_gets_the_file_in_parts_of_4096_characters(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (int width = 30; seen != 7; width++) {
        png_picture p = { width, 60, 3, draw_noise, &p, false };
        show_screen screen = usual;
        received r = { .calls_left = 99 };
        text file = { 0 }, got = { 0 };
        screen.id = 7;
        assert_ok(png_give(&p, (png_taker){ take_png, &file }));
        assert_ok(show_kitty.draw((show_sink){ take, &r }, &p, &screen));
        const char *at = r.bytes.data, *head = "\033_Ga=T,f=100,q=2,C=1,i=7,m=1;";
        for (bool more = true; more; head = "\033_Gm=") {
            assert_memory_equal(at, head, strlen(head));
            at += strcspn(at, ";") + 1;
            size_t n = strcspn(at, "\033");
            more = at[-2] == '1';
            assert_true(more ? n == 4096 && at[n - 1] != '=' : n > 0 && n <= 4096 && n % 4 == 0);
            add_decoded(&got, at, n);
            at += n;
            assert_memory_equal(at, "\033\\", 2);
            at += 2;
        }
        assert_string_equal(at, "");
        assert_int_equal(got.length, file.length);
        assert_memory_equal(got.data, file.data, file.length);
        seen |= 1u << file.length % 3;
        text_free(&file);
        text_free(&got);
        text_free(&r.bytes);
    }
}

/* Room is made by new lines, which may scroll; the cursor goes back up, and afterwards below. */
static void graphics_have_room_and_the_cursor_is_below_them(void **state)
{
    (void)state;
    static const char before[] = "\n\n\n\033[3A\0337\033", after[] = "\0338\033[3B\r";
    static const show_way *const ways[] = { &show_kitty, &show_sixel };
    png_picture p;
    show_subject what = counted(&p, 12, 41, 1); /* cells are 20 pixels high */
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        received r = { .calls_left = 99 };
        show_result result;
        assert_ok(show_draw(ways[i], &what, &usual, (show_sink){ take, &r }, &result));
        assert_memory_equal(r.bytes.data, before, sizeof before - 1);
        assert_string_equal(r.bytes.data + r.bytes.length - (sizeof after - 1), after);
        text_free(&r.bytes);
    }
}

static void draw_stripe(const void *from, int y, unsigned char *bytes)
{
    (void)from;
    (void)y;
    memset(bytes, 255, 7);
    memset(bytes + 7, 0, 3);
}

/* VT340: "!7" repeats what follows; a short run is shorter without it. */
static void long_runs_of_sixels_are_counted(void **state)
{
    (void)state;
    const png_picture p = { 10, 6, 1, draw_stripe, NULL, false };
    received r = { .calls_left = 99 };
    assert_ok(show_sixel.draw((show_sink){ take, &r }, &p, &usual));
    assert_non_null(strstr(r.bytes.data, "!7~"));
    assert_non_null(strstr(r.bytes.data, "~~~"));
    text_free(&r.bytes);
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
        { "x[?62;4c", false, false, false }, /* typed */
        { "\033x[?62;4c", false, false, false },
        { "\033_Gi=31;OK\033x\033[?62c", false, false, true }, /* its end breaks off */
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

static void terminals_are_asked_about_kitty_where_a_variable_suggests_it(void **state)
{
    (void)state;
    static const struct {
        const char *variables[3][2];
        const char *first; /* of the question; NULL: none is asked */
    } cases[] = {
        { { { "TERM", "xterm" } }, "\033[c" },
        { { { "TERM", "xterm" }, { "KITTY_WINDOW_ID", "" } }, "\033[c" },
        { { { "TERM", "xterm" }, { "KITTY_WINDOW_ID", "1" } }, "\033_Gi=31," },
        { { { "TERM", "xterm" }, { "KONSOLE_VERSION", "220400" } }, "\033_Gi=31," },
        { { { "TERM", "xterm" }, { "TERM_PROGRAM", "ghostty" } }, "\033_Gi=31," },
        { { { "TERM", "xterm" }, { "TERM_PROGRAM", "vscode" } }, "\033[c" },
        { { { "TERM", "xterm-kitty" } }, "\033_Gi=31," },
        { { { "TERM", "tmux-256color" }, { "KITTY_WINDOW_ID", "1" } }, "\033[c" },
        { { { "TERM", "screen" }, { "TERM_PROGRAM", "WezTerm" } }, "\033[c" },
        { { { "TERM", "linux" } }, NULL },
        { { { "TERM", "dumb" } }, NULL },
        { { { "TERM", "xterm" }, { "NO_COLOR", "1" } }, NULL },
        { { { NULL, NULL } }, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        environment = cases[i].variables;
        const char *asked = announced_question(variable), *first = cases[i].first;
        if (first ? !asked || strncmp(asked, first, strlen(first)) != 0 : asked != NULL)
            fail_msg("environment %zu is asked %s", i, asked ? asked + 1 : "nothing");
    }
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
        { { { "TERM", "xterm" }, { "COLORTERM", "24bit" } }, "", &show_blocks, &show_blocks },
        { { { "TERM", "xterm" }, { "COLORTERM", "16" } }, "", &show_colours, &show_colours },
        { { { "TERM", "xterm-direct" } }, "", &show_blocks, &show_blocks },
        { { { "TERM", "st" } }, "", &show_colours, &show_colours },
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
        cmocka_unit_test(no_other_of_the_256_colours_is_nearer),
        cmocka_unit_test(kitty_gets_the_file_in_parts_of_4096_characters),
        cmocka_unit_test(graphics_have_room_and_the_cursor_is_below_them),
        cmocka_unit_test(long_runs_of_sixels_are_counted),
        cmocka_unit_test(a_failure_of_the_sink_ends_every_way),
        cmocka_unit_test(nothing_is_sent_to_a_terminal_that_is_too_small),
        cmocka_unit_test(an_answer_is_found_among_keys_and_other_sequences),
        cmocka_unit_test(terminals_are_asked_about_kitty_where_a_variable_suggests_it),
        cmocka_unit_test(the_best_announced_way_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
