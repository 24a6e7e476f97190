/* cli/command.c - the list of subcommands, and how one is found by its name.
 * main.c runs them; help.c and cmd_help.c describe them.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "cli/foreign.h"

#include "base/banned.h"

static const command *const commands[] = {
    &train_command, &sample_command, &upscale_command,  &restore_command, &export_command,
    &eval_command,  &data_command,   &report_command,   &animate_command, &compare_command,
    &info_command,  &bench_command,  &selftest_command, &help_command,
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

const command *command_nth(int i)
{
    return i < COMMAND_COUNT ? commands[i] : NULL;
}

/* Options that may stand in place of a command: gan --help. */
static const char *const global_options[] = { "--help", "--version" };

status command_find(const char *name, const char *program, const command **found)
{
    const char *names[COMMAND_COUNT];
    for (int i = 0; i < COMMAND_COUNT; i++) {
        names[i] = commands[i]->name;
        if (strcmp(name, names[i]) == 0) {
            *found = commands[i];
            return STATUS_OK;
        }
    }
    bool option = name[0] == '-';
    const char *hint = foreign_command_hint(name);
    if (hint)
        return status_fail(STATUS_USAGE, "unknown command \"%s\": %s; see %s help", name, hint,
                           program);
    const char *near = option ? text_nearest(name, global_options, 2, sizeof *global_options)
                              : text_nearest(name, names, COMMAND_COUNT, sizeof *names);
    return status_fail(STATUS_USAGE, "unknown %s \"%s\"%s%s%s; see %s help",
                       option ? "option" : "command", name, near ? ", did you mean " : "",
                       near ? near : "", near ? "?" : "", program);
}
