/* cli/help.c - help, the man page and completion, all made from the tables.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <string.h>

#include "base/text.h"
#include "cli/parse.h"
#include "nn/layer.h"
#include "train/preset.h"

#include "base/banned.h"

enum { WIDTH = 79, OPTION_COLUMN = 30 };

static const char purpose[] =
    "gan trains generative adversarial networks: a generator learns to make samples that a "
    "discriminator, which learns at the same time, cannot tell from real ones.";

static const struct {
    const char *code, *meaning;
} exits[] = {
    { "0", "done" },
    { "1", "failure: a file, the data, the disk, or a number that is not finite" },
    { "2", "usage error: an invalid option, spec or combination" },
    { "128+n", "ended by signal n with everything saved (130: Ctrl-C)" },
};

static const struct {
    const char *name, *meaning;
} environment[] = {
    { "GAN_DATA", "folder or file to use if --data is not given" },
    { "XDG_CACHE_HOME",
      "folder of caches (else ~/.cache): its subfolder gan keeps the classifier of gan eval "
      "and --eval-every, and decoded pictures" },
    { "NO_COLOR", "if not empty, the progress line has no colours" },
};

/* Prints words from column `from` on, in lines of at most WIDTH; the cursor starts in column `at`.
 */
static void wrap(FILE *f, const char *words, int at, int from)
{
    for (const char *next = words; *next != 0;) {
        int length = (int)strcspn(next, " ");
        if (at > from && at + 1 + length > WIDTH) {
            fputc('\n', f);
            at = 0;
        }
        if (at <= from)
            at += fprintf(f, "%*s%.*s", from - at, "", length, next);
        else
            at += fprintf(f, " %.*s", length, next);
        next += length;
        next += strspn(next, " ");
    }
    fputc('\n', f);
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

/* Prints paragraphs, which "\n" separates; one that begins with a space is printed unchanged. */
static void paragraphs(FILE *f, const char *all)
{
    for (const char *next = all; *next != 0;) {
        char one[1024];
        size_t length = strcspn(next, "\n");
        snprintf(one, sizeof one, "%.*s", (int)length, next);
        if (one[0] == ' ' || one[0] == 0)
            fprintf(f, "%s\n", one);
        else
            wrap(f, one, 0, 0);
        next += length + (next[length] == '\n');
    }
}

static void option_help(text *t, const option_row *row)
{
    text_add(t, "%s", row->help);
    for (int i = 0; row->choice && row->choice(i); i++)
        text_add(t, "%s%s", i > 0 ? ", " : ": ", row->choice(i)->name);
    if (row->initial)
        text_add(t, " [%s]", row->initial);
}

static void option_entry(FILE *f, const option_row *row)
{
    char name[64], letter[8] = "    ";
    text meaning = { 0 };
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(name, sizeof name, "%s--%s%s%s", letter, row->name, row->arg ? " " : "",
             row->arg ? row->arg : "");
    option_help(&meaning, row);
    entry(f, name, meaning.data ? meaning.data : "", OPTION_COLUMN);
    text_free(&meaning);
}

void help_overview(FILE *f)
{
    wrap(f, purpose, 0, 0);
    fprintf(f, "\nUsage: gan COMMAND [OPTIONS]\n\nCommands:\n");
    for (int i = 0; command_nth(i); i++)
        entry(f, command_nth(i)->name, command_nth(i)->summary, 12);
    fprintf(f, "\nGetting started:\n"
               "  gan train --epochs 25              trains on MNIST, writes to out/\n"
               "  gan sample --ckpt out/model.bin -o grid.png\n"
               "  gan help train                     every option of a command\n"
               "  gan help presets                   options that go well together\n"
               "  gan --version\n"
               "\nExit codes:\n");
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++)
        entry(f, exits[i].code, exits[i].meaning, 12);
    fprintf(f, "\nEnvironment:\n");
    for (size_t i = 0; i < sizeof environment / sizeof *environment; i++)
        entry(f, environment[i].name, environment[i].meaning, 18);
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
    fprintf(f, "\nLayers of a SPEC:\n");
    for (int i = 0; layer_kind(i); i++) {
        char name[LAYER_TEXT_SIZE];
        layer_usage(layer_kind(i), name);
        entry(f, name, layer_kind(i)->help, OPTION_COLUMN);
    }
}

