/* tests/test_base.c - texts, numbers, JSON, options, the arena and files.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

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

static void arena_refuses_a_sum_that_overflows(void **state)
{
    (void)state;
    arena a = { 0 };
    arena_take(&a, SIZE_MAX / 2, 4);
    assert_fails(arena_open(&a), STATUS_MEMORY, "overflow");
    arena_close(&a);
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
    } cases[] = { { "trian", "train" },    { "smaple", "sample" }, { "inf", "info" },
                  { "samples", "sample" }, { "xyzzy", NULL },      { "", NULL } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *got = text_nearest(cases[k].word, words, 4, sizeof *words);
        if (cases[k].nearest)
            assert_string_equal(got, cases[k].nearest);
        else
            assert_null(got);
    }
}

static void json_reads_what_it_writes(void **state)
{
    (void)state;
    text t = { 0 };
    text_add(&t, "{");
    json_add_member(&t, "name", "a \"quoted\" \\ text\n\x01");
    json_add_member(&t, "empty", "");
    json_add_member(&t, "größe", "1×2");
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
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        json_object o;
        size_t used = 0;
        /* In a block of its exact size, so that a sanitizer sees a read past its end. */
        size_t n = strlen(bad[k]);
        unsigned char *exact = malloc(n + (n == 0));
        memcpy(exact, bad[k], n);
        if (json_read(&o, exact, n, &used) != STATUS_FORMAT)
            fail_msg("not refused: %s", bad[k]);
        free(exact);
    }
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
    { .name = "seed", .type = OPTION_U64, .offset = AT(seed), .initial = "1", .arg = "N" },
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
        "gren", "red,", ",red", "red, green", "none,red", "red,gren"
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
    static const char *const bad[] = { "0", "65537", "12x", "1e2", "", "99999999999999999999" };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        assert_fails(option_set(batch, &o, bad[k]), STATUS_USAGE,
                     "--batch: expected a whole number from 1 to 65536, got");
    assert_int_equal(o.batch, 256);
    assert_fails(option_set(option_find(&sample_table, "rate"), &o, "nan"), STATUS_USAGE, "--rate");
    assert_null(option_find(&sample_table, "bacth"));
}

static void a_file_appears_whole_or_not_at_all(void **state)
{
    (void)state;
    unlink("whole");
    assert_ok(file_write("whole", "old", 3));
    out_file *f = calloc(1, sizeof *f);
    assert_ok(out_open(f, "whole"));
    for (int i = 0; i < 100000; i++)
        assert_ok(out_write(f, "abcd", 4));
    unsigned char *bytes = NULL;
    size_t n = 0;
    assert_ok(file_read("whole", 100, &bytes, &n));
    assert_int_equal(n, 3);
    free(bytes);
    assert_int_equal(out_commit(f, STATUS_IO), STATUS_IO);
    assert_false(file_exists("whole.tmp"));
    assert_ok(out_open(f, "whole"));
    assert_ok(out_write(f, "new", 3));
    assert_ok(out_commit(f, STATUS_OK));
    assert_ok(file_read("whole", 3, &bytes, &n));
    assert_memory_equal(bytes, "new", 4);
    free(bytes);
    free(f);
}

/* Whatever goes through the buffer and whatever is too large for it, in every order. */
static void parts_of_any_size_are_written_in_order(void **state)
{
    (void)state;
    enum { BUFFER = sizeof((out_file *)0)->buffer, MOST = 7 * BUFFER };
    static const size_t sizes[] = { 1, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER + 7, 0 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    out_file *f = calloc(1, sizeof *f);
    unsigned char *all = malloc(MOST), *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < (size_t)MOST; i++)
        all[i] = (unsigned char)(i * 2654435761u >> 24);
    for (int i = 0; i < SIZES * SIZES * SIZES; i++) {
        const size_t parts[] = { sizes[i % SIZES], sizes[i / SIZES % SIZES],
                                 sizes[i / SIZES / SIZES] };
        size_t given = 0;
        assert_ok(out_open(f, "parts"));
        for (int p = 0; p < 3; given += parts[p++])
            assert_ok(out_write(f, all + given, parts[p]));
        assert_ok(out_commit(f, STATUS_OK));
        assert_ok(file_read("parts", MOST, &found, &n));
        assert_int_equal(n, given);
        assert_memory_equal(found, all, n);
        free(found);
    }
    free(all);
    free(f);
}

static void writing_follows_links_and_keeps_permissions(void **state)
{
    (void)state;
    unlink("target");
    unlink("link");
    assert_ok(file_write("target", "old", 3));
    assert_int_equal(chmod("target", 0640), 0);
    assert_int_equal(symlink("target", "link"), 0);
    assert_ok(file_write("link", "newer", 5));
    struct stat st;
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat("target", &st), 0);
    assert_int_equal(st.st_size, 5);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void a_file_that_cannot_be_written_says_which(void **state)
{
    (void)state;
    assert_ok(folder_make("a/b//c/"));
    assert_true(file_is_folder("a/b/c"));
    assert_fails(file_write("a/b", "x", 1), STATUS_IO, "a/b: is a folder");
    assert_fails(file_write("missing/file", "x", 1), STATUS_IO, "missing/file");
    assert_fails(file_write("/dev/full", "x", 1), STATUS_IO, "/dev/full: cannot write");
    assert_ok(file_write("/dev/null", "x", 1));
    assert_ok(file_write("plain", "x", 1));
    assert_fails(folder_make("plain/under"), STATUS_IO, "plain");
}

