/* tests/test_base.c - texts, numbers, JSON, options, the arena and files.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"
#include <errno.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/json.h"
#include "base/option.h"
#include "base/size.h"
#include "base/text.h"
#include "base/utf8.h"

static void sizes_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    size_t out = 7;
    assert_false(size_add(SIZE_MAX, 1, &out));
    assert_false(size_mul(SIZE_MAX / 2 + 1, 2, &out));
    assert_int_equal(out, 7);
    assert_true(size_mul(0, SIZE_MAX, &out));
    assert_int_equal(out, 0);
    assert_true(size_add(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
}

static void floats_are_little_endian_bytes_on_every_host(void **state)
{
    (void)state;
    static const float numbers[] = { 1, -2, 0x1.fffffep127f, 0x1p-149f };
    static const unsigned char bytes[] = { 0,    0,    0x80, 0x3f, 0, 0, 0, 0xc0,
                                           0xff, 0xff, 0x7f, 0x7f, 1, 0, 0, 0 };
    unsigned char put[sizeof bytes];
    float got[4];
    bytes_put_floats(put, numbers, 4);
    assert_memory_equal(put, bytes, sizeof bytes);
    memcpy(got, bytes, sizeof bytes);
    bytes_become_floats(got, 4);
    assert_memory_equal(got, numbers, sizeof numbers);
    assert_true(bytes_get_float(bytes + 4) == -2);
}

static void arena_hands_out_what_it_counted(void **state)
{
    (void)state;
    arena a = { 0 };
    assert_null(arena_take(&a, 3, 5));
    assert_null(arena_take(&a, 100, 4));
    assert_int_equal(a.used, 64 + 448);
    assert_ok(arena_open(&a));
    char *first = arena_take(&a, 3, 5);
    char *second = arena_take(&a, 100, 4);
    assert_int_equal(second - first, 64);
    assert_int_equal((uintptr_t)first % 64, 0);
    for (int i = 0; i < 400; i++)
        assert_int_equal(second[i], 0);
    arena_close(&a);
}

static void an_arena_that_is_reopened_keeps_its_block_if_that_is_large_enough(void **state)
{
    (void)state;
    static const size_t sizes[] = { 1000, 10, 1000, 5000 };
    static const bool keeps[] = { false, true, true, false };
    arena a = { 0 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *before = a.block;
        const size_t size = a.size;
        arena counted = { 0 };
        arena_take(&counted, sizes[i], 1);
        assert_ok(arena_reopen(&a, &counted));
        assert_true(!keeps[i] || (a.block == before && a.size == size));
        char *part = arena_take(&a, sizes[i], 1);
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(part[k], 0);
        memset(part, 1, sizes[i]);
    }
    arena_close(&a);
}

static void arena_refuses_a_sum_that_overflows(void **state)
{
    (void)state;
    arena a = { 0 };
    static const struct {
        size_t count, size;
        int times;
    } sums[] = { { SIZE_MAX / 2, 4, 1 }, { SIZE_MAX, 1, 1 }, { SIZE_MAX / 2, 1, 3 } };
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        for (int k = 0; k < sums[i].times; k++)
            arena_take(&a, sums[i].count, sums[i].size);
        assert_fails(arena_open(&a), STATUS_MEMORY, "overflow");
        arena_close(&a);
    }
}

static void numbers_are_read_to_their_last_character(void **state)
{
    (void)state;
    int64_t i = 0;
    uint64_t u = 0;
    double d = 0;
    static const char *const bad_integers[] = {
        "", " 1", "1 ", "+1", "--1", "-", "1e3", "0x10", "9223372036854775808", "1.0"
    };
    for (size_t k = 0; k < sizeof bad_integers / sizeof *bad_integers; k++)
        assert_false(text_to_i64(bad_integers[k], &i));
    static const char *const bad_doubles[] = { "",      " 1",  "1 ",    "nan", "inf", "0x1p3",
                                               "1e999", "1,5", "1.2.3", "e5",  "--2" };
    for (size_t k = 0; k < sizeof bad_doubles / sizeof *bad_doubles; k++)
        assert_false(text_to_double(bad_doubles[k], &d));
    assert_false(text_to_u64("18446744073709551616", &u));
    assert_true(text_to_u64("18446744073709551615", &u));
    assert_true(u == UINT64_MAX);
    assert_true(text_to_i64("-9223372036854775807", &i));
    assert_true(i == -INT64_MAX);
    assert_true(text_to_double("-2.5e-3", &d));
    assert_true(d == -2.5e-3);
}

static void doubles_are_written_as_short_as_they_read_back(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = { { 1e-4, "0.0001" }, { 1e-8, "1e-08" },
                  { 0.999, "0.999" }, { 0, "0" },
                  { 10, "10" },       { -1200, "-1200" },
                  { 1e15, "1e+15" },  { 0.1 + 0.2, "0.30000000000000004" } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char got[TEXT_NUMBER_SIZE];
        text_from_double(got, cases[k].value);
        assert_string_equal(got, cases[k].text);
    }
}

static void the_nearest_word_is_one_that_may_be_meant(void **state)
{
    (void)state;
    static const char *const words[] = { "train", "sample", "info", "help" };
    static const struct {
        const char *word, *nearest;
    } cases[] = { { "trian", "train" },
                  { "smaple", "sample" },
                  { "inf", "info" },
                  { "samples", "sample" },
                  { "xyzzy", NULL },
                  { "", NULL },
                  { "the help that is longer than any word here", NULL } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *got = text_nearest(cases[k].word, words, 4, sizeof *words);
        if (cases[k].nearest)
            assert_string_equal(got, cases[k].nearest);
        else
            assert_null(got);
    }
    static const char *const more[] = { "a candidate that is longer than any word", "ac", "ad" };
    assert_ptr_equal(text_nearest("ab", more, 3, sizeof *more), more[1]); /* the first of equals */
}

