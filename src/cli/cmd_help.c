/* cli/cmd_help.c - `gan help`: the tables of options as text, man page or completion.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "cli/help.h"

#include "base/banned.h"

typedef struct help_options {
    bool man, completion;
} help_options;

static const option_row rows[] = {
    { .name = "man",
      .type = OPTION_FLAG,
      .offset = offsetof(help_options, man),
      .help = "print the man page gan.1" },
    { .name = "completion",
      .type = OPTION_FLAG,
      .offset = offsetof(help_options, completion),
      .help = "print a completion script for bash; to use it: source <(gan help --completion)" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

static status run(arguments *a)
{
    help_options o;
    const command *about = NULL;
    option_defaults(&table, &o);
    TRY(option_apply(&a->given, &table, SCOPE_CALL, &o));
    bool presets = a->operand && strcmp(a->operand, "presets") == 0;
    if (a->operand && !presets)
        TRY(command_find(a->operand, &about));
    if (o.man)
        help_man(stdout);
    else if (o.completion)
        help_completion(stdout);
    else if (presets)
        help_presets(stdout);
    else if (about)
        help_command_text(about, stdout);
    else
        help_overview(stdout);
    return STATUS_OK;
}

const command help_command = {
    .name = "help",
    .operand = "[COMMAND]",
    .summary = "explain a command and its options",
    .help = "Prints an overview of gan, or everything about one command. \"gan help presets\" "
            "lists the presets of gan train, what they set and what to expect.",
    .tables = { &table },
    .run = run,
};
