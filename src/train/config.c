/* train/config.c - the configuration of a run.
 *
 * SPDX-License-Identifier: MIT */
#include "train/config.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "game/phases.h"

#include "base/banned.h"

/* The tables, and the offset in train_options of the struct that each describes. */
static const struct part {
    const option_table *table;
    size_t offset;
} parts[] = {
    { &model_option_table, offsetof(train_options, model) },
    { &train_option_table, 0 },
    { &compute_option_table, offsetof(train_options, compute) },
};
enum { PART_COUNT = sizeof parts / sizeof *parts, MOST_OPTIONS = 64 };

/* The i-th option of all tables; NULL after the last. *part: its table. */
static const option_row *nth_option(size_t i, const struct part **part)
{
    for (*part = parts; *part < parts + PART_COUNT; (*part)++) {
        if (i < (*part)->table->count)
            return &(*part)->table->rows[i];
        i -= (*part)->table->count;
    }
    return NULL;
}

/* The number of an option; -1 if the row is in none of the tables. */
static int number_of(const option_row *row, const struct part **part)
{
    const option_row *r;
    for (int i = 0; (r = nth_option((size_t)i, part)); i++)
        if (r == row)
            return i;
    return -1;
}

static bool is_preset(const option_row *row)
{
    return row == preset_option_table.rows;
}

void config_defaults(train_config *c)
{
    *c = (train_config){ .group = { .ranks = 1 } };
    for (int i = 0; i < PART_COUNT; i++)
        option_defaults(parts[i].table, (char *)&c->options + parts[i].offset);
}

status config_find(const char *name, const option_row **row)
{
    const char *names[MOST_OPTIONS];
    const struct part *part;
    size_t count = 0;
    *row = option_find(&preset_option_table, name);
    names[count++] = preset_option_table.rows->name;
    for (const option_row *r; !*row && (r = nth_option(count - 1, &part)); count++) {
        names[count] = r->name;
        if (strcmp(name, r->name) == 0)
            *row = r;
    }
    if (*row)
        return STATUS_OK;
    const char *near = text_nearest(name, names, count, sizeof *names);
    return status_fail(STATUS_USAGE, "--%s: no such option%s%s%s", name,
                       near ? ", did you mean --" : "", near ? near : "", near ? "?" : "");
}

status config_set(train_config *c, const option_row *row, const char *value)
{
    const struct part *part;
    if (is_preset(row)) {
        int chosen = 0;
        TRY(option_set(row, &chosen, value));
        c->preset = preset_nth(chosen);
        return STATUS_OK;
    }
    int number = number_of(row, &part);
    assert(number >= 0 && number < MOST_OPTIONS);
    TRY(option_set(row, (char *)&c->options + part->offset, value));
    c->given |= UINT64_C(1) << number;
    return STATUS_OK;
}

/* Phases that say how many epochs they have make the run as long, unless --epochs does. */
static void follow_phases(train_config *c)
{
    const struct part *part;
    const option_row *row;
    phases p;
    if (config_find("epochs", &row) == STATUS_OK && !(c->given >> number_of(row, &part) & 1) &&
        c->options.model.phases && phases_parse(&p, c->options.model.phases) == STATUS_OK &&
        phases_epochs(&p) > 0)
        c->options.epochs = (int)phases_epochs(&p);
}

bool config_set_by_preset(train_config *c, const char *name, const char *value)
{
    const struct part *part;
    const option_row *row = preset_row(name);
    uint64_t bit = UINT64_C(1) << number_of(row, &part);
    if (c->given & ~c->by_preset & bit)
        return false;
    status set = config_set(c, row, value);
    assert(set == STATUS_OK);
    (void)set;
    c->by_preset |= bit;
    return true;
}

void config_set_preset(train_config *c, const preset *p)
{
    for (int i = 0; preset_setting_of(p, i).name; i++)
        config_set_by_preset(c, preset_setting_of(p, i).name, preset_setting_of(p, i).value);
    follow_phases(c);
}

void config_finish(train_config *c)
{
    if (c->preset) {
        config_set_preset(c, c->preset);
        c->source = c->preset->choice.name;
        c->chooses = c->preset->chooses;
    }
    follow_phases(c);
    c->preset = NULL;
}

status config_apply(train_config *c, const option_settings *given)
{
    const struct part *part;
    for (size_t i = 0; i < given->count; i++) {
        const option_setting *s = &given->items[i];
        if (is_preset(s->row) || number_of(s->row, &part) >= 0)
            TRY(config_set(c, s->row, s->value));
    }
    config_finish(c);
    return STATUS_OK;
}

config_origin config_origin_of(const train_config *c, const char *name, const option_row **row)
{
    const struct part *part;
    for (int i = 0; (*row = nth_option((size_t)i, &part)); i++) {
        if (strcmp((*row)->name, name) != 0)
            continue;
        return c->by_preset >> i & 1 ? ORIGIN_PRESET
               : c->given >> i & 1   ? ORIGIN_GIVEN
                                     : ORIGIN_DEFAULT;
    }
    return ORIGIN_GIVEN;
}

void config_add_value(const train_config *c, const option_row *row, text *out)
{
    const struct part *part;
    if (number_of(row, &part) >= 0)
        option_get(row, (const char *)&c->options + part->offset, out);
}

const option_row *config_preset_row(const train_config *c, int i, bool *more)
{
    const struct part *part;
    const option_row *row = nth_option((size_t)i, &part);
    *more = row != NULL;
    return row && row->scope == SCOPE_RUN && c->by_preset >> i & 1 ? row : NULL;
}

void config_copy_given(const train_config *c, option_scope scope, void *options)
{
    const struct part *part;
    const option_row *row;
    for (int i = 0; (row = nth_option((size_t)i, &part)); i++)
        if (row->scope == scope && c->given >> i & 1)
            option_copy(row, &c->options, options);
}