static void a_text_that_is_too_long_is_marked(void **state)
{
    (void)state;
    text empty = { 0 }, some = { 0 };
    text_add_bytes(&empty, "", SIZE_MAX); /* the NUL would need one byte more */
    assert_fails(text_check(&empty), STATUS_MEMORY, "out of memory");
    text_add_shown(&some, "so\nme");
    text_add_bytes(&some, "", SIZE_MAX - 3);
    assert_fails(text_check(&some), STATUS_MEMORY, "out of memory");
    text_add_shown(&some, "more");
    text_add(&some, "more");
    assert_string_equal(some.data, "so\\x0ame");
    text_free(&some);
}

static void json_reads_what_it_writes(void **state)
{
    (void)state;
    text t = { 0 };
    text_add(&t, "{");
    json_add_string(&t, "name", "a \"quoted\" \\ text\n\x01");
    json_add_string(&t, "empty", "");
    json_add_string(&t, "größe", "1×2");
    text_add(&t, "}rest");
    assert_ok(text_check(&t));
    json_object o;
    size_t used = 0;
    assert_ok(json_read(&o, (unsigned char *)t.data, t.length, &used));
    assert_int_equal(used, t.length - 4);
    assert_int_equal(o.count, 3);
    assert_string_equal(json_get(&o, "name"), "a \"quoted\" \\ text\n\x01");
    assert_string_equal(json_get(&o, "empty"), "");
    assert_string_equal(json_get(&o, "größe"), "1×2");
    assert_null(json_get(&o, "other"));
    json_free(&o);
    text_free(&t);
}

/* The result of json_read for n bytes in a block of exactly that size, so that a sanitizer notices
 * a read past the end. */
static status read_exactly(const char *bytes, size_t n)
{
    json_object o;
    size_t used = 0;
    unsigned char *exact = malloc(n + (n == 0));
    memcpy(exact, bytes, n);
    status s = json_read(&o, exact, n, &used);
    if (s == STATUS_OK) {
        assert_int_equal(used, n);
        json_free(&o);
    }
    assert_null(o.members);
    free(exact);
    return s;
}