static void a_file_longer_than_allowed_is_refused(void **state)
{
    (void)state;
    unsigned char *bytes = NULL;
    size_t n = 0;
    assert_ok(file_write("long", "0123456789", 10));
    assert_fails(file_read("long", 9, &bytes, &n), STATUS_FORMAT, "longer than the 9 bytes");
    assert_null(bytes);
    assert_fails(file_read("/dev/zero", 100000, &bytes, &n), STATUS_FORMAT, "/dev/zero");
    assert_fails(file_read(".", 9, &bytes, &n), STATUS_FORMAT, "is a folder");
    assert_fails(file_read("no such file", 9, &bytes, &n), STATUS_IO, "no such file: cannot open");
}

static void appended_lines_follow_each_other(void **state)
{
    (void)state;
    unsigned char *bytes = NULL;
    size_t n = 0;
    unlink("lines");
    assert_ok(file_append("lines", "a\n", 2));
    assert_ok(file_append("lines", "b\n", 2));
    assert_ok(file_read("lines", 100, &bytes, &n));
    assert_string_equal((char *)bytes, "a\nb\n");
    free(bytes);
}

static void a_message_gets_its_place_in_front(void **state)
{
    (void)state;
    assert_int_equal(status_fail(STATUS_FORMAT, "byte %d", 7), STATUS_FORMAT);
    assert_int_equal(status_within(STATUS_FORMAT, "%s", "model.bin"), STATUS_FORMAT);
    assert_string_equal(status_message(), "model.bin: byte 7");
}

static void a_message_has_no_control_characters(void **state)
{
    (void)state;
    assert_fails(status_fail(STATUS_FORMAT, "found \"%s\"", "\x1b[2J\r\n\x7f\xc3\xa4"),
                 STATUS_FORMAT, "found \"?[2J???\xc3\xa4\"");
    assert_fails(status_within(STATUS_FORMAT, "a\tb"), STATUS_FORMAT, "a?b: found");
    assert_fails(status_adding(STATUS_FORMAT, "c\ad"), STATUS_FORMAT, "; c?d");
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
}

static void a_file_that_cannot_be_looked_at_counts_as_there(void **state)
{
    (void)state;
    bool found = true;
    char name[512];
    memset(name, 'a', sizeof name - 1); /* longer than a name may be */
    name[sizeof name - 1] = 0;
    assert_int_equal(file_find(name, &found), STATUS_IO);
    assert_true(file_exists(name));
    assert_ok(file_find("nothing/of/that/name", &found));
    assert_false(found);
}

static void a_file_that_is_removed_is_gone_and_may_have_been(void **state)
{
    (void)state;
    assert_ok(file_write("to_remove", "x", 1));
    assert_ok(file_remove("to_remove"));
    assert_false(file_exists("to_remove"));
    assert_ok(file_remove("to_remove"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_that_do_not_fit_are_refused),
        cmocka_unit_test(floats_are_little_endian_bytes_on_every_host),
        cmocka_unit_test(arena_hands_out_what_it_counted),
        cmocka_unit_test(arena_refuses_a_sum_that_overflows),
        cmocka_unit_test(numbers_are_read_to_their_last_character),
        cmocka_unit_test(doubles_are_written_as_short_as_they_read_back),
        cmocka_unit_test(the_nearest_word_is_one_that_may_be_meant),
        cmocka_unit_test(json_reads_what_it_writes),
        cmocka_unit_test(json_refuses_what_it_would_not_write),
        cmocka_unit_test(an_option_reads_back_what_it_writes),
        cmocka_unit_test(a_choice_is_one_of_its_names),
        cmocka_unit_test(a_set_is_none_or_any_of_its_names),
        cmocka_unit_test(a_number_that_was_not_given_has_no_text),
        cmocka_unit_test(an_option_out_of_range_is_named_with_its_range),
        cmocka_unit_test(a_file_appears_whole_or_not_at_all),
        cmocka_unit_test(parts_of_any_size_are_written_in_order),
        cmocka_unit_test(writing_follows_links_and_keeps_permissions),
        cmocka_unit_test(a_file_that_cannot_be_written_says_which),
        cmocka_unit_test(a_file_longer_than_allowed_is_refused),
        cmocka_unit_test(appended_lines_follow_each_other),
        cmocka_unit_test(a_message_gets_its_place_in_front),
        cmocka_unit_test(a_message_has_no_control_characters),
        cmocka_unit_test(a_message_gets_what_is_kept_behind),
        cmocka_unit_test(a_file_that_cannot_be_looked_at_counts_as_there),
        cmocka_unit_test(a_file_that_is_removed_is_gone_and_may_have_been),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
