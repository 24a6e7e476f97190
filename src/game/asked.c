/* game/asked.c - the conditions that a checkpoint knows.
 *
 * SPDX-License-Identifier: MIT */
#include "game/asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/caption.h"

#include "base/banned.h"

static const option_choice choices[] = {
    [CONDITION_NONE] = { "none", "nothing" },
    [CONDITION_LABEL] = { "label", "its class" },
    [CONDITION_CAPTION] = { "caption", "a text, one of its captions" },
};

const option_choice *condition_choice(int i)
{
    return i < (int)(sizeof choices / sizeof *choices) ? &choices[i] : NULL;
}

static status copy_text(char **to, const char **from)
{
    if (!*from)
        return STATUS_OK;
    *to = malloc(strlen(*from) + 1);
    if (!*to)
        return status_fail(STATUS_MEMORY, "out of memory");
    memcpy(*to, *from, strlen(*from) + 1);
    *from = *to;
    return STATUS_OK;
}

/* One name a line. */
static status split_lines(known_conditions *k, const char *lines)
{
    size_t count = 1;
    for (const char *at = lines; *at != 0; at++)
        count += *at == '\n';
    k->lines = malloc(strlen(lines) + 1);
    k->names = malloc(count * sizeof *k->names);
    k->order = malloc(count * sizeof *k->order);
    if (!k->lines || !k->names || !k->order)
        return status_fail(STATUS_MEMORY, "out of memory");
    memcpy(k->lines, lines, strlen(lines) + 1);
    for (char *at = k->lines; k->count < (int)count; k->count++) {
        size_t length = strcspn(at, "\n");
        at[length] = 0;
        k->names[k->count] = at;
        k->order[k->count] = (uint32_t)k->count;
        at += length + 1;
    }
    return STATUS_OK;
}

static status open_classes(known_conditions *k, const data_identity *d)
{
    if (k->count != d->conditions)
        return status_fail(STATUS_FORMAT, "expected the names of %d classes, found %d",
                           d->conditions, k->count);
    for (int i = 0; i < k->count; i++)
        TRY(condition_add_class(&k->list, i));
    return STATUS_OK;
}

static status open_captions(known_conditions *k, const data_identity *d)
{
    if (k->count > KNOWN_MOST_EXAMPLES)
        return status_fail(STATUS_FORMAT, "expected at most %d captions as examples, found %d",
                           KNOWN_MOST_EXAMPLES, k->count);
    TRY(vocabulary_open(&k->vocabulary, d->words ? d->words : "", d->conditions));
    status s = STATUS_OK;
    for (int i = 0; i < k->count && s == STATUS_OK; i++)
        s = known_add_text(k, &k->list, k->names[i], "examples");
    return s == STATUS_USAGE ? STATUS_FORMAT : s;
}

status known_open(known_conditions *k, int kind, data_identity *d)
{
    bool has = d->conditions > 0;
    *k = (known_conditions){ .kind = (condition_kind)kind, .list.table.size = d->conditions };
    if (has != (kind != CONDITION_NONE) || has != (d->examples != NULL) ||
        (d->words && kind != CONDITION_CAPTION))
        return status_fail(STATUS_FORMAT,
                           "its condition, %s, does not go with what it says of "
                           "classes and words",
                           choices[kind].name);
    if (!has)
        return STATUS_OK;
    TRY(copy_text(&k->words, &d->words));
    TRY(copy_text(&k->examples, &d->examples));
    TRY(split_lines(k, d->examples));
    return kind == CONDITION_LABEL ? open_classes(k, d) : open_captions(k, d);
}

void known_close(known_conditions *k)
{
    vocabulary_close(&k->vocabulary);
    condition_list_close(&k->list);
    free(k->names);
    free(k->lines);
    free(k->order);
    free(k->words);
    free(k->examples);
    *k = (known_conditions){ 0 };
}

int known_class(const known_conditions *k, const char *name)
{
    uint64_t number;
    for (int i = 0; k->kind == CONDITION_LABEL && i < k->count; i++)
        if (strcmp(k->names[i], name) == 0)
            return i;
    return k->kind == CONDITION_LABEL && text_to_u64(name, &number) && number < (uint64_t)k->count
               ? (int)number
               : -1;
}

status known_add_text(const known_conditions *k, condition_list *l, const char *words,
                      const char *where)
{
    char *normal;
    size_t length;
    const char *word;
    status s = caption_normalise(&normal, words, where);
    if (s != STATUS_OK)
        return s == STATUS_FORMAT ? STATUS_USAGE : s; /* a user gave it */
    const char *at = normal;
    s = caption_word(&at, &word, &length)
            ? condition_add_text(l, &k->vocabulary, normal)
            : status_fail(STATUS_USAGE, "%s: expected a text with words, got \"%s\"", where, words);
    free(normal);
    return s;
}