static void json_refuses_what_it_would_not_write(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{",
        "[]",
        "{\"a\":1}",
        "{\"a\":\"b\"",
        "{\"a\":\"b\",}",
        "{\"a\" :\"b\"}",
        "{ \"a\":\"b\"}",
        "{\"a\":\"b\",\"a\":\"c\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\n\"}",
        "{\"a\":\"\\u0041\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\u001F\"}",
        "{\"a\":\"\\u00",
        "{\"a\":\"\\",
        "{\"a\":\"\xc0\x80\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\xf4\x90\x80\x80\"}",
        "{\"a\":\"\xe2\x82",
        "{\"a\":{}}",
        "{:\"b\"}",
        "{x:\"b\"}",
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        if (read_exactly(bad[k], strlen(bad[k])) != STATUS_FORMAT)
            fail_msg("not refused: %s", bad[k]);
    static const char with_nul[] = "{\"a\":\"\\u001\0\"}";
    assert_fails(read_exactly(with_nul, sizeof with_nul - 1), STATUS_FORMAT,
                 "expected one of the escapes \\u0001 to \\u001f at byte 7, found 0x75");
}

static void json_says_what_it_expected_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "[", "expected '{' at byte 0, found 0x5b" },
        { "{\"a\":\"b\"", "expected ',' or '}', but the text ends at byte 8" },
        { "{\"a\"=", "expected ':' at byte 4, found 0x3d" },
        { "{\"a\":\"\x1f", "expected a character of a string at byte 6, found 0x1f" },
        { "{\"a\":\"\xc3\xa9", "expected a character of a string, but the text ends at byte 8" },
        { "{\"a\":\"\xc3", "expected UTF-8 at byte 6, found 0xc3" },
        { "{\"a\":\"\\u001f", "expected a character of a string, but the text ends at byte 12" },
        { "{\"a\":\"\\u001",
          "expected one of the escapes \\\" \\\\ \\u00XX at byte 7, found 0x75" },
        { "{\"a\":\"b\",\"a\":\"c\"}", "the key \"a\" comes twice, at byte 12" },
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        assert_fails(read_exactly(cases[k].text, strlen(cases[k].text)), STATUS_FORMAT,
                     cases[k].message);
}

static status read_value(const char *value)
{
    char given[32];
    snprintf(given, sizeof given, "{\"a\":\"%s\"}", value);
    return read_exactly(given, strlen(given));
}

static void utf_8_is_taken_up_to_its_limits(void **state)
{
    (void)state;
    /* The first and the last code point of each length, those next to the surrogates; escapes. */
    static const char *const good[] = {
        "\x20",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
        "\xe1\x80\x80",
        "\xec\xbf\xbf",
        "\xf1\x80\x80\x80",
        "\xf3\xbf\xbf\xbf",
        "\\u0001",
        "\\u000f",
        "\\u0010",
        "\\u001f",
        "\\\"",
        "\\\\",
    };
    assert_int_equal(utf8_length("", 0), 0);
    /* Overlong forms, surrogates, more than U+10FFFF, lone lead and continuation bytes. */
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff\x80\x80\x80",
        "\xc3",
        "\xc3(",
        "\xc3\xc0",
        "\xe2\x82",
        "\xe2(\xa1",
        "\xe2\x82(",
        "\xf1\x80\x80",
        "\xf1(\x80\x80",
        "\xf1\x80(\x80",
        "\xf1\x80\x80(",
        "\xf1\x80\x80\xc0",
        "\\u0000",
        "\\u0020",
        "\\u00gf",
        "\\u00g1",
        "\\u000g",
        "\\u001g",
        "\\u011f",
        "\\x0001",
    };
    for (size_t k = 0; k < sizeof good / sizeof *good; k++)
        if (read_value(good[k]) != STATUS_OK)
            fail_msg("refused: %s: %s", good[k], status_message());
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        if (read_value(bad[k]) != STATUS_FORMAT)
            fail_msg("not refused: %s", bad[k]);
}

/* json.c has a table of 256. */
static void json_takes_as_many_members_as_there_is_room_for(void **state)
{
    (void)state;
    for (int count = 255; count <= 257; count++) {
        text t = { 0 };
        char key[16];
        text_add(&t, "{");
        for (int i = 0; i < count; i++) {
            snprintf(key, sizeof key, "%d", i);
            json_add_string(&t, key, "x");
        }
        text_add(&t, "}");
        if (count <= 256)
            assert_ok(read_exactly(t.data, t.length));
        else
            assert_fails(read_exactly(t.data, t.length), STATUS_FORMAT, "expected an end of");
        text_free(&t);
    }
    assert_ok(read_exactly("{}", 2));
}

static void the_first_member_has_no_comma_before_it(void **state)
{
    (void)state;
    text t = { 0 };
    json_add_string(&t, "a", "b");
    json_add_string(&t, "c", "d");
    assert_string_equal(t.data, "\"a\":\"b\",\"c\":\"d\"");
    text_free(&t);
}

