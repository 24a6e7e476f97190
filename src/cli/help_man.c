/* cli/help_man.c - the man page gan.1, made from the tables.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <string.h>

#include "cli/help_parts.h"
#include "cli/parse.h"
#include "nn/layer.h"

#include "base/banned.h"

enum { WIDTH = 79 };

static const char purpose[] =
    "gan trains generative adversarial networks: a generator learns to make samples that a "
    "discriminator, which learns at the same time, cannot tell from real ones.";

static const help_entry files[] = {
    { "out/",
      "the folder of a run, which train --out names: model.bin, best.bin, samples/, metrics.csv "
      "and run.json, which gan train above describes" },
    { "$XDG_CACHE_HOME/gan/",
      "or ~/.cache/gan/: classifiers and decoded pictures; gan makes again what is deleted" },
    { "data/mnist/",
      "the data set if neither --data nor $GAN_DATA is given; else the MNIST that is "
      "installed with gan" },
    { NULL, NULL },
};

static const help_entry examples[] = {
    { "gan train --preset auto", "Train on MNIST, into the folder out." },
    { "gan train --resume --epochs 40", "Continue the run in out until it has 40 epochs." },
    { "gan train --preset auto --data pictures --out mine",
      "Train on a folder of pictures, with the preset that suits them." },
    { "gan sample --ckpt out -o grid.png", "Draw 64 samples of the newest checkpoint of a run." },
    { "gan sample --ckpt out -o samples/ --count 10000",
      "Write 10,000 samples, one PNG each, for other programs." },
    { "gan eval --ckpt out/best.bin --json", "Print the FID and the other figures as JSON." },
    { NULL, NULL },
};

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
    help_add_option(&meaning, row);
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

static void preset_meaning(text *t, const preset *p)
{
    text_add(t, "%s. Expect: %s. %s ", p->choice.help, p->expect, p->chooses ? "Chooses" : "Sets");
    if (p->chooses || preset_setting_of(p, 0).name)
        help_add_settings(t, p);
    else
        text_add(t, "nothing");
}

/* Prints a command's options, those about several subjects under titles. */
static void man_options(FILE *f, const command *c)
{
    for (option_subject s = SUBJECT_COMMAND; s < SUBJECT_COUNT; s++) {
        const option_row *row;
        if (s != SUBJECT_COMMAND && help_option(c, s, 0))
            fprintf(f, ".PP\n.I %s:\n", help_subject_title(s));
        for (size_t i = 0; (row = help_option(c, s, i)); i++)
            man_option(f, row);
    }
}

static void man_command(FILE *f, const command *c)
{
    fprintf(f, ".SS gan %s%s%s [OPTIONS]\n", c->name, c->operand ? " " : "",
            c->operand ? c->operand : "");
    man_paragraphs(f, c->help);
    man_options(f, c);
}

static void man_entries(FILE *f, const char *title, const help_entry *list)
{
    fprintf(f, ".SH %s\n", title);
    for (; list->name; list++)
        man_entry(f, list->name, list->meaning);
}

static void man_layers(FILE *f)
{
    fputs(".SH LAYERS OF A SPEC\n", f);
    for (int i = 0; layer_kind(i); i++) {
        char name[LAYER_TEXT_SIZE];
        layer_usage(layer_kind(i), name);
        man_entry(f, name, layer_kind(i)->help);
    }
}

static void man_presets(FILE *f)
{
    fputs(".SH PRESETS\n", f);
    roff(f, help_presets_purpose, 0);
    for (int i = 0; preset_nth(i); i++) {
        text meaning = { 0 };
        preset_meaning(&meaning, preset_nth(i));
        man_entry(f, preset_nth(i)->choice.name, meaning.data ? meaning.data : "");
        text_free(&meaning);
    }
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
    man_layers(f);
    man_presets(f);
    man_entries(f, "EXIT STATUS", help_exits);
    man_entries(f, "ENVIRONMENT", help_environment);
    man_entries(f, "FILES", files);
    man_entries(f, "EXAMPLES", examples);
    fputs(".SH SEE ALSO\n.BR gzip (1),\n.BR jq (1)\n.PP\n", f);
    roff(f,
         "The pages in docs/ of the source: recipes.md (presets and what they reach), images.md "
         "(your own pictures), evaluation.md (the figures of gan eval), diagnosis.md (warnings), "
         "metrics.md and checkpoint.md (the files of a run).",
         0);
}
