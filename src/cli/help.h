/* cli/help.h - help, the man page and completion, all made from the tables.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_HELP_H
#define GAN_CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/* Prints what gan is, its commands, exit codes and environment variables. */
void help_overview(FILE *f);

/* Prints everything about one command, in at most 80 columns. */
void help_command_text(const command *c, FILE *f);

/* Prints what each preset sets, and what results to expect. */
void help_presets(FILE *f);

/* Prints the man page gan.1 in roff. */
void help_man(FILE *f);

/* Prints a completion script for bash (and zsh with bashcompinit). */
void help_completion(FILE *f);

#endif