static void json_nests_objects_and_arrays_and_places_their_commas(void **state)
{
    (void)state;
    text t = { 0 };
    json_begin(&t, NULL, '{');
    json_begin(&t, "none", '[');
    json_end(&t, ']');
    json_begin(&t, "two", '[');
    json_add_string(&t, NULL, "{");
    json_begin(&t, NULL, '{');
    json_end(&t, '}');
    json_end(&t, ']');
    json_add(&t, "n", "%d", -1);
    json_add_double(&t, "x", 0.1);
    json_add_string(&t, "absent", NULL);
    json_end(&t, '}');
    assert_ok(text_check(&t));
    assert_string_equal(t.data,
                        "{\"none\":[],\"two\":[\"{\",{}],\"n\":-1,\"x\":0.1,\"absent\":null}");
    text_free(&t);
}

typedef struct sample_options {
    bool quiet;
    int batch;
    uint64_t seed;
    double rate, other;
    const char *out;
    int colour, mixed;
} sample_options;

static const option_choice *colour_choice(int i)
{
    static const option_choice colours[] = { { "red", "" }, { "green", "" } };
    return i < 2 ? &colours[i] : NULL;
}

#define AT(member) offsetof(sample_options, member)
static const option_row sample_rows[] = {
    { .name = "quiet", .type = OPTION_FLAG, .offset = AT(quiet) },
    { .name = "batch",
      .type = OPTION_INT,
      .offset = AT(batch),
      .initial = "256",
      .least = 1,
      .most = 65536,
      .arg = "N" },
    { .name = "seed",
      .type = OPTION_U64,
      .offset = AT(seed),
      .scope = SCOPE_RUN,
      .initial = "1",
      .arg = "N" },
    { .name = "rate",
      .type = OPTION_FLOAT,
      .offset = AT(rate),
      .initial = "0.0001",
      .least = 0,
      .most = 1,
      .arg = "R" },
    { .name = "out", .type = OPTION_TEXT, .offset = AT(out), .initial = "out", .arg = "DIR" },
    { .name = "colour",
      .type = OPTION_CHOICE,
      .offset = AT(colour),
      .initial = "green",
      .choice = colour_choice,
      .arg = "NAME" },
    { .name = "mixed",
      .type = OPTION_SET,
      .offset = AT(mixed),
      .initial = "none",
      .choice = colour_choice,
      .arg = "LIST" },
    { .name = "other", .type = OPTION_FLOAT, .offset = AT(other), .least = 0, .most = 1 },
};
static const option_table sample_table = { sample_rows, sizeof sample_rows / sizeof *sample_rows };

static void an_option_reads_back_what_it_writes(void **state)
{
    (void)state;
    sample_options o, p = { 0 };
    option_defaults(&sample_table, &o);
    o.quiet = true;
    o.seed = UINT64_MAX;
    o.rate = 1.0 / 3;
    o.other = 0.5;
    o.mixed = 3;
    text texts[sizeof sample_rows / sizeof *sample_rows] = { { 0 } };
    for (size_t i = 0; i < sample_table.count; i++) {
        option_get(&sample_rows[i], &o, &texts[i]);
        assert_ok(option_set(&sample_rows[i], &p, texts[i].data));
    }
    assert_int_equal(p.colour, 1);
    assert_int_equal(p.mixed, 3);
    assert_true(p.quiet && p.batch == 256 && p.seed == UINT64_MAX && p.rate == 1.0 / 3);
    assert_string_equal(p.out, "out");
    for (size_t i = 0; i < sample_table.count; i++)
        text_free(&texts[i]);
}

static void a_choice_is_one_of_its_names(void **state)
{
    (void)state;
    sample_options o;
    const option_row *colour = option_find(&sample_table, "colour");
    option_defaults(&sample_table, &o);
    assert_int_equal(o.colour, 1);
    assert_ok(option_set(colour, &o, "red"));
    assert_int_equal(o.colour, 0);
    assert_fails(option_set(colour, &o, "gren"), STATUS_USAGE,
                 "--colour: expected one of red, green, got \"gren\", did you mean green?");
    assert_fails(option_set(colour, &o, "1"), STATUS_USAGE, "--colour: expected one of red, green");
    assert_int_equal(o.colour, 0);
}

