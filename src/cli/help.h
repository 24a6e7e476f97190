/* cli/help.h - help, the man page and completion, all made from the tables.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_HELP_H
#define GAN_CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/* What gan is, its commands, exit codes. */
void help_overview(FILE *f);

/* All about one command. Fits 80 columns. */
void help_command_text(const command *c, FILE *f);

/* What each preset sets, and what to expect of it. */
void help_presets(FILE *f);

/* gan.1 in man's own language. */
void help_man(FILE *f);

/* A completion script for bash (and zsh with bashcompinit). */
void help_completion(FILE *f);

#endif
