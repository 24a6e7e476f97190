/* nn/layer.c - the kinds of layers, and the reading of one item of a spec.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

static const layer_ops *const kinds[] = {
    &linear_ops, &relu_ops, &leaky_relu_ops, &tanh_ops, &sigmoid_ops, &dropout_ops,
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

const layer_ops *layer_kind(int i)
{
    return i < KIND_COUNT ? kinds[i] : NULL;
}

static status unknown_kind(const char *name, const char *where)
{
    const char *names[KIND_COUNT];
    text list = { 0 };
    for (int i = 0; i < KIND_COUNT; i++) {
        names[i] = kinds[i]->name;
        text_add(&list, "%s%s%s%s", i > 0 ? ", " : "", kinds[i]->name,
                 kinds[i]->argument ? " " : "", kinds[i]->argument ? kinds[i]->argument : "");
    }
    const char *near = text_nearest(name, names, KIND_COUNT, sizeof *names);
    status s = status_fail(STATUS_USAGE, "%s: unknown layer \"%s\"%s%s%s; there are: %s", where,
                           name, near ? ", did you mean " : "", near ? near : "", near ? "?" : "",
                           list.data ? list.data : "");
    text_free(&list);
    return s;
}

static status bad_argument(const layer_ops *ops, const char *argument, const char *where)
{
    char least[TEXT_NUMBER_SIZE], most[TEXT_NUMBER_SIZE];
    if (!ops->argument)
        return status_fail(STATUS_USAGE, "%s: %s takes no number, got \"%s\"", where, ops->name,
                           argument);
    text_from_double(least, ops->least);
    text_from_double(most, ops->most);
    return status_fail(STATUS_USAGE,
                       "%s: %s takes one %snumber from %s to %s, as in \"%s %s\", got \"%s\"",
                       where, ops->name, ops->whole ? "whole " : "", least, most, ops->name,
                       ops->whole ? "150" : "0.2", argument);
}

status layer_parse(layer *l, const char *item, const char *where, int in)
{
    enum { LONGEST_NAME = 31 };
    char name[LONGEST_NAME + 1];
    size_t length = strcspn(item, " ");
    snprintf(name, sizeof name, "%.*s", length < LONGEST_NAME ? (int)length : LONGEST_NAME, item);
    const char *argument = item + length + strspn(item + length, " ");
    l->ops = NULL;
    for (int i = 0; i < KIND_COUNT; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            l->ops = kinds[i];
    if (!l->ops)
        return unknown_kind(name, where);
    l->argument = 0;
    if (l->ops->argument
            ? !text_to_double(argument, &l->argument) || l->argument < l->ops->least ||
                  l->argument > l->ops->most || (l->ops->whole && floor(l->argument) != l->argument)
            : argument[0] != 0)
        return bad_argument(l->ops, argument, where);
    l->in = in;
    l->out = layer_is_matrix(l) ? (int)l->argument : in;
    return STATUS_OK;
}
