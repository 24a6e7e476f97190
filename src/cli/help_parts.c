/* cli/help_parts.c - what the help on the terminal and the man page have in common.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/help_parts.h"

#include <string.h>

#include "cli/parse.h"
#include "train/choice.h"

#include "base/banned.h"

const help_entry help_exits[] = {
    { "0", "done" },
    { "1", "failure: a file, the data, the disk, or a number that is not finite" },
    { "2", "usage error: an invalid option, spec or combination" },
    { "128+n", "ended by signal n with everything saved (130: Ctrl-C)" },
    { NULL, NULL },
};

const help_entry help_environment[] = {
    { "GAN_DATA", "folder or file to use if --data is not given" },
    { "XDG_CACHE_HOME",
      "folder of caches (else ~/.cache): its subfolder gan keeps the classifier of gan eval "
      "and --eval-every, and decoded pictures" },
    { "NO_COLOR",
      "if not empty, nothing is coloured, and pictures on the terminal are characters" },
    { "TERM", "if dumb, nothing is coloured, and no line is drawn again" },
    { "COLORTERM", "if truecolor or 24bit, pictures on the terminal have 24-bit colours" },
    { NULL, NULL },
};

const char help_presets_purpose[] =
    "A preset sets several options of gan train and gan bench at once. Options that are given "
    "anywhere on the command line override it. A run saves its options, not the preset: --resume "
    "needs no preset.";

const char *help_subject_title(option_subject s)
{
    static const char *const titles[] = {
        [SUBJECT_COMMAND] = "Options",
        [SUBJECT_RUN] = "The run and its folder",
        [SUBJECT_DATA] = "Data",
        [SUBJECT_NETS] = "Nets",
        [SUBJECT_GAME] = "Rules of the game",
        [SUBJECT_OPTIMIZER] = "Batches and the optimiser",
        [SUBJECT_MACHINE] = "This computer",
    };
    return titles[s];
}

void help_add_option(text *t, const option_row *row)
{
    text_add(t, "%s", row->help);
    for (int i = 0; row->choice && row->choice(i); i++)
        text_add(t, "%s%s", i > 0 ? ", " : ": ", row->choice(i)->name);
    if (row->initial)
        text_add(t, " [%s]", row->initial);
}

void help_add_brief(text *t, const char *help, const char *apostrophe)
{
    static const char ends[] = ";:(", meaning[] = "\"\\[]`$";
    size_t length = strcspn(help, ends);
    while (length > 0 && help[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < length; i++)
        if (help[i] == '\'')
            text_add(t, "%s", apostrophe);
        else if (!strchr(meaning, help[i]))
            text_add_bytes(t, &help[i], 1);
}

/* How a word for files is spelt in operands, and in values of options. */
static const char *const files[] = { "FILE", "DIR", "PATH", "RUN" };

bool help_takes_file(const char *arg)
{
    for (size_t i = 0; arg && i < sizeof files / sizeof *files; i++)
        if (strcmp(arg, files[i]) == 0)
            return true;
    return false;
}

const char *help_operand_name(const command *c)
{
    for (size_t i = 0; c->operand && i < sizeof files / sizeof *files; i++)
        if (strstr(c->operand, files[i]))
            return files[i];
    return c->operand ? "COMMAND" : NULL;
}

/* "flip", "false" is said as "no --flip". */
static void add_setting(text *t, const preset_setting *s)
{
    const char *quote = strchr(s->value, ' ') ? "\"" : "";
    bool flag = preset_row(s->name)->type == OPTION_FLAG;
    text_add(t, "%s--%s", flag && strcmp(s->value, "false") == 0 ? "no " : "", s->name);
    if (!flag)
        text_add(t, " %s%s%s", quote, s->value, quote);
}

static void add_choices(text *t)
{
    choice_row row;
    for (int i = 0; choice_nth(i, &row); i++) {
        text_add(t, "%s%s: %s", i > 0 ? "; " : "", row.data, row.preset);
        for (const preset_setting *s = row.besides; s->name; s++) {
            text_add(t, ", ");
            add_setting(t, s);
        }
    }
}

void help_add_settings(text *t, const preset *p)
{
    if (p->chooses)
        add_choices(t);
    for (int i = 0; preset_setting_of(p, i).name; i++) {
        preset_setting s = preset_setting_of(p, i);
        text_add(t, "%s", i > 0 ? " " : "");
        add_setting(t, &s);
    }
}

const option_row *help_option(const command *c, option_subject s, size_t i)
{
    const option_row *row;
    for (size_t k = 0; (row = command_option(c, k)); k++)
        if (row->subject == s && i-- == 0)
            return row;
    return NULL;
}
