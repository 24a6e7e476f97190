/* cli/parse.c - reads a command line by the option tables of its command; getopt_long splits it.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/parse.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/foreign.h"

#include "base/banned.h"

/* The value of a long option for getopt is LONG + its index, which is neither a letter nor the 0
 * that getopt returns in optopt for an unknown option. */
enum { MOST_OPTIONS = 64, HELP = 'h', LONG = 256 };

/* The options of a command in getopt's form; rows[i] belongs to longs[i], NULL for --help. */
typedef struct getopt_form {
    struct option longs[MOST_OPTIONS + 1];
    const option_row *rows[MOST_OPTIONS];
    char letters[2 * MOST_OPTIONS + 4];
    int count;
} getopt_form;

static void add_row(getopt_form *g, char **letters, const char *name, char letter, bool has_value,
                    const option_row *row)
{
    g->longs[g->count] = (struct option){ .name = name,
                                          .has_arg = has_value ? required_argument : no_argument,
                                          .val = LONG + g->count };
    g->rows[g->count++] = row;
    if (letter)
        *(*letters)++ = letter;
    if (letter && has_value)
        *(*letters)++ = ':';
}

const option_row *command_option(const command *c, size_t i)
{
    for (int t = 0; t < COMMAND_TABLES && c->tables[t]; t++) {
        if (i < c->tables[t]->count)
            return &c->tables[t]->rows[i];
        i -= c->tables[t]->count;
    }
    return NULL;
}

const option_row *command_option_named(const command *c, const char *name)
{
    const option_row *row;
    for (size_t i = 0; (row = command_option(c, i)); i++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static void make_form(getopt_form *g, const command *c)
{
    *g = (getopt_form){ .letters = ":" };
    char *letters = g->letters + 1;
    add_row(g, &letters, "help", HELP, false, NULL);
    const option_row *row;
    for (size_t i = 0; (row = command_option(c, i)); i++)
        add_row(g, &letters, row->name, row->letter, row->type != OPTION_FLAG, row);
    *letters = 0;
}

/* Lists the options that begin with the word, "--out, --overwrite"; returns their number. */
static int add_beginnings(text *list, const getopt_form *g, const char *bare)
{
    int found = 0;
    for (int i = 0; i < g->count; i++)
        if (bare[0] != 0 && strncmp(g->longs[i].name, bare, strlen(bare)) == 0) {
            text_add(list, "%s--%s", found > 0 ? ", " : "", g->longs[i].name);
            found++;
        }
    return found;
}

/* The option that the word is probably a slip of, or NULL. Two short words are near each other by
 * chance, so that the first letter counts as well: it is typed right, or one place too late. */
static const char *nearest_option(const getopt_form *g, const char *bare)
{
    const char *near = text_nearest(bare, &g->longs[0].name, (size_t)g->count, sizeof g->longs[0]);
    return near && (near[0] == bare[0] || near[0] == bare[1]) ? near : NULL;
}

static status unknown_option(const command *c, const getopt_form *g, const char *word,
                             const char *program)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    const char *bare = name + strspn(name, "-");
    text list = { 0 }, hint = { 0 };
    foreign_add_hint(&hint, c, program, bare);
    bool several = !hint.data && word[1] == '-' && add_beginnings(&list, g, bare) > 1;
    const char *near = nearest_option(g, bare);
    status s;
    if (hint.data)
        s = status_fail(STATUS_USAGE, "unknown option %s: %s; see %s help %s", name, hint.data,
                        program, c->name);
    else if (several)
        s = status_fail(STATUS_USAGE, "%s: could be any of %s; see %s help %s", name,
                        list.data ? list.data : "", program, c->name);
    else
        s = status_fail(STATUS_USAGE, "unknown option %s%s%s%s; see %s help %s", name,
                        near ? ", did you mean --" : "", near ? near : "", near ? "?" : "", program,
                        c->name);
    text_free(&list);
    text_free(&hint);
    return s;
}

/* True if the word, "--check" or "--check=3", abbreviates the option but is the whole name of one
 * that other programs have. */
static bool means_another(const command *c, const option_row *row, const char *word)
{
    char name[64];
    text hint = { 0 };
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    if (!row || strcmp(name + 2, row->name) == 0)
        return false;
    foreign_add_hint(&hint, c, "", name + 2);
    bool known = hint.data != NULL;
    text_free(&hint);
    return known;
}

/* The whole word, "-epochs" or "-lr=3", if one dash stands before what is probably a long option,
 * of this program or another; else NULL. getopt has taken its first letter. */
static const char *one_dash(const command *c, const getopt_form *g, int argc, char **argv)
{
    /* At the first letter of a word with more of them, getopt may still be at that word. */
    for (int at = optind - 1; at <= optind && at < argc; at++) {
        const char *word = argv[at];
        char name[64];
        text hint = { 0 };
        if (at < 1 || word[0] != '-' || word[1] == '-' || word[1] == 0 || word[2] == 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 1, "="), word + 1);
        bool known = false;
        for (int i = 0; i < g->count; i++)
            known |= strcmp(g->longs[i].name, name) == 0;
        if (!known)
            foreign_add_hint(&hint, c, "", name);
        known |= hint.data != NULL;
        text_free(&hint);
        if (known)
            return word;
    }
    return NULL;
}

