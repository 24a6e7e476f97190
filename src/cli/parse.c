/* cli/parse.c - reads a command line by the option tables of its command; getopt_long splits it.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/parse.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

static status unknown_option(const command *c, const getopt_form *g, const char *word)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    const char *bare = name + strspn(name, "-");
    text list = { 0 };
    if (word[1] == '-' && add_beginnings(&list, g, bare) > 1) {
        status s = status_fail(STATUS_USAGE, "%s: could be any of %s; see gan help %s", name,
                               list.data ? list.data : "", c->name);
        text_free(&list);
        return s;
    }
    text_free(&list);
    const char *near = text_nearest(bare, &g->longs[0].name, (size_t)g->count, sizeof g->longs[0]);
    return status_fail(STATUS_USAGE, "unknown option %s%s%s%s; see gan help %s", name,
                       near ? ", did you mean --" : "", near ? near : "", near ? "?" : "", c->name);
}

static const option_row *row_of_letter(const getopt_form *g, int letter)
{
    for (int i = 0; i < g->count; i++)
        if (g->rows[i] && g->rows[i]->letter == letter)
            return g->rows[i];
    return NULL;
}

static status take_option(const command *c, const getopt_form *g, int got, char **argv,
                          arguments *a, bool *help)
{
    const char *word = argv[optind - 1];
    char letter[] = { '-', (char)optopt, 0 };
    if (got == ':')
        return status_fail(STATUS_USAGE, "%s: expected a value after it; see gan help %s",
                           optopt < LONG ? letter : word, c->name);
    if (got == '?' && optopt >= LONG)
        return status_fail(STATUS_USAGE, "%.*s: takes no value; see gan help %s",
                           (int)strcspn(word, "="), word, c->name);
    if (got == '?')
        return unknown_option(c, g, optopt == 0 ? word : letter);
    const option_row *row = got >= LONG ? g->rows[got - LONG] : row_of_letter(g, got);
    if (!row)
        *help = true;
    else
        a->given.items[a->given.count++] = (option_setting){ row, optarg ? optarg : "true" };
    return STATUS_OK;
}

static status take_operand(const command *c, int argc, char **argv, arguments *a)
{
    if (optind < argc && c->operand)
        a->operand = argv[optind++];
    if (optind < argc)
        return status_fail(STATUS_USAGE, "unexpected word \"%s\"; see gan help %s", argv[optind],
                           c->name);
    if (c->operand && !a->operand && c->operand[0] != '[')
        return status_fail(STATUS_USAGE, "expected %s; see gan help %s", c->operand, c->name);
    return STATUS_OK;
}

status parse_arguments(const command *c, int argc, char **argv, arguments *a, bool *help)
{
    getopt_form g;
    make_form(&g, c);
    *a = (arguments){ 0 };
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
        TRY(take_option(c, &g, got, argv, a, help));
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
