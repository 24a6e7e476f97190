/* tests/test_parse.c - command lines: the options that they set, and the messages of refusals.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "cli/parse.h"

static const option_row rows[] = {
    { .name = "alpha", .letter = 'a', .type = OPTION_INT },
    { .name = "alphabet", .type = OPTION_TEXT },
    { .name = "quiet", .letter = 'q', .type = OPTION_FLAG },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };
static const command with_file = { .name = "probe", .operand = "FILE", .tables = { &table } };
static const command with_word = { .name = "probe", .operand = "[WORD]", .tables = { &table } };
static const option_table empty = { rows, 0 };
static const command with_none = { .name = "probe",
                                   .tables = { &table, &empty, &empty, &empty, &empty } };

/* Another command, whose options are not those of the ones above. */
static const option_row other_rows[] = { { .name = "epochs", .type = OPTION_INT } };
static const option_table other_table = { other_rows, 1 };
static const command other = { .name = "other", .tables = { &other_table } };

const command *command_nth(int i)
{
    return i == 0 ? &other : NULL;
}

/* Splits the line into words after the command's name; they point into `words`. */
typedef struct line {
    char words[128];
    char *argv[16];
    int argc;
} line;

static status parse(const command *c, const char *given, line *l, arguments *a, bool *help)
{
    l->argc = 0;
    snprintf(l->words, sizeof l->words, "probe%s%s", given[0] != 0 ? " " : "", given);
    for (char *next = l->words; next; l->argc++) {
        l->argv[l->argc] = next;
        next = strchr(next, ' ');
        if (next)
            *next++ = 0;
    }
    l->argv[l->argc] = NULL;
    return parse_arguments(c, "gan", l->argc, l->argv, a, help);
}

static void options_stand_anywhere_and_keep_their_order(void **state)
{
    (void)state;
    static const char *const lines[] = { "--alpha 3 file -q", "-qa3 file", "file --quiet -a 3",
                                         "--alpha=3 --qui file" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        line l;
        arguments a;
        bool help, quiet = false, alpha = false;
        assert_ok(parse(&with_file, lines[i], &l, &a, &help));
        assert_false(help);
        assert_int_equal(a.given.count, 2);
        assert_string_equal(a.operand, "file");
        for (size_t k = 0; k < 2; k++) {
            quiet |= a.given.items[k].row == &rows[2] && !strcmp(a.given.items[k].value, "true");
            alpha |= a.given.items[k].row == &rows[0] && !strcmp(a.given.items[k].value, "3");
        }
        assert_true(quiet && alpha);
        parse_free(&a);
    }
}

static void help_ends_the_line(void **state)
{
    (void)state;
    static const char *const lines[] = { "-h --nonsense", "-q --help more words" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        line l;
        arguments a;
        bool help;
        assert_ok(parse(&with_none, lines[i], &l, &a, &help));
        assert_true(help);
        parse_free(&a);
    }
}

static void a_line_that_cannot_be_is_refused_with_what_could(void **state)
{
    (void)state;
    static const struct {
        const command *c;
        const char *line, *message;
    } cases[] = {
        { &with_file, "--alp 3 f", "--alp: could be any of --alpha, --alphabet; see gan help" },
        { &with_file, "--alpah=3 f", "unknown option --alpah, did you mean --alpha?; see gan" },
        { &with_file, "--zzzzzz f", "unknown option --zzzzzz; see gan help probe" },
        { &with_file, "--=3 f", "unknown option --; see gan help probe" },
        { &with_file, "-x f", "unknown option -x" },
        { &with_file, "f --alpha", "--alpha: expected a value after it; see gan help probe" },
        { &with_file, "f -a", "-a: expected a value after it; see gan help probe" },
        { &with_file, "f --quiet=yes", "--quiet: takes no value; see gan help probe" },
        { &with_file, "f -V", "unknown option -V: it is gan --version; see gan help probe" },
        { &with_file, "f g", "unexpected word \"g\"; see gan help probe" },
        { &with_file, "-q", "expected FILE; see gan help probe" },
        { &with_file, "--gpu=0 f", "unknown option --gpu; see gan help probe" },
        { &with_file, "--Alpha 3", "unknown option --Alpha: here it is --alpha; see gan help" },
        { &with_file, "--epochs 3", "unknown option --epochs: it is an option of gan other; see" },
        { &with_file, "-alpha 3", "unknown option -alpha: here it is --alpha; see gan help" },
        { &with_file, "-qx f", "unknown option -x; see gan help probe" },
        { &with_word, "one two", "unexpected word \"two\"" },
        { &with_none, "one", "unexpected word \"one\"" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        line l;
        arguments a;
        bool help;
        assert_fails(parse(cases[i].c, cases[i].line, &l, &a, &help), STATUS_USAGE,
                     cases[i].message);
        parse_free(&a);
    }
}

static void a_word_in_brackets_may_be_missing(void **state)
{
    (void)state;
    line l;
    arguments a;
    bool help;
    assert_ok(parse(&with_word, "", &l, &a, &help));
    assert_null(a.operand);
    parse_free(&a);
    assert_ok(parse(&with_none, "", &l, &a, &help));
    parse_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere_and_keep_their_order),
        cmocka_unit_test(help_ends_the_line),
        cmocka_unit_test(a_line_that_cannot_be_is_refused_with_what_could),
        cmocka_unit_test(a_word_in_brackets_may_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