static const option_row *row_of_letter(const getopt_form *g, int letter)
{
    for (int i = 0; i < g->count; i++)
        if (g->rows[i] && g->rows[i]->letter == letter)
            return g->rows[i];
    return NULL;
}

static status take_option(const command *c, const getopt_form *g, int got, int argc, char **argv,
                          arguments *a, bool *help)
{
    const char *word = argv[optind - 1], *program = a->program;
    char letter[] = { '-', (char)optopt, 0 };
    bool is_long = got >= LONG || ((got == '?' || got == ':') && (optopt >= LONG || optopt == 0));
    const char *dashed = is_long || optarg == word ? NULL : one_dash(c, g, argc, argv);
    if (dashed)
        return unknown_option(c, g, dashed, program);
    if (got == ':')
        return status_fail(STATUS_USAGE, "%s: expected a value after it; see %s help %s",
                           optopt < LONG ? letter : word, program, c->name);
    if (got == '?' && optopt >= LONG)
        return status_fail(STATUS_USAGE, "%.*s: takes no value; see %s help %s",
                           (int)strcspn(word, "="), word, program, c->name);
    if (got == '?')
        return unknown_option(c, g, optopt == 0 ? word : letter, program);
    const option_row *row = got >= LONG ? g->rows[got - LONG] : row_of_letter(g, got);
    const char *typed = optarg == word ? argv[optind - 2] : word;
    if (got >= LONG && means_another(c, row, typed))
        return unknown_option(c, g, typed, program);
    if (!row)
        *help = true;
    else
        a->given.items[a->given.count++] = (option_setting){ row, optarg ? optarg : "true" };
    return STATUS_OK;
}

static status take_operand(const command *c, int argc, char **argv, arguments *a)
{
    bool several = c->operand && strstr(c->operand, "...");
    a->operands = argv + optind;
    while (optind < argc && c->operand && (several || a->operand_count == 0)) {
        optind++;
        a->operand_count++;
    }
    a->operand = a->operand_count > 0 ? a->operands[0] : NULL;
    if (optind < argc)
        return status_fail(STATUS_USAGE, "unexpected word \"%s\"; see %s help %s", argv[optind],
                           a->program, c->name);
    if (c->operand && !a->operand && c->operand[0] != '[')
        return status_fail(STATUS_USAGE, "expected %s; see %s help %s", c->operand, a->program,
                           c->name);
    return STATUS_OK;
}

status parse_arguments(const command *c, const char *program, int argc, char **argv, arguments *a,
                       bool *help)
{
    getopt_form g;
    make_form(&g, c);
    *a = (arguments){ .program = program };
    *help = false;
    a->given.items = calloc((size_t)argc + 1, sizeof *a->given.items);
    if (!a->given.items)
        return status_fail(STATUS_MEMORY, "out of memory");
    opterr = 0;
    optind = 0; /* resets getopt, also after a command line that was not read to its end */
    for (;;) {
        int got = getopt_long(argc, argv, g.letters, g.longs, NULL);
        if (got < 0)
            break;
        TRY(take_option(c, &g, got, argc, argv, a, help));
        if (*help)
            return STATUS_OK;
    }
    return take_operand(c, argc, argv, a);
}

void parse_free(arguments *a)
{
    free(a->given.items);
    a->given = (option_settings){ 0 };
}
