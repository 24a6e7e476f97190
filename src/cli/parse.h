/* cli/parse.h - reads a command line by the option tables of its command.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_PARSE_H
#define GAN_CLI_PARSE_H

#include <stdbool.h>

#include "cli/command.h"

/* The i-th option of a command, through all of its tables; NULL after the last. */
const option_row *command_option(const command *c, size_t i);

/* The option of that name; NULL if the command has none. */
const option_row *command_option_named(const command *c, const char *name);

/* Reads argv[1 ...] (argv[0] is the command's name) into *a, whose settings point into argv and the
 * tables; parse_free frees the list, also after a failure. `program` is how the program was called.
 * *help is true if --help was among the options, and then the rest is not checked. STATUS_USAGE for
 * an unknown option (with the nearest, or its name here if another program calls it so), and for a
 * missing or superfluous value or word. */
status parse_arguments(const command *c, const char *program, int argc, char **argv, arguments *a,
                       bool *help);
void parse_free(arguments *a);

#endif