void help_command_text(const command *c, FILE *f)
{
    fprintf(f, "Usage: gan %s%s%s%s\n\n", c->name, c->operand ? " " : "",
            c->operand ? c->operand : "", " [OPTIONS]");
    paragraphs(f, c->help);
    fprintf(f, "\nOptions (default in brackets):\n");
    const option_row *row;
    for (size_t i = 0; (row = command_option(c, i)); i++)
        option_entry(f, row);
    entry(f, "-h, --help", "this text", OPTION_COLUMN);
    for (size_t i = 0; (row = command_option(c, i)); i++)
        if (row->choice)
            choice_entries(f, row);
    if (c == &train_command)
        layer_entries(f);
}

static const char presets_purpose[] = "A preset sets several options of gan train and gan "
                                      "bench at once. Options that are given anywhere on the "
                                      "command line override it. A run saves its options, not "
                                      "the preset: --resume needs no preset.";

/* Adds a preset's options as on a command line: --batch 64 --generator "linear ..." */
static void add_settings(text *t, const preset *p)
{
    for (int i = 0; p->settings[i].name; i++) {
        preset_setting s = preset_setting_of(p, i);
        const char *quote = strchr(s.value, ' ') ? "\"" : "";
        text_add(t, "%s--%s", i > 0 ? " " : "", s.name);
        if (preset_row(s.name)->type != OPTION_FLAG)
            text_add(t, " %s%s%s", quote, s.value, quote);
    }
}

static void preset_meaning(text *t, const preset *p)
{
    text_add(t, "%s. Expect: %s. Sets ", p->choice.help, p->expect);
    if (p->settings[0].name)
        add_settings(t, p);
    else
        text_add(t, "nothing");
}

void help_presets(FILE *f)
{
    fprintf(f, "Usage: gan train --preset NAME [OPTIONS]\n\n");
    wrap(f, presets_purpose, 0, 0);
    for (int i = 0; preset_nth(i); i++) {
        text settings = { 0 };
        fprintf(f, "\n%s:", preset_nth(i)->choice.name);
        wrap(f, preset_nth(i)->choice.help, (int)strlen(preset_nth(i)->choice.name) + 1, 0);
        add_settings(&settings, preset_nth(i));
        entry(f, "sets", settings.data ? settings.data : "nothing", 10);
        entry(f, "expect", preset_nth(i)->expect, 10);
        text_free(&settings);
    }
}

/* ---- the man page ---- */

/* The date of the page; change it with the text. */
static const char man_date[] = "2026-11-30";

/* Prints n characters for roff and returns the number of bytes; escapes control characters, and
 * dashes, which roff would print as hyphens instead of minus signs. */
static int roff_characters(FILE *f, const char *s, size_t n)
{
    int written = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 && (s[i] == '.' || s[i] == '\''))
            written += fprintf(f, "\\&");
        if (s[i] == '\\')
            written += fprintf(f, "\\e");
        else if (s[i] == '-')
            written += fprintf(f, "\\-");
        else
            written += fprintf(f, "%c", s[i]);
    }
    return written;
}

/* Prints a paragraph for roff, in lines of about WIDTH, starting in column `at`. */
static void roff(FILE *f, const char *words, int at)
{
    for (const char *next = words; *next != 0;) {
        size_t length = strcspn(next, " ");
        if (at > 0 && at + 1 + (int)length > WIDTH - 4) {
            fputc('\n', f);
            at = 0;
        }
        if (at > 0)
            at += fprintf(f, " ");
        at += roff_characters(f, next, length);
        next += length;
        next += strspn(next, " ");
    }
    fputc('\n', f);
}

static void man_entry(FILE *f, const char *name, const char *meaning)
{
    fputs(".TP\n.B ", f);
    roff(f, name, 3);
    roff(f, meaning, 0);
}

static void man_option(FILE *f, const option_row *row)
{
    text meaning = { 0 };
    fputs(".TP\n", f);
    if (row->letter)
        fprintf(f, "\\fB\\-%c\\fR, ", row->letter);
    fputs("\\fB\\-\\-", f);
    roff_characters(f, row->name, strlen(row->name));
    fprintf(f, "\\fR%s%s%s\n", row->arg ? " \\fI" : "", row->arg ? row->arg : "",
            row->arg ? "\\fR" : "");
    option_help(&meaning, row);
    roff(f, meaning.data ? meaning.data : "", 0);
    text_free(&meaning);
    if (!row->choice)
        return;
    fputs(".RS\n", f);
    for (int i = 0; row->choice(i); i++)
        man_entry(f, row->choice(i)->name, row->choice(i)->help);
    fputs(".RE\n", f);
}

