/* cli/help_fish.c - the completion script for fish, made from the tables. `man complete` of fish
 * describes its options.
 *
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/help_parts.h"
#include "cli/parse.h"

#include "base/banned.h"

static void description(FILE *f, const char *meaning)
{
    text brief = { 0 };
    help_add_brief(&brief, meaning, "\\'");
    fprintf(f, " -d '%s'\n", brief.data ? brief.data : "");
    text_free(&brief);
}

/* -x: a value, but no file; -rF: a value, which is a file. */
static void value(FILE *f, const option_row *row)
{
    if (row->type == OPTION_FLAG)
        return;
    fprintf(f, "%s", help_takes_file(row->arg) ? " -rF" : " -x");
    if (!row->choice)
        return;
    fprintf(f, " -a '%s", row->type == OPTION_SET ? "(__fish_append ," : "");
    for (int i = 0; row->choice(i); i++)
        fprintf(f, "%s%s", i > 0 || row->type == OPTION_SET ? " " : "", row->choice(i)->name);
    fprintf(f, "%s'", row->type == OPTION_SET ? ")" : "");
}

static void option(FILE *f, const command *c, const option_row *row)
{
    fprintf(f, "complete -c gan -n '__gan_is %s' -l %s", c->name, row->name);
    if (row->letter)
        fprintf(f, " -s %c", row->letter);
    value(f, row);
    description(f, row->help);
}

/* Words after `gan help`. */
static void topics(FILE *f, const command *c)
{
    for (int i = 0; command_nth(i); i++) {
        fprintf(f, "complete -c gan -n '__gan_is %s' -a %s", c->name, command_nth(i)->name);
        description(f, command_nth(i)->summary);
    }
    for (int i = 0; help_topic_nth(i); i++) {
        fprintf(f, "complete -c gan -n '__gan_is %s' -a %s", c->name, help_topic_nth(i)->name);
        description(f, help_topic_nth(i)->summary);
    }
}

void help_completion_fish(FILE *f)
{
    fprintf(f, "# fish completion for gan, made by \"gan help --completion fish\"\n"
               "function __gan_is --description 'The command is this one; without one: none yet'\n"
               "    set -l words (commandline -opc)\n"
               "    test \"$words[2]\" = \"$argv[1]\"\nend\n"
               "complete -c gan -f\n"
               "complete -c gan -n __gan_is -l help -d 'the commands'\n"
               "complete -c gan -n __gan_is -l version -d 'what this build is and reads'\n");
    for (int i = 0; command_nth(i); i++) {
        fprintf(f, "complete -c gan -n __gan_is -a %s", command_nth(i)->name);
        description(f, command_nth(i)->summary);
    }
    for (int i = 0; command_nth(i); i++) {
        const command *c = command_nth(i);
        const option_row *row;
        for (size_t k = 0; (row = command_option(c, k)); k++)
            option(f, c, row);
        fprintf(f, "complete -c gan -n '__gan_is %s' -l help -s h -d 'this text'\n", c->name);
        if (c->operand && help_takes_file(help_operand_name(c)))
            fprintf(f, "complete -c gan -n '__gan_is %s' -F\n", c->name);
        else if (c->operand)
            topics(f, c);
    }
}
