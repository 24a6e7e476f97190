/* cli/command.h - a subcommand is one row: its options, its help, its function.
 *
 * A new subcommand is a file cmd_<name>.c and a row in command.c; usage, help, the man page,
 * completion and the suggestions for misspelt words follow from the row.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_COMMAND_H
#define GAN_CLI_COMMAND_H

#include "base/option.h"
#include "base/status.h"

typedef struct arguments {
    const char *program;   /* as it was called, for hints that can be typed: "build/gan" */
    option_settings given; /* options, in order */
    const char *operand;   /* the first word that is not an option; NULL: none */
    char **operands;       /* all of them, for a command that takes several */
    int operand_count;
    int signal;   /* the signal that interrupted the command, which sets it */
    bool is_said; /* what went wrong has been said elsewhere; set by the command */
} arguments;

enum { COMMAND_TABLES = 5 };

typedef struct command {
    const char *name;
    const char *operand; /* "FILE"; "[COMMAND]" if optional; "RUN..." several; NULL: none */
    const char *summary; /* a line for the list of commands */
    const char *help;    /* paragraphs: what it does, what it leaves, examples */
    const option_table *tables[COMMAND_TABLES]; /* NULL where there are fewer */
    status (*run)(arguments *a);
} command;

extern const command train_command;
extern const command sample_command;
extern const command upscale_command;
extern const command restore_command;
extern const command eval_command;
extern const command data_command;
extern const command animate_command;
extern const command compare_command;
extern const command info_command;
extern const command report_command;
extern const command export_command;
extern const command bench_command;
extern const command selftest_command;
extern const command help_command;

/* The i-th command; NULL after the last. */
const command *command_nth(int i);

/* Finds the command of that name. STATUS_USAGE, with the nearest name, if there is none; the hint
 * begins with `program`. */
status command_find(const char *name, const char *program, const command **found);

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

#endif
