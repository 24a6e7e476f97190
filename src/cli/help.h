/* cli/help.h - help, the man page and completion, all made from the tables.
 *
 * `program` is how the program was called; what can be typed begins with it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_HELP_H
#define GAN_CLI_HELP_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"

/* Prints the commands and how to get started, in fewer than 24 lines. */
void help_overview(const char *program, FILE *f);

/* Prints everything about one command, in at most 80 columns: its options by subject. */
void help_command_text(const command *c, const char *program, FILE *f);

/* A word after `gan help` that is not a command. */
typedef struct help_topic {
    const char *name, *summary;
    void (*print)(const char *program, FILE *f);
} help_topic;

/* The i-th topic; NULL after the last. */
const help_topic *help_topic_nth(int i);

/* Prints the man page gan.1 in roff. */
void help_man(FILE *f);

/* Prints the completion script for that shell; for bash if it is NULL. STATUS_USAGE for a word that
 * is no shell, with those that are. */
status help_completion(const char *shell, FILE *f);

#endif
