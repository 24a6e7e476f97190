/* cli/foreign.h - words that other programs know and this one does not, and what is meant here.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_FOREIGN_H
#define GAN_CLI_FOREIGN_H

#include "base/text.h"
#include "cli/command.h"

/* Adds what to do instead of an option that the command does not have, such as "here it is --lr" or
 * "there is no GPU code; ..."; nothing if the name is not known from other programs. `name` has no
 * dashes in front; letter case and the difference of - and _ do not count. */
void foreign_add_hint(text *t, const command *c, const char *program, const char *name);

/* The same for the word in place of a command, such as "generate"; NULL: not known. */
const char *foreign_command_hint(const char *name);

#endif
