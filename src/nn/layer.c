/* nn/layer.c - the kinds of layers, and one item of a spec: read, written, fitted to an input.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const layer_ops *const kinds[] = {
    &linear_ops,     &conv_ops,         &conv_transpose_ops,      &upsample_ops,      &reshape_ops,
    &batch_norm_ops, &relu_ops,         &leaky_relu_ops,          &tanh_ops,          &sigmoid_ops,
    &dropout_ops,    &condition_ops,    &projection_ops,          &pixel_shuffle_ops, &residual_ops,
    &add_ops,        &add_enlarged_ops, &minibatch_deviation_ops,
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

bool layer_is_spectral(const layer *l)
{
    for (int i = 0; l->ops->arguments[i].name; i++)
        if (l->ops->arguments[i].word)
            return l->arguments[i] != 0;
    return false;
}

const layer_ops *layer_kind(int i)
{
    return i < KIND_COUNT ? kinds[i] : NULL;
}

const layer_ops *layer_kind_named(const char *name, size_t length)
{
    for (int i = 0; i < KIND_COUNT; i++)
        if (strlen(kinds[i]->name) == length && memcmp(kinds[i]->name, name, length) == 0)
            return kinds[i];
    return NULL;
}

void layer_usage(const layer_ops *ops, char out[LAYER_TEXT_SIZE])
{
    int length = snprintf(out, LAYER_TEXT_SIZE, "%s", ops->name);
    for (const layer_argument *a = ops->arguments; a->name; a++)
        length += snprintf(out + length, LAYER_TEXT_SIZE - (size_t)length,
                           a->word ? " [%s]" : " %s", a->name);
}

void layer_text(const layer *l, char out[LAYER_TEXT_SIZE])
{
    int length = snprintf(out, LAYER_TEXT_SIZE, "%s", l->ops->name);
    for (int i = 0; l->ops->arguments[i].name; i++) {
        const layer_argument *a = &l->ops->arguments[i];
        char value[SHAPE_TEXT_SIZE], letter[2] = { a->letter, 0 };
        if (a->word && l->arguments[i] == 0)
            continue;
        if (a->word)
            snprintf(value, sizeof value, "%s", a->name);
        else if (a->shape)
            shape_text(l->to, value);
        else if (a->whole)
            snprintf(value, sizeof value, "%d", (int)l->arguments[i]);
        else
            text_from_double(value, l->arguments[i]);
        length += snprintf(out + length, LAYER_TEXT_SIZE - (size_t)length, " %s%s", letter, value);
    }
}

static status unknown_kind(const char *name, const char *where)
{
    const char *names[KIND_COUNT];
    text list = { 0 };
    for (int i = 0; i < KIND_COUNT; i++) {
        char usage[LAYER_TEXT_SIZE];
        layer_usage(kinds[i], usage);
        names[i] = kinds[i]->name;
        text_add(&list, "%s%s", i > 0 ? ", " : "", usage);
    }
    const char *near = text_nearest(name, names, KIND_COUNT, sizeof *names);
    status s = status_fail(STATUS_USAGE, "%s: unknown layer \"%s\"%s%s%s; there are: %s", where,
                           name, near ? ", did you mean " : "", near ? near : "", near ? "?" : "",
                           list.data ? list.data : "");
    text_free(&list);
    return s;
}

/* "one whole number from 1 to 65536", or, if there are several, "k from 1 to 16" for each. */
static void describe_arguments(text *t, const layer_ops *ops)
{
    bool several = ops->arguments[1].name && !ops->arguments[1].word;
    for (const layer_argument *a = ops->arguments; a->name; a++) {
        char least[TEXT_NUMBER_SIZE], most[TEXT_NUMBER_SIZE], initial[TEXT_NUMBER_SIZE];
        text_from_double(least, a->least);
        text_from_double(most, a->most);
        text_from_double(initial, a->initial);
        if (a->word)
            continue;
        if (several)
            text_add(t, "%s%.1s from %s to %s", a == ops->arguments ? "" : ", ", a->name, least,
                     most);
        else
            text_add(t, "one %snumber from %s to %s%s", a->whole ? "whole " : "", least, most,
                     a->shape ? ", or CxHxW" : "");
        if (!isnan(a->initial))
            text_add(t, " (else %s)", initial);
    }
}

