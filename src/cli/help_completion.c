/* cli/help_completion.c - the completion scripts, made from the tables; here that for bash.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/help.h"

#include <string.h>

#include "base/text.h"
#include "cli/help_parts.h"
#include "cli/parse.h"

#include "base/banned.h"

static void complete_choice(FILE *f, const command *c, const option_row *row)
{
    if (!row->choice)
        return;
    fprintf(f, "    %s:--%s) words=\"", c->name, row->name);
    for (int i = 0; row->choice(i); i++)
        fprintf(f, "%s%s", i > 0 ? " " : "", row->choice(i)->name);
    fprintf(f, "\" ;;\n");
}

/* Offers options for a word that begins with a dash, and after an option the names that it takes;
 * otherwise the shell offers files. */
static void bash(FILE *f)
{
    fprintf(f, "# bash completion for gan, made by \"gan help --completion\"\n"
               "_gan()\n{\n"
               "    local commands=\"");
    for (int i = 0; command_nth(i); i++)
        fprintf(f, "%s%s", i > 0 ? " " : "", command_nth(i)->name);
    fprintf(f, "\" words='' word=${COMP_WORDS[COMP_CWORD]}\n"
               "    case $COMP_CWORD:${COMP_WORDS[1]}:$word in\n"
               "    1:*) words=\"$commands --help --version\" ;;\n");
    for (int i = 0; command_nth(i); i++) {
        const command *c = command_nth(i);
        fprintf(f, "    *:%s:-*) words=\"", c->name);
        const option_row *row;
        for (size_t k = 0; (row = command_option(c, k)); k++)
            fprintf(f, "--%s ", row->name);
        fprintf(f, "--help\" ;;\n");
    }
    fprintf(f, "    2:help:*) words=\"$commands");
    for (int i = 0; help_topic_nth(i); i++)
        fprintf(f, " %s", help_topic_nth(i)->name);
    fprintf(f, "\" ;;\n"
               "    esac\n"
               "    case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD-1]} in\n");
    for (int i = 0; command_nth(i); i++) {
        const option_row *row;
        for (size_t k = 0; (row = command_option(command_nth(i), k)); k++)
            complete_choice(f, command_nth(i), row);
    }
    fprintf(f, "    esac\n"
               "    # shellcheck disable=SC2207 # no option has a space\n"
               "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
               "complete -o default -F _gan gan\n");
}

static const struct shell {
    const char *name;
    void (*print)(FILE *f);
} shells[] = { { "bash", bash }, { "zsh", help_completion_zsh }, { "fish", help_completion_fish } };

status help_completion(const char *shell, FILE *f)
{
    const char *names[sizeof shells / sizeof *shells];
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        names[i] = shells[i].name;
        if (shell && strcmp(shell, names[i]) != 0)
            continue;
        shells[i].print(f);
        return STATUS_OK;
    }
    const char *near = text_nearest(shell, names, sizeof names / sizeof *names, sizeof *names);
    return status_fail(STATUS_USAGE,
                       "--completion: expected bash, zsh or fish after it, got \"%s\"%s%s%s", shell,
                       near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
}
