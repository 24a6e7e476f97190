/* api/ask.c - the public interface, include/gan/gan.h: the classes and texts that samples show.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "api/generator.h"
#include "api/result.h"

#include "base/banned.h"

static const known_conditions *known_of(const gan_generator *g)
{
    return &g->generator.model.known;
}

gan_condition gan_condition_kind(const gan_generator *g)
{
    static const gan_condition kinds[] = { [CONDITION_NONE] = GAN_CONDITION_NONE,
                                           [CONDITION_LABEL] = GAN_CONDITION_CLASS,
                                           [CONDITION_CAPTION] = GAN_CONDITION_TEXT };
    return kinds[known_of(g)->kind];
}

int gan_class_count(const gan_generator *g)
{
    const known_conditions *k = known_of(g);
    return k->kind == CONDITION_LABEL ? k->count : 0;
}

const char *gan_class_name(const gan_generator *g, int class_number)
{
    bool is_there = class_number >= 0 && class_number < gan_class_count(g);
    return is_there ? known_of(g)->names[class_number] : NULL;
}

int gan_word_count(const gan_generator *g)
{
    return known_of(g)->vocabulary.count;
}

const char *gan_word(const gan_generator *g, int i)
{
    return i >= 0 && i < gan_word_count(g) ? known_of(g)->vocabulary.words[i] : NULL;
}

/* The list is the generator's from now on. */
static void ask(gan_generator *g, const condition_list *l)
{
    static const uint32_t first[1] = { 0 };
    condition_list_close(&g->wish);
    g->wish = *l;
    model_ask(&g->generator.model, (asked){ &g->wish.table, first, 1, 1 });
}

static status ask_class(gan_generator *g, int class_number)
{
    condition_list l = { .table.size = known_of(g)->list.table.size };
    if (!gan_class_name(g, class_number))
        return status_fail(STATUS_USAGE, "class %d: expected one of %d classes, from 0 on",
                           class_number, gan_class_count(g));
    status s = condition_add_class(&l, class_number);
    if (s == STATUS_OK)
        ask(g, &l);
    else
        condition_list_close(&l);
    return s;
}

gan_status gan_ask_class(gan_generator *g, int class_number, char *message, size_t size)
{
    return api_result(ask_class(g, class_number), message, size);
}

static status ask_text(gan_generator *g, const char *words)
{
    condition_list l = { .table.size = known_of(g)->list.table.size };
    if (known_of(g)->kind != CONDITION_CAPTION)
        return status_fail(STATUS_USAGE,
                           "text: expected a generator of a run with --condition caption");
    status s = known_add_text(known_of(g), &l, words, "text");
    if (s == STATUS_OK)
        ask(g, &l);
    else
        condition_list_close(&l);
    return s;
}

gan_status gan_ask_text(gan_generator *g, const char *words, char *message, size_t size)
{
    return api_result(ask_text(g, words), message, size);
}

void gan_ask_all(gan_generator *g)
{
    model *m = &g->generator.model;
    model_ask(m, model_examples(m, 1));
    condition_list_close(&g->wish);
}