static status bad_arguments(const layer_ops *ops, const char *arguments, const char *where)
{
    text wanted = { 0 };
    if (!ops->arguments[0].name)
        return status_fail(STATUS_USAGE, "%s: %s takes no number, got \"%s\"", where, ops->name,
                           arguments);
    describe_arguments(&wanted, ops);
    text_add(&wanted, ", as in \"%s\"", ops->example);
    for (const layer_argument *a = ops->arguments; a->name; a++)
        if (a->word)
            text_add(&wanted, " or \"%s %s\"", ops->example, a->name);
    status s = status_fail(STATUS_USAGE, "%s: %s takes %s, got \"%s\"", where, ops->name,
                           wanted.data ? wanted.data : "", arguments);
    text_free(&wanted);
    return s;
}

/* The kind's argument that a word gives, and *word moved past its letter. NULL: no argument. */
static const layer_argument *argument_of(const layer_ops *ops, const char **word)
{
    for (const layer_argument *a = ops->arguments; a->name; a++)
        if (a->word && strcmp(a->name, *word) == 0)
            return a;
    for (const layer_argument *a = ops->arguments; a->name; a++)
        if (a->letter != 0 && a->letter == **word) {
            ++*word;
            return a;
        }
    return ops->arguments[0].name ? ops->arguments : NULL; /* the first has no letter */
}

static bool read_argument(layer *l, const layer_argument *a, const char *word)
{
    double *value = &l->arguments[a - l->ops->arguments];
    if (a->word) {
        *value = 1;
    } else if (a->shape) {
        if (!shape_parse(word, &l->to))
            return false;
        *value = shape_size(l->to);
    } else if (!text_to_double(word, value)) {
        return false;
    }
    return *value >= a->least && *value <= a->most && (!a->whole || floor(*value) == *value);
}

/* Words are separated by spaces. Each argument is given at most once, the one without a letter
 * first.
 */
static bool read_arguments(layer *l, const char *words)
{
    bool given[LAYER_MOST_ARGUMENTS] = { false };
    while (*words != 0) {
        char copy[LAYER_TEXT_SIZE];
        size_t length = strcspn(words, " ");
        snprintf(copy, sizeof copy, "%.*s", (int)length, words);
        const char *word = copy;
        const layer_argument *a = argument_of(l->ops, &word);
        ptrdiff_t i = a ? a - l->ops->arguments : 0;
        if (!a || given[i] || (i > 0 && !given[0]) || !read_argument(l, a, word))
            return false;
        given[i] = true;
        words += length;
        words += strspn(words, " ");
    }
    for (int i = 0; l->ops->arguments[i].name; i++) {
        if (!given[i])
            l->arguments[i] = l->ops->arguments[i].initial;
        if (isnan(l->arguments[i]))
            return false;
    }
    return true;
}

status layer_parse(layer *l, const char *item, const char *where)
{
    enum { LONGEST_NAME = 31 };
    char name[LONGEST_NAME + 1];
    size_t length = strcspn(item, " ");
    snprintf(name, sizeof name, "%.*s", length < LONGEST_NAME ? (int)length : LONGEST_NAME, item);
    const char *arguments = item + length + strspn(item + length, " ");
    l->ops = layer_kind_named(name, strlen(name));
    if (!l->ops)
        return unknown_kind(name, where);
    return read_arguments(l, arguments) ? STATUS_OK : bad_arguments(l->ops, arguments, where);
}

bool layer_fit(layer *l, image_shape from, text *why)
{
    l->from = from;
    if (!l->ops->fit)
        l->to = from;
    else if (!l->ops->fit(l, why))
        return false;
    if (!shape_fits(l->to)) {
        text_add(why, "its output would have more than %d values", SHAPE_MOST_VALUES);
        return false;
    }
    l->in = shape_size(l->from);
    l->out = shape_size(l->to);
    return true;
}