static void a_set_is_none_or_any_of_its_names(void **state)
{
    (void)state;
    static const struct {
        const char *given, *canonical;
        int set;
    } good[] = { { "none", "none", 0 },
                 { "red", "red", 1 },
                 { "green,red", "red,green", 3 },
                 { "green,green", "green", 2 } };
    static const char *const bad[] = {
        "gren",
        "red,",
        ",red",
        "red, green",
        "none,red",
        "red,gren",
        "a name that is longer than that of any choice",
    };
    sample_options o;
    const option_row *mixed = option_find(&sample_table, "mixed");
    option_defaults(&sample_table, &o);
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        text t = { 0 };
        assert_ok(option_set(mixed, &o, good[k].given));
        assert_int_equal(o.mixed, good[k].set);
        option_get(mixed, &o, &t);
        assert_string_equal(t.data, good[k].canonical);
        text_free(&t);
    }
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_fails(option_set(mixed, &o, bad[k]), STATUS_USAGE,
                     "--mixed: expected none or some of red, green, got");
    assert_int_equal(o.mixed, 2);
}

static void a_number_that_was_not_given_has_no_text(void **state)
{
    (void)state;
    sample_options o;
    text t = { 0 };
    const option_row *other = option_find(&sample_table, "other");
    option_defaults(&sample_table, &o);
    option_get(other, &o, &t);
    assert_null(t.data);
    assert_fails(option_set(other, &o, "nan"), STATUS_USAGE, "--other: expected a number");
}

static void an_option_out_of_range_is_named_with_its_range(void **state)
{
    (void)state;
    sample_options o;
    option_defaults(&sample_table, &o);
    const option_row *batch = option_find(&sample_table, "batch");
    static const char *const bad[] = { "0",          "65537",      "12x",
                                       "1e2",        "",           "99999999999999999999",
                                       "2147483648", "-2147483649" };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_fails(option_set(batch, &o, bad[k]), STATUS_USAGE,
                     "--batch: expected a whole number from 1 to 65536, got");
    assert_int_equal(o.batch, 256);
    assert_fails(option_set(option_find(&sample_table, "rate"), &o, "nan"), STATUS_USAGE, "--rate");
    assert_null(option_find(&sample_table, "bacth"));
}

static void of_the_given_options_those_of_a_table_and_a_scope_are_set(void **state)
{
    (void)state;
    sample_options o;
    /* The rows between the first and the last. */
    const option_table inner = { sample_rows + 1, sample_table.count - 2 };
    const option_row *first = sample_rows, *last = first + sample_table.count - 1;
    option_setting settings[] = { { first, NULL },
                                  { option_find(&inner, "batch"), "7" },
                                  { option_find(&inner, "seed"), "8" },
                                  { last, NULL } };
    const option_settings given = { settings, 4 };
    option_defaults(&sample_table, &o);
    assert_ok(option_apply(&given, &inner, SCOPE_CALL, &o));
    assert_true(o.batch == 7 && o.seed == 1);
    assert_ok(option_apply(&given, &inner, SCOPE_RUN, &o));
    assert_true(o.batch == 7 && o.seed == 8);
    settings[1].value = "many";
    assert_fails(option_apply(&given, &inner, SCOPE_RUN, &o), STATUS_USAGE, "--batch");
}

static void every_status_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(status_name(STATUS_OK), "ok");
    assert_string_equal(status_name(STATUS_INTERRUPTED), "interrupted");
}

static void a_message_gets_its_place_in_front(void **state)
{
    (void)state;
    assert_int_equal(status_fail(STATUS_FORMAT, "byte %d", 7), STATUS_FORMAT);
    assert_int_equal(status_within(STATUS_FORMAT, "%s", "model.bin"), STATUS_FORMAT);
    assert_string_equal(status_message(), "model.bin: byte 7");
}

