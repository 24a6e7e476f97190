/* cli/help_parts.h - what the help on the terminal and the man page have in common.
 * Only for help.c, help_man.c, the completions and help_parts.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_HELP_PARTS_H
#define GAN_CLI_HELP_PARTS_H

#include "base/text.h"
#include "cli/command.h"
#include "cli/help.h"
#include "train/preset.h"

/* A name and what it means; lists end with a name that is NULL. */
typedef struct help_entry {
    const char *name, *meaning;
} help_entry;

extern const help_entry help_exits[], help_environment[];
extern const char help_presets_purpose[];

/* The title of the options about a subject. */
const char *help_subject_title(option_subject s);

/* Adds an option's help, its choices and its default. */
void help_add_option(text *t, const option_row *row);

/* Adds the first phrase of a help or summary for a word of a shell in single quotes: without
 * characters that could mean something, and with `apostrophe` for "'". */
void help_add_brief(text *t, const char *help, const char *apostrophe);

/* Does the word that stands for a value in the help, "FILE", stand for a file or a folder? */
bool help_takes_file(const char *arg);

/* The same word for a command's operand, without "[...]"; NULL: it has none. */
const char *help_operand_name(const command *c);

/* The scripts of help_completion for these shells. */
void help_completion_zsh(FILE *f);
void help_completion_fish(FILE *f);

/* Adds a preset's options as on a command line: --batch 64 --generator "linear ...". */
void help_add_settings(text *t, const preset *p);

/* The i-th option of a command about that subject, in the order of its tables; NULL after the last.
 */
const option_row *help_option(const command *c, option_subject s, size_t i);

#endif