/* Like paragraphs(), for roff: a line that begins with a space is printed unchanged. */
static void man_paragraphs(FILE *f, const char *all)
{
    bool filled = true;
    for (const char *next = all; *next != 0;) {
        char one[1024];
        size_t length = strcspn(next, "\n");
        snprintf(one, sizeof one, "%.*s", (int)length, next);
        if (filled != (one[0] != ' ')) {
            filled = !filled;
            fputs(filled ? ".fi\n" : ".nf\n", f);
        }
        if (one[0] == 0) {
            fputs(".PP\n", f);
        } else if (filled) {
            roff(f, one, 0);
        } else {
            roff_characters(f, one, length);
            fputc('\n', f);
        }
        next += length + (next[length] == '\n');
    }
    if (!filled)
        fputs(".fi\n", f);
}

static void man_command(FILE *f, const command *c)
{
    fprintf(f, ".SS gan %s%s%s [OPTIONS]\n", c->name, c->operand ? " " : "",
            c->operand ? c->operand : "");
    man_paragraphs(f, c->help);
    const option_row *row;
    for (size_t i = 0; (row = command_option(c, i)); i++)
        man_option(f, row);
}

void help_man(FILE *f)
{
    fprintf(f,
            ".\\\" Made by \"gan help --man\" from the tables of the program.\n"
            ".TH GAN 1 %s \"gan %s\" \"User Commands\"\n"
            ".nh\n"
            ".SH NAME\ngan \\- train and sample generative adversarial networks\n"
            ".SH SYNOPSIS\n.B gan\n.I COMMAND\n.RI [ OPTIONS ]\n.SH DESCRIPTION\n",
            man_date, GAN_VERSION);
    roff(f, purpose, 0);
    fputs(".SH COMMANDS\n", f);
    for (int i = 0; command_nth(i); i++)
        man_command(f, command_nth(i));
    fputs(".SH LAYERS OF A SPEC\n", f);
    for (int i = 0; layer_kind(i); i++) {
        char name[LAYER_TEXT_SIZE];
        layer_usage(layer_kind(i), name);
        man_entry(f, name, layer_kind(i)->help);
    }
    fputs(".SH PRESETS\n", f);
    roff(f, presets_purpose, 0);
    for (int i = 0; preset_nth(i); i++) {
        text meaning = { 0 };
        preset_meaning(&meaning, preset_nth(i));
        man_entry(f, preset_nth(i)->choice.name, meaning.data ? meaning.data : "");
        text_free(&meaning);
    }
    fputs(".SH EXIT STATUS\n", f);
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++)
        man_entry(f, exits[i].code, exits[i].meaning);
    fputs(".SH ENVIRONMENT\n", f);
    for (size_t i = 0; i < sizeof environment / sizeof *environment; i++)
        man_entry(f, environment[i].name, environment[i].meaning);
}

/* ---- completion ---- */

static void complete_choice(FILE *f, const command *c, const option_row *row)
{
    if (!row->choice)
        return;
    fprintf(f, "    %s:--%s) words=\"", c->name, row->name);
    for (int i = 0; row->choice(i); i++)
        fprintf(f, "%s%s", i > 0 ? " " : "", row->choice(i)->name);
    fprintf(f, "\" ;;\n");
}

/* Offers options for a word that begins with a dash, and after an option the names that it takes;
 * otherwise the shell offers files. */
void help_completion(FILE *f)
{
    fprintf(f, "# bash completion for gan, made by \"gan help --completion\"\n"
               "_gan()\n{\n"
               "    local commands=\"");
    for (int i = 0; command_nth(i); i++)
        fprintf(f, "%s%s", i > 0 ? " " : "", command_nth(i)->name);
    fprintf(f, "\" words='' word=${COMP_WORDS[COMP_CWORD]}\n"
               "    case $COMP_CWORD:${COMP_WORDS[1]}:$word in\n"
               "    1:*) words=\"$commands --help --version\" ;;\n");
    for (int i = 0; command_nth(i); i++) {
        const command *c = command_nth(i);
        fprintf(f, "    *:%s:-*) words=\"", c->name);
        const option_row *row;
        for (size_t k = 0; (row = command_option(c, k)); k++)
            fprintf(f, "--%s ", row->name);
        fprintf(f, "--help\" ;;\n");
    }
    fprintf(f, "    2:help:*) words=\"$commands presets\" ;;\n"
               "    esac\n"
               "    case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]} in\n");
    for (int i = 0; command_nth(i); i++) {
        const option_row *row;
        for (size_t k = 0; (row = command_option(command_nth(i), k)); k++)
            complete_choice(f, command_nth(i), row);
    }
    fprintf(f, "    esac\n"
               "    # shellcheck disable=SC2207 # no option has a space\n"
               "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
               "complete -o default -F _gan gan\n");
}
