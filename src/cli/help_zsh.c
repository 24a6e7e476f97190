/* cli/help_zsh.c - the completion script for zsh, made from the tables. `man zshcompsys` describes
 * _arguments, _describe and _values.
 *
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/help_parts.h"
#include "cli/parse.h"

#include "base/banned.h"

/* The action after the last colon: what completes the value. */
static void value(FILE *f, const option_row *row)
{
    fprintf(f, ":%s:", row->arg);
    if (row->choice && row->type == OPTION_SET)
        fprintf(f, "_sequence compadd -");
    else if (row->choice)
        fprintf(f, "(");
    else
        fprintf(f, "%s", help_takes_file(row->arg) ? "_files" : " ");
    for (int i = 0; row->choice && row->choice(i); i++)
        fprintf(f, "%s%s", i > 0 || row->type == OPTION_SET ? " " : "", row->choice(i)->name);
    if (row->choice && row->type != OPTION_SET)
        fputc(')', f);
}

static void option(FILE *f, const option_row *row)
{
    text brief = { 0 };
    bool has_value = row->type != OPTION_FLAG;
    help_add_brief(&brief, row->help, "'\\''");
    if (row->letter)
        fprintf(f, "            '(-%c --%s)'{-%c%s,--%s%s}'", row->letter, row->name, row->letter,
                has_value ? "+" : "", row->name, has_value ? "=" : "");
    else
        fprintf(f, "            '--%s%s", row->name, has_value ? "=" : "");
    fprintf(f, "[%s]", brief.data ? brief.data : "");
    if (has_value)
        value(f, row);
    fprintf(f, "' \\\n");
    text_free(&brief);
}

static void operand(FILE *f, const command *c)
{
    if (!c->operand)
        return;
    bool several = strstr(c->operand, "...") != NULL;
    fprintf(f, " \\\n            '%s:%s:", several ? "*" : "1", help_operand_name(c));
    fprintf(f, "%s'", help_takes_file(help_operand_name(c)) ? "_files" : "_gan_topics");
}

static void describe(FILE *f, const char *name, const char *meaning)
{
    text brief = { 0 };
    help_add_brief(&brief, meaning, "'\\''");
    fprintf(f, "        '%s:%s'\n", name, brief.data ? brief.data : "");
    text_free(&brief);
}

void help_completion_zsh(FILE *f)
{
    fprintf(f, "#compdef gan\n# zsh completion for gan, made by \"gan help --completion zsh\"\n"
               "_gan_commands()\n{\n    local -a commands=(\n");
    for (int i = 0; command_nth(i); i++)
        describe(f, command_nth(i)->name, command_nth(i)->summary);
    fprintf(f, "    )\n    _describe -t commands command commands\n}\n"
               "_gan_topics()\n{\n    local -a topics=(\n");
    for (int i = 0; help_topic_nth(i); i++)
        describe(f, help_topic_nth(i)->name, help_topic_nth(i)->summary);
    fprintf(f,
            "    )\n    _gan_commands\n    _describe -t topics topic topics\n}\n"
            "_gan()\n{\n    if ((CURRENT == 2)); then\n        _gan_commands\n"
            "        [[ $PREFIX != -* ]] || compadd -- --help --version\n        return\n    fi\n"
            "    shift words\n    ((CURRENT--))\n    case $words[1] in\n");
    for (int i = 0; command_nth(i); i++) {
        const option_row *row;
        fprintf(f, "    %s)\n        _arguments -s \\\n", command_nth(i)->name);
        for (size_t k = 0; (row = command_option(command_nth(i), k)); k++)
            option(f, row);
        fprintf(f, "            '(-h --help)'{-h,--help}'[this text]'");
        operand(f, command_nth(i));
        fprintf(f, "\n        ;;\n");
    }
    fprintf(f, "    *) _files ;;\n    esac\n}\n"
               "if [[ $funcstack[1] == _gan ]]; then\n    _gan \"$@\"\nelse\n"
               "    compdef _gan gan\nfi\n");
}
