/* cli/sample_asked.c - reads the classes and texts that the samples are to show.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/sample_asked.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/caption.h"
#include "cli/terminal.h"
#include "format/text_lines.h"

#include "base/banned.h"

enum { MOST_ASKED = 10000, MOST_SHOWN = 12, MOST_ON_WALKS = 1000000 };

#define AT(member) offsetof(asked_options, member)
static const option_row rows[] = {
    { .name = "label",
      .letter = 'l',
      .type = OPTION_TEXT,
      .offset = AT(label),
      .arg = "NAME",
      .help = "show this class in a row; may be repeated, and be a list such as 7,cat" },
    { .name = "label-grid",
      .type = OPTION_FLAG,
      .offset = AT(label_grid),
      .help = "show each class in a row of its own" },
    { .name = "text",
      .letter = 't',
      .type = OPTION_TEXT,
      .offset = AT(text),
      .arg = "TEXT",
      .help = "show what this text says in a row; may be repeated" },
    { .name = "texts",
      .type = OPTION_TEXT,
      .offset = AT(texts),
      .arg = "FILE",
      .help = "the same for each line of a file" },
};
const option_table asked_option_table = { rows, sizeof rows / sizeof *rows };

/* What is read from the options. */
typedef struct reading {
    wishes *wishes;
    const known_conditions *known;
    const char *ckpt;
    /* Words that the model has not learned, the first ones. */
    text strange;
    char *words[MOST_SHOWN];
    int word_count;
    bool has_more;
} reading;

static const char *const separators[] = { "", ", " };

/* Adds the names of the classes, the first ones of many. */
static void add_classes(text *t, const known_conditions *k)
{
    for (int i = 0; i < k->count && i < MOST_SHOWN; i++)
        text_add(t, "%s%s", separators[i > 0], k->names[i]);
    text_add(t, "%s", k->count > MOST_SHOWN ? ", ..." : "");
}

/* Fails with the text as the message, and frees it. */
static status refuse(text *t)
{
    status s = text_check(t);
    if (s == STATUS_OK)
        s = status_fail(STATUS_USAGE, "%s", t->data);
    text_free(t);
    return s;
}

/* ---- what a model can be asked for ---- */

/* Says what to ask the model for instead. */
static status check_kind(const reading *r, const char *option, condition_kind kind)
{
    const known_conditions *k = r->known;
    text t = { 0 };
    if (k->kind == kind)
        return STATUS_OK;
    text_add(&t, "--%s: %s", option, r->ckpt);
    if (k->kind == CONDITION_NONE) {
        text_add(&t,
                 " was trained without %s, so its samples cannot be chosen; gan train "
                 "--condition %s makes a generator that takes them",
                 kind == CONDITION_LABEL ? "classes" : "texts", condition_choice((int)kind)->name);
    } else if (k->kind == CONDITION_LABEL) {
        text_add(&t, " was trained with classes, not texts; give --label: ");
        add_classes(&t, k);
    } else {
        text_add(&t, " was trained with texts, not classes; give --text, such as \"%s\"",
                 k->names[0]);
    }
    return refuse(&t);
}

static status check_count(const reading *r, const char *option)
{
    return r->wishes->list.table.count <= MOST_ASKED
               ? STATUS_OK
               : status_fail(STATUS_USAGE, "--%s: expected at most %d in all", option, MOST_ASKED);
}

/* ---- classes ---- */

static status refuse_class(const reading *r, const char *name)
{
    const known_conditions *k = r->known;
    text t = { 0 };
    const char *nearest = text_nearest(name, k->names, (size_t)k->count, sizeof *k->names);
    text_add(&t, "--label: expected one of the %d classes of %s (", k->count, r->ckpt);
    add_classes(&t, k);
    text_add(&t, "), got \"%.100s\"", name);
    if (nearest)
        text_add(&t, ", did you mean %s?", nearest);
    return refuse(&t);
}

static status add_class(const reading *r, const char *name)
{
    int number = known_class(r->known, name);
    if (number < 0)
        return refuse_class(r, name);
    TRY(condition_add_class(&r->wishes->list, number));
    return check_count(r, "label");
}

/* A name may have commas. */
static status add_classes_of(const reading *r, const char *list)
{
    if (known_class(r->known, list) >= 0)
        return add_class(r, list);
    char *names = malloc(strlen(list) + 1);
    if (!names)
        return status_fail(STATUS_MEMORY, "out of memory");
    memcpy(names, list, strlen(list) + 1);
    status s = STATUS_OK;
    for (char *at = names, *next = names; s == STATUS_OK && next; at = next) {
        size_t length = strcspn(at, ",");
        next = at[length] != 0 ? at + length + 1 : NULL;
        at[length] = 0;
        s = add_class(r, at);
    }
    free(names);
    return s;
}

static status add_every_class(const reading *r)
{
    if (r->wishes->list.table.count > 0)
        return status_fail(STATUS_USAGE, "--label-grid shows every class; leave out --label");
    for (int i = 0; i < r->known->count; i++)
        TRY(condition_add_class(&r->wishes->list, i));
    return STATUS_OK;
}

/* ---- texts ---- */

static bool is_noted(const reading *r, const char *word)
{
    for (int i = 0; i < r->word_count; i++)
        if (strcmp(r->words[i], word) == 0)
            return true;
    return false;
}

/* Takes over a word that the model has not learned. */
static void note_word(reading *r, char *word)
{
    const vocabulary *v = &r->known->vocabulary;
    r->has_more |= r->word_count == MOST_SHOWN && !is_noted(r, word);
    if (r->word_count == MOST_SHOWN || is_noted(r, word)) {
        free(word);
        return;
    }
    const char *nearest = text_nearest(word, v->words, (size_t)v->count, sizeof *v->words);
    text_add(&r->strange, "%s\"%.60s\"", separators[r->word_count > 0], word);
    if (nearest)
        text_add(&r->strange, " (did you mean %s?)", nearest);
    r->words[r->word_count++] = word;
}

