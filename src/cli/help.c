/* cli/help.c - help on the terminal, made from the tables.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <string.h>

#include "cli/help_parts.h"
#include "cli/lines.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "nn/layer.h"

#include "base/banned.h"

enum { MOST_WIDTH = 79, NAME_COLUMN = 12, OPTION_COLUMN = 30 };

static const char purpose[] = "Trains generative adversarial networks and draws samples from them.";

/* Prints words from column `from` on; the cursor stands in column `at`. */
static void wrap(FILE *f, const char *words, int at, int from)
{
    text t = { 0 };
    int width = terminal_width_of(f);
    lines_add(&t, words, (line_form){ from, from, width < MOST_WIDTH ? width : MOST_WIDTH });
    fprintf(f, "%*s%s\n", from > at ? from - at : 0, "", t.data ? t.data : words);
    text_free(&t);
}

static void entry(FILE *f, const char *name, const char *meaning, int column)
{
    int at = fprintf(f, "  %s", name);
    if (at >= column) {
        fputc('\n', f);
        at = 0;
    }
    wrap(f, meaning, at, column);
}

/* The same for a call of the program, "help train". */
static void call_entry(FILE *f, const char *program, const char *call, const char *meaning)
{
    enum { CALL_COLUMNS = 31, LEAST_MEANING = 20, NEXT_LINE = 8 };
    text t = { 0 };
    int column = 3 + lines_columns(program) + CALL_COLUMNS;
    bool beside = column + LEAST_MEANING <= terminal_width_of(f);
    text_add(&t, "%s %s", program, call);
    entry(f, t.data ? t.data : call, meaning, beside ? column : NEXT_LINE);
    text_free(&t);
}

static void entries(FILE *f, const char *title, const help_entry *list)
{
    fprintf(f, "%s:\n", title);
    for (; list->name; list++)
        entry(f, list->name, list->meaning, 18);
}

/* Prints an example, "  gan ...", as it can be typed. */
static void example(FILE *f, const char *program, const char *line)
{
    static const char start[] = "  gan ";
    bool is_call = strncmp(line, start, sizeof start - 1) == 0;
    if (is_call)
        fprintf(f, "  %s %s\n", program, line + sizeof start - 1);
    else
        fprintf(f, "%s\n", line);
}

/* Prints paragraphs, which "\n" separates; one that begins with a space is printed unchanged. */
static void paragraphs(FILE *f, const char *program, const char *all)
{
    for (const char *next = all; *next != 0;) {
        char one[1024];
        size_t length = strcspn(next, "\n");
        snprintf(one, sizeof one, "%.*s", (int)length, next);
        if (one[0] == ' ' || one[0] == 0)
            example(f, program, one);
        else
            wrap(f, one, 0, 0);
        next += length + (next[length] == '\n');
    }
}

void help_overview(const char *program, FILE *f)
{
    fprintf(f, "Usage: %s COMMAND [OPTIONS]\n", program);
    wrap(f, purpose, 0, 0);
    fprintf(f, "\nCommands:\n");
    for (int i = 0; command_nth(i); i++)
        entry(f, command_nth(i)->name, command_nth(i)->summary, NAME_COLUMN);
    fprintf(f, "\n"); /* a heading would not fit on a screen of 24 lines */
    /* A run says how to sample from it. */
    call_entry(f, program, "train --preset auto", "trains on MNIST, writes to out/");
    for (int i = 0; help_topic_nth(i); i++) {
        char call[64];
        snprintf(call, sizeof call, "help %s", help_topic_nth(i)->name);
        call_entry(f, program, call, help_topic_nth(i)->summary);
    }
}

/* ---- a command ---- */

/* Adds words in which "gan help" in quotes, a call, becomes one that can be typed. */
static void add_calls(text *t, const char *words, const char *program)
{
    static const char start[] = "\"gan ";
    for (const char *call; (call = strstr(words, start)); words = call + sizeof start - 1) {
        text_add_bytes(t, words, (size_t)(call - words));
        text_add(t, "\"%s ", program);
    }
    text_add(t, "%s", words);
}

