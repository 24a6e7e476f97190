/* cli/origin.c - messages about options that nobody typed say where their values are from.
 *
 * Messages are made where the facts are, far below the command line, and begin with the option that
 * they are about (base/status.h). Which of the options were typed is known only here.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/origin.h"

#include <string.h>

#include "base/banned.h"

/* Adds ", set by --preset fast" and the like. */
static void add_origin(text *t, const train_config *c, const option_row *row, config_origin origin)
{
    if (origin == ORIGIN_PRESET)
        text_add(t, ", set by --preset %s", c->source);
    else if (c->options.resume && row->type == OPTION_TEXT)
        text_add(t, ", not given"); /* from the run, or found at a usual place */
    else if (c->options.resume)
        text_add(t, ", of the run in %s", c->options.out);
    else if (c->options.from && row->scope == SCOPE_MODEL)
        text_add(t, ", as in %s", c->options.from);
    else
        text_add(t, ", the default");
}

/* Adds the value, unless it is a flag, a long text or that of a run that is resumed. */
static void add_value(text *t, const train_config *c, const option_row *row, config_origin origin)
{
    if (row->type == OPTION_FLAG || row->type == OPTION_TEXT)
        return;
    if (origin == ORIGIN_DEFAULT && (c->options.resume || c->options.from))
        return;
    text_add(t, " ");
    config_add_value(c, row, t);
}

status origin_explain(status s, const train_config *c, const char *program)
{
    const char *message = status_message();
    char name[32] = "";
    size_t length = strcspn(message, " :"), end = length;
    if (message[end] == ' ') /* its value follows */
        end += 1 + strcspn(message + end + 1, " :");
    if (s != STATUS_USAGE || strncmp(message, "--", 2) != 0 || length >= sizeof name ||
        message[end] != ':')
        return s;
    memcpy(name, message + 2, length - 2);
    const option_row *row;
    config_origin origin = config_origin_of(c, name, &row);
    if (origin == ORIGIN_GIVEN)
        return s;
    text t = { 0 };
    text_add(&t, "--%s", name);
    add_value(&t, c, row, origin);
    add_origin(&t, c, row, origin);
    text_add(&t, "%s", message + end);
    if (origin == ORIGIN_PRESET)
        text_add(&t, "; see %s help presets", program);
    if (text_check(&t) == STATUS_OK)
        s = status_fail(s, "%s", t.data);
    text_free(&t);
    return s;
}
