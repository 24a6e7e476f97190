/* base/option.c - values of options from texts and back.
 *
 * SPDX-License-Identifier: MIT */
#include "base/option.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/json.h"

#include "base/banned.h"

static status out_of_range(const option_row *row, const char *value)
{
    static const char *const kinds[] = {
        [OPTION_FLAG] = "true or false", [OPTION_INT] = "a whole number",
        [OPTION_U64] = "a whole number", [OPTION_FLOAT] = "a number",
        [OPTION_TEXT] = "a text",        [OPTION_CHOICE] = "a name",
        [OPTION_SET] = "names",
    };
    if (row->least < row->most) {
        char least[TEXT_NUMBER_SIZE], most[TEXT_NUMBER_SIZE];
        text_from_double(least, row->least);
        text_from_double(most, row->most);
        return status_fail(STATUS_USAGE, "--%s: expected %s from %s to %s, got \"%s\"", row->name,
                           kinds[row->type], least, most, value);
    }
    return status_fail(STATUS_USAGE, "--%s: expected %s, got \"%s\"", row->name, kinds[row->type],
                       value);
}

static bool in_range(const option_row *row, double value)
{
    return row->least >= row->most || (value >= row->least && value <= row->most);
}

static status no_choice(const option_row *row, const char *value)
{
    const char *names[OPTION_MOST_CHOICES];
    text list = { 0 };
    int count = 0;
    for (; row->choice(count); count++) {
        assert(count < OPTION_MOST_CHOICES);
        names[count] = row->choice(count)->name;
        text_add(&list, "%s%s", count > 0 ? ", " : "", names[count]);
    }
    const char *near = text_nearest(value, names, (size_t)count, sizeof *names);
    status s = status_fail(STATUS_USAGE, "--%s: expected %s %s, got \"%s\"%s%s%s", row->name,
                           row->type == OPTION_SET ? "none or some of" : "one of",
                           list.data ? list.data : "", value, near ? ", did you mean " : "",
                           near ? near : "", near ? "?" : "");
    text_free(&list);
    return s;
}

/* The choice of that name; -1: there is none. */
static int find_choice(const option_row *row, const char *name)
{
    for (int i = 0; row->choice(i); i++)
        if (strcmp(row->choice(i)->name, name) == 0)
            return i;
    return -1;
}

static status set_choice(const option_row *row, int *at, const char *value)
{
    int i = find_choice(row, value);
    if (i < 0)
        return no_choice(row, value);
    *at = i;
    return STATUS_OK;
}

static status set_set(const option_row *row, int *at, const char *value)
{
    int set = 0;
    for (const char *next = value; strcmp(value, "none") != 0;) {
        char name[32] = "";
        size_t n = strcspn(next, ",");
        if (n < sizeof name)
            memcpy(name, next, n);
        int i = find_choice(row, name);
        if (i < 0)
            return no_choice(row, name[0] != 0 ? name : value);
        set |= 1 << i;
        if (next[n] == 0)
            break;
        next += n + 1;
    }
    *at = set;
    return STATUS_OK;
}

static void get_set(const option_row *row, int set, text *out)
{
    const char *between = "";
    if (set == 0)
        text_add(out, "none");
    for (int i = 0; row->choice(i); i++)
        if (set >> i & 1) {
            text_add(out, "%s%s", between, row->choice(i)->name);
            between = ",";
        }
}

status option_set(const option_row *row, void *options, const char *value)
{
    void *at = (char *)options + row->offset;
    int64_t i = 0;
    uint64_t u = 0;
    double d = 0;
    switch (row->type) {
    case OPTION_FLAG:
        if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            return out_of_range(row, value);
        *(bool *)at = strcmp(value, "true") == 0;
        return STATUS_OK;
    case OPTION_INT:
        if (!text_to_i64(value, &i) || i < INT_MIN || i > INT_MAX || !in_range(row, (double)i))
            return out_of_range(row, value);
        *(int *)at = (int)i;
        return STATUS_OK;
    case OPTION_U64:
        if (!text_to_u64(value, &u) || !in_range(row, (double)u))
            return out_of_range(row, value);
        *(uint64_t *)at = u;
        return STATUS_OK;
    case OPTION_FLOAT:
        if (!text_to_double(value, &d) || !in_range(row, d))
            return out_of_range(row, value);
        *(double *)at = d;
        return STATUS_OK;
    case OPTION_TEXT:
        if (value[0] == 0)
            return status_fail(STATUS_USAGE, "--%s: expected %s, got an empty text", row->name,
                               row->arg);
        *(const char **)at = value;
        return STATUS_OK;
    case OPTION_CHOICE:
        return set_choice(row, at, value);
    case OPTION_SET:
        return set_set(row, at, value);
    }
    return status_fail(STATUS_USAGE, "--%s: an option of an unknown type", row->name);
}

void option_get(const option_row *row, const void *options, text *out)
{
    const void *at = (const char *)options + row->offset;
    char number[TEXT_NUMBER_SIZE];
    switch (row->type) {
    case OPTION_FLAG:
        text_add(out, "%s", *(const bool *)at ? "true" : "false");
        break;
    case OPTION_INT:
        text_add(out, "%d", *(const int *)at);
        break;
    case OPTION_U64:
        text_add(out, "%" PRIu64, *(const uint64_t *)at);
        break;
    case OPTION_FLOAT:
        text_from_double(number, *(const double *)at);
        if (!isnan(*(const double *)at))
            text_add(out, "%s", number);
        break;
    case OPTION_TEXT:
        if (*(const char *const *)at)
            text_add(out, "%s", *(const char *const *)at);
        break;
    case OPTION_CHOICE:
        text_add(out, "%s", row->choice(*(const int *)at)->name);
        break;
    case OPTION_SET:
        get_set(row, *(const int *)at, out);
        break;
    }
}

void option_add_json(text *t, const option_table *table, option_scope narrowest,
                     const void *options)
{
    for (size_t i = 0; i < table->count; i++) {
        text value = { 0 };
        if (table->rows[i].scope < narrowest)
            continue;
        option_get(&table->rows[i], options, &value);
        if (value.data)
            json_add_member(t, table->rows[i].name, value.data);
        t->failed |= value.failed;
        text_free(&value);
    }
}

void option_defaults(const option_table *t, void *options)
{
    for (size_t i = 0; i < t->count; i++) {
        const option_row *row = &t->rows[i];
        if (row->initial) {
            status s = option_set(row, options, row->initial);
            assert(s == STATUS_OK);
            (void)s;
        } else if (row->type == OPTION_FLAG) {
            *(bool *)((char *)options + row->offset) = false;
        } else if (row->type == OPTION_FLOAT) {
            *(double *)((char *)options + row->offset) = NAN;
        } else {
            assert(row->type == OPTION_TEXT);
            *(const char **)((char *)options + row->offset) = NULL;
        }
    }
}

status option_apply(const option_settings *given, const option_table *t, option_scope widest,
                    void *options)
{
    for (size_t i = 0; i < given->count; i++) {
        const option_row *row = given->items[i].row;
        if (row >= t->rows && row < t->rows + t->count && row->scope <= widest)
            TRY(option_set(row, options, given->items[i].value));
    }
    return STATUS_OK;
}

const option_row *option_find(const option_table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->rows[i].name, name) == 0)
            return &t->rows[i];
    return NULL;
}