static void option_entry(FILE *f, const char *program, const option_row *row)
{
    char name[64], letter[8] = "    ";
    text words = { 0 }, meaning = { 0 };
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(name, sizeof name, "%s--%s%s%s", letter, row->name, row->arg ? " " : "",
             row->arg ? row->arg : "");
    help_add_option(&words, row);
    add_calls(&meaning, words.data ? words.data : "", program);
    entry(f, name, meaning.data ? meaning.data : "", OPTION_COLUMN);
    text_free(&words);
    text_free(&meaning);
}

/* Lists the names that an option takes, and their meanings. */
static void choice_entries(FILE *f, const option_row *row)
{
    fprintf(f, "\n%s of --%s:\n", row->arg, row->name);
    for (int i = 0; row->choice(i); i++)
        entry(f, row->choice(i)->name, row->choice(i)->help, OPTION_COLUMN);
}

static void layer_entries(FILE *f)
{
    for (int i = 0; layer_kind(i); i++) {
        char name[LAYER_TEXT_SIZE];
        layer_usage(layer_kind(i), name);
        entry(f, name, layer_kind(i)->help, OPTION_COLUMN);
    }
}

/* Options about several subjects stand under their titles. */
static void option_entries(FILE *f, const char *program, const command *c)
{
    const char *remark = " (defaults in brackets)";
    if (!command_option(c, 0))
        fprintf(f, "\nOptions:\n");
    for (option_subject s = SUBJECT_COMMAND; s < SUBJECT_COUNT; s++) {
        const option_row *row;
        if (help_option(c, s, 0)) {
            fprintf(f, "\n%s%s:\n", help_subject_title(s), remark);
            remark = "";
        }
        for (size_t i = 0; (row = help_option(c, s, i)); i++)
            option_entry(f, program, row);
    }
    entry(f, "-h, --help", "this text", OPTION_COLUMN);
    for (option_subject s = SUBJECT_COMMAND; s < SUBJECT_COUNT; s++) {
        const option_row *row;
        for (size_t i = 0; (row = help_option(c, s, i)); i++)
            if (row->choice)
                choice_entries(f, row);
    }
}

void help_command_text(const command *c, const char *program, FILE *f)
{
    fprintf(f, "Usage: %s %s%s%s [OPTIONS]\n\n", program, c->name, c->operand ? " " : "",
            c->operand ? c->operand : "");
    paragraphs(f, program, c->help);
    option_entries(f, program, c);
    if (c == &train_command) {
        fprintf(f, "\nLayers of a SPEC:\n");
        layer_entries(f);
    }
}

/* ---- topics ---- */

static void print_presets(const char *program, FILE *f)
{
    fprintf(f, "Usage: %s train --preset NAME [OPTIONS]\n\n", program);
    wrap(f, help_presets_purpose, 0, 0);
    for (int i = 0; preset_nth(i); i++) {
        text settings = { 0 };
        text_add(&settings, "%s: %s", preset_nth(i)->choice.name, preset_nth(i)->choice.help);
        fputc('\n', f);
        wrap(f, settings.data ? settings.data : "", 0, 0);
        text_free(&settings);
        help_add_settings(&settings, preset_nth(i));
        entry(f, preset_nth(i)->chooses ? "chooses" : "sets",
              settings.data ? settings.data : "nothing", 10);
        entry(f, "expect", preset_nth(i)->expect, 10);
        text_free(&settings);
    }
}

static void print_layers(const char *program, FILE *f)
{
    (void)program;
    fprintf(f, "Layers of a SPEC (--generator, --discriminator):\n");
    layer_entries(f);
}

static void print_environment(const char *program, FILE *f)
{
    (void)program;
    entries(f, "Exit codes", help_exits);
    fputc('\n', f);
    entries(f, "Environment variables", help_environment);
}

static const help_topic topics[] = {
    { "presets", "options that go well together", print_presets },
    { "layers", "the layers that nets are made of", print_layers },
    { "environment", "environment variables and exit codes", print_environment },
};
enum { TOPIC_COUNT = sizeof topics / sizeof *topics };

const help_topic *help_topic_nth(int i)
{
    return i < TOPIC_COUNT ? &topics[i] : NULL;
}
