/* cli/parse.h - reads a command line by the option tables of its command.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_PARSE_H
#define GAN_CLI_PARSE_H

#include <stdbool.h>

#include "cli/command.h"

/* The i-th option of a command, through all of its tables; NULL after the last. */
const option_row *command_option(const command *c, size_t i);

/* Reads argv[1 ...] (argv[0] is the command's name) into *a, whose settings point into argv and the
 * tables; parse_free frees the list, also after a failure. *help is true if --help was among the
 * options, and then the rest is not checked. STATUS_USAGE for an unknown option (with the nearest),
 * and for a missing or superfluous value or word. */
status parse_arguments(const command *c, int argc, char **argv, arguments *a, bool *help);
void parse_free(arguments *a);

#endif
