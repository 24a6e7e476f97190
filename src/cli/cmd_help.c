/* cli/cmd_help.c - `gan help`: the tables of options as text, man page or completion.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
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
      .help = "print a completion script for bash, or for zsh or fish with that word after it; to "
              "use it at once: source <(gan help --completion)" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* The topic of that name; NULL: there is none. */
static const help_topic *find_topic(const char *name)
{
    for (int i = 0; help_topic_nth(i); i++)
        if (strcmp(name, help_topic_nth(i)->name) == 0)
            return help_topic_nth(i);
    return NULL;
}

/* The command of that name. STATUS_USAGE, with the nearest command or else topic. */
static status find_command(const char *name, const char *program, const command **found)
{
    const char *names[32];
    size_t count = 0;
    status s = command_find(name, program, found);
    for (int i = 0; help_topic_nth(i); i++)
        names[count++] = help_topic_nth(i)->name;
    const char *near = text_nearest(name, names, count, sizeof *names);
    if (s != STATUS_OK && near)
        s = status_fail(s, "unknown topic \"%s\", did you mean %s?; see %s help", name, near,
                        program);
    return s;
}

static status run(arguments *a)
{
    help_options o;
    const command *about = NULL;
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    if (o.completion && !o.man)
        return help_completion(a->operand, stdout);
    const help_topic *topic = a->operand ? find_topic(a->operand) : NULL;
    if (a->operand && !topic)
        TRY(find_command(a->operand, a->program, &about));
    if (o.man)
        help_man(stdout);
    else if (topic)
        topic->print(a->program, stdout);
    else if (about)
        help_command_text(about, a->program, stdout);
    else
        help_overview(a->program, stdout);
    return STATUS_OK;
}

const command help_command = {
    .name = "help",
    .operand = "[COMMAND]",
    .summary = "explain a command and its options",
    .help =
        "Prints the commands, or everything about one of them, or about a topic:\n"
        "\n"
        "  gan help presets        what presets set, and what to expect\n"
        "  gan help layers         the layers of nets\n"
        "  gan help environment    environment variables and exit codes\n"
        "\n"
        "With --completion the word after it is a shell: bash, zsh or fish. Installed, the scripts "
        "are found by the shells themselves.",
    .tables = { &table },
    .run = run,
};