static status note_words(reading *r, const char *words, const char *where)
{
    char *normal;
    const char *word;
    size_t length;
    TRY(caption_normalise(&normal, words, where));
    status s = STATUS_OK;
    for (const char *at = normal; s == STATUS_OK && caption_word(&at, &word, &length);) {
        if (vocabulary_knows(&r->known->vocabulary, word, length))
            continue;
        char *copy = malloc(length + 1);
        if (!copy) {
            s = status_fail(STATUS_MEMORY, "out of memory");
            break;
        }
        memcpy(copy, word, length);
        copy[length] = 0;
        note_word(r, copy);
    }
    free(normal);
    return s;
}

static status add_text(reading *r, const char *words, const char *where)
{
    TRY(known_add_text(r->known, &r->wishes->list, words, where));
    TRY(check_count(r, "texts"));
    return note_words(r, words, where);
}

/* Empty lines are skipped. */
static status add_lines(reading *r, const char *path)
{
    text_lines t;
    int before = r->wishes->list.table.count;
    TRY(text_lines_open(&t, path));
    status s = text_lines_next(&t);
    for (; s == STATUS_OK && t.line; s = text_lines_next(&t)) {
        if (t.line[strspn(t.line, " \t")] == 0)
            continue;
        s = add_text(r, t.line, t.where);
        if (s != STATUS_OK)
            break;
    }
    if (s == STATUS_OK && r->wishes->list.table.count == before)
        s = status_fail(STATUS_FORMAT, "--texts: %s has no text", path);
    text_lines_close(&t);
    return s;
}

/* ---- the options ---- */

static status add_option(reading *r, const option_setting *o)
{
    const char *name = o->row->name;
    if (o->row == option_find(&asked_option_table, "label")) {
        TRY(check_kind(r, name, CONDITION_LABEL));
        return add_classes_of(r, o->value);
    }
    if (o->row == option_find(&asked_option_table, "text")) {
        TRY(check_kind(r, name, CONDITION_CAPTION));
        return add_text(r, o->value, "--text");
    }
    if (o->row == option_find(&asked_option_table, "texts")) {
        TRY(check_kind(r, name, CONDITION_CAPTION));
        return add_lines(r, o->value);
    }
    return STATUS_OK;
}

static void tell_strange_words(reading *r)
{
    text t = { 0 };
    if (r->strange.data) {
        text_add(&t, "not among the words of the training, so only their letters count: %s%s",
                 r->strange.data, r->has_more ? ", and others" : "");
        terminal_note(NULL, t.data ? t.data : r->strange.data);
    }
    text_free(&t);
}

static status read_options(reading *r, const option_settings *given)
{
    status s = STATUS_OK;
    for (size_t i = 0; i < given->count && s == STATUS_OK; i++)
        s = add_option(r, &given->items[i]);
    if (s == STATUS_OK && option_is_given(given, "label-grid")) {
        s = check_kind(r, "label-grid", CONDITION_LABEL);
        if (s == STATUS_OK)
            s = add_every_class(r);
    }
    if (s == STATUS_OK)
        tell_strange_words(r);
    for (int i = 0; i < r->word_count; i++)
        free(r->words[i]);
    text_free(&r->strange);
    return s;
}

/* The samples of the walks, each `walk` of them from one condition to the next. */
static status make_walks(wishes *w, int walk)
{
    const condition_table *of = &w->list.table;
    w->walks = of->count - 1;
    if ((int64_t)w->walks * walk > MOST_ON_WALKS)
        return status_fail(STATUS_USAGE,
                           "--interpolate: expected at most %d samples on the walks between "
                           "%d texts or classes, got %lld",
                           MOST_ON_WALKS, of->count, (long long)w->walks * walk);
    w->path.table.size = of->size;
    for (int i = 0; i < w->walks * walk; i++) {
        uint32_t from = (uint32_t)(i / walk);
        TRY(condition_add_between(&w->path, of, from, from + 1, (double)(i % walk) / (walk - 1)));
    }
    return STATUS_OK;
}

static status number_conditions(wishes *w, int count)
{
    w->ids = malloc((size_t)count * sizeof *w->ids);
    if (!w->ids)
        return status_fail(STATUS_MEMORY, "out of memory for %d conditions", count);
    for (int i = 0; i < count; i++)
        w->ids[i] = (uint32_t)i;
    return STATUS_OK;
}

status wishes_open(wishes *w, const option_settings *given, model *m, const char *ckpt, int cols,
                   int walk)
{
    reading r = { .wishes = w, .known = &m->known, .ckpt = ckpt };
    *w = (wishes){ .list.table.size = m->known.list.table.size };
    TRY(read_options(&r, given));
    if (w->list.table.count == 0) {
        model_ask(m, model_examples(m, cols));
        return STATUS_OK;
    }
    bool walks = walk > 0 && w->list.table.count > 1;
    if (walks)
        TRY(make_walks(w, walk));
    const condition_table *table = walks ? &w->path.table : &w->list.table;
    TRY(number_conditions(w, table->count));
    model_ask(m, (asked){ table, w->ids, table->count, walks ? 1 : cols });
    return STATUS_OK;
}

void wishes_close(wishes *w)
{
    condition_list_close(&w->list);
    condition_list_close(&w->path);
    free(w->ids);
    *w = (wishes){ 0 };
}

int wishes_rows(const wishes *w)
{
    return w->walks > 0 ? w->walks : w->list.table.count;
}
