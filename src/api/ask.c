/* api/ask.c - the public interface, include/gan/gan.h: the classes and texts that samples show.
 *
 * SPDX-License-Identifier: MIT */
#include "api/generator.h"
#include "api/result.h"
#include "api/wish.h"

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

/* ---- wishes ---- */

/* The list replaces the wish if it could be made. */
static status replace(condition_list *wish, condition_list *made, status s)
{
    if (s != STATUS_OK) {
        condition_list_close(made);
        return s;
    }
    condition_list_close(wish);
    *wish = *made;
    return STATUS_OK;
}

status wish_class(condition_list *wish, const known_conditions *k, int class_number)
{
    condition_list l = { .table.size = k->list.table.size };
    int classes = k->kind == CONDITION_LABEL ? k->count : 0;
    if (class_number < 0 || class_number >= classes)
        return status_fail(STATUS_USAGE, "class %d: expected one of %d classes, from 0 on",
                           class_number, classes);
    return replace(wish, &l, condition_add_class(&l, class_number));
}

status wish_text(condition_list *wish, const known_conditions *k, const char *words)
{
    condition_list l = { .table.size = k->list.table.size };
    if (k->kind != CONDITION_CAPTION)
        return status_fail(STATUS_USAGE,
                           "text: expected a generator of a run with --condition caption");
    return replace(wish, &l, known_add_text(k, &l, words, "text"));
}

asked wish_asked(const condition_list *wish, const model *m)
{
    static const uint32_t first[1] = { 0 };
    return wish->table.count > 0 ? (asked){ &wish->table, first, 1, 1 } : model_examples(m, 1);
}

/* ---- of a generator ---- */

static status take_wish(gan_generator *g, status s)
{
    if (s == STATUS_OK)
        model_ask(&g->generator.model, wish_asked(&g->wish, &g->generator.model));
    return s;
}

gan_status gan_ask_class(gan_generator *g, int class_number, char *message, size_t size)
{
    return api_result(take_wish(g, wish_class(&g->wish, known_of(g), class_number)), message, size);
}

gan_status gan_ask_text(gan_generator *g, const char *words, char *message, size_t size)
{
    return api_result(take_wish(g, wish_text(&g->wish, known_of(g), words)), message, size);
}

void gan_ask_all(gan_generator *g)
{
    condition_list_close(&g->wish);
    take_wish(g, STATUS_OK);
}