static void a_message_shows_control_characters_and_what_is_no_utf8(void **state)
{
    (void)state;
    status_fail(STATUS_IO, "%s", "a\x1b[2J\n\x7f\xc2\x9b");
    assert_string_equal(status_message(), "a\\x1b[2J\\x0a\\x7f\\xc2\\x9b");
    status_fail(STATUS_IO, "%s",
                "a\xe2\x80\xa8z\xe2\x80\xaez\xe2\x80\x99\xe2\x81\xa6"); /* new line, turned */
    assert_string_equal(status_message(),
                        "a\\xe2\\x80\\xa8z\\xe2\\x80\\xaez\xe2\x80\x99\\xe2\\x81\\xa6");
    status_fail(STATUS_IO, "%s", "a\xc2\xa0z\xc2");
    assert_string_equal(status_message(), "a\xc2\xa0z\\xc2");
    status_fail(STATUS_IO, "%s", "a\x1b[2J\n\x7f\xc2\x9b");
    status_within(STATUS_IO, "%s",
                  "caf\xe9 \xc3\xa9 \xed\xa0\x80 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x82");
    assert_string_equal(status_message(),
                        "caf\\xe9 \xc3\xa9 \\xed\\xa0\\x80 \xe2\x82\xac "
                        "\xf0\x9f\x98\x80 \\xe2\\x82: a\\x1b[2J\\x0a\\x7f\\xc2\\x9b");
}

static void a_long_name_does_not_push_out_what_was_wrong(void **state)
{
    (void)state;
    char name[5001], message[1100];
    for (int shift = 0; shift < 4; shift++) {
        memset(name, 'a', (size_t)shift);
        for (size_t i = (size_t)shift; i + 3 <= 5000; i += 3)
            memcpy(name + i, "\xe2\x82\xac", 4);
        status_fail_errno(STATUS_IO, ENOENT, "%s: cannot open", name);
        snprintf(message, sizeof message, "%s", status_message());
        assert_true(strlen(message) < 1024);
        assert_non_null(strstr(message, "\xac...: No such file or directory"));
        assert_null(strchr(message, '\\'));
        status_fail(STATUS_USAGE, "--epochs: got \"%s\"", name);
        assert_non_null(strstr(status_message(), "\xac..."));
    }
}

static void a_message_gets_what_is_kept_behind(void **state)
{
    (void)state;
    char long_path[2048];
    status_fail(STATUS_IO, "model.bin: cannot write");
    assert_int_equal(status_adding(STATUS_IO, "%s is whole", "best.bin"), STATUS_IO);
    assert_string_equal(status_message(), "model.bin: cannot write; best.bin is whole");
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = 0;
    status_fail(STATUS_IO, "%s", long_path);
    assert_int_equal(status_adding(STATUS_IO, "more"), STATUS_IO);
    assert_int_equal(strlen(status_message()), 1023);
    assert_non_null(strstr(status_message(), "a...; more"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_do_not_fit_are_refused),
        cmocka_unit_test(floats_are_little_endian_bytes_on_every_host),
        cmocka_unit_test(arena_hands_out_what_it_counted),
        cmocka_unit_test(an_arena_that_is_reopened_keeps_its_block_if_that_is_large_enough),
        cmocka_unit_test(arena_refuses_a_sum_that_overflows),
        cmocka_unit_test(numbers_are_read_to_their_last_character),
        cmocka_unit_test(doubles_are_written_as_short_as_they_read_back),
        cmocka_unit_test(the_nearest_word_is_one_that_may_be_meant),
        cmocka_unit_test(a_text_that_is_too_long_is_marked),
        cmocka_unit_test(json_reads_what_it_writes),
        cmocka_unit_test(json_nests_objects_and_arrays_and_places_their_commas),
        cmocka_unit_test(json_refuses_what_it_would_not_write),
        cmocka_unit_test(json_says_what_it_expected_and_where),
        cmocka_unit_test(utf_8_is_taken_up_to_its_limits),
        cmocka_unit_test(json_takes_as_many_members_as_there_is_room_for),
        cmocka_unit_test(the_first_member_has_no_comma_before_it),
        cmocka_unit_test(an_option_reads_back_what_it_writes),
        cmocka_unit_test(a_choice_is_one_of_its_names),
        cmocka_unit_test(a_set_is_none_or_any_of_its_names),
        cmocka_unit_test(a_number_that_was_not_given_has_no_text),
        cmocka_unit_test(an_option_out_of_range_is_named_with_its_range),
        cmocka_unit_test(of_the_given_options_those_of_a_table_and_a_scope_are_set),
        cmocka_unit_test(every_status_has_a_name),
        cmocka_unit_test(a_message_gets_its_place_in_front),
        cmocka_unit_test(a_message_shows_control_characters_and_what_is_no_utf8),
        cmocka_unit_test(a_long_name_does_not_push_out_what_was_wrong),
        cmocka_unit_test(a_message_gets_what_is_kept_behind),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
