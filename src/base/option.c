/* base/option.c - values of options from texts and back.
 *
 * SPDX-License-Identifier: MIT */
#include "base/option.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/json.h"

#include "base/banned.h"

static status out_of_range(const option_row *row, const char *what, const char *value)
{
    if (row->least < row->most) {
        char least[TEXT_NUMBER_SIZE], most[TEXT_NUMBER_SIZE];
        text_from_double(least, row->least);
        text_from_double(most, row->most);
        return status_fail(STATUS_USAGE, "--%s: expected %s from %s to %s, got \"%s\"", row->name,
                           what, least, most, value);
    }
    return status_fail(STATUS_USAGE, "--%s: expected %s, got \"%s\"", row->name, what, value);
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

/* ---- the types: how a value is read from a text, and written ---- */

static status set_flag(const option_row *row, void *at, const char *value)
{
    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return out_of_range(row, "true or false", value);
    *(bool *)at = strcmp(value, "true") == 0;
    return STATUS_OK;
}

static void get_flag(const option_row *row, const void *at, text *out)
{
    (void)row;
    text_add(out, "%s", *(const bool *)at ? "true" : "false");
}

static status set_int(const option_row *row, void *at, const char *value)
{
    int64_t i = 0;
    if (!text_to_i64(value, &i) || i < INT_MIN || i > INT_MAX || !in_range(row, (double)i))
        return out_of_range(row, "a whole number", value);
    *(int *)at = (int)i;
    return STATUS_OK;
}

static void get_int(const option_row *row, const void *at, text *out)
{
    (void)row;
    text_add(out, "%d", *(const int *)at);
}

static status set_u64(const option_row *row, void *at, const char *value)
{
    uint64_t u = 0;
    if (!text_to_u64(value, &u) || !in_range(row, (double)u))
        return out_of_range(row, "a whole number", value);
    *(uint64_t *)at = u;
    return STATUS_OK;
}

static void get_u64(const option_row *row, const void *at, text *out)
{
    (void)row;
    text_add(out, "%" PRIu64, *(const uint64_t *)at);
}

static status set_float(const option_row *row, void *at, const char *value)
{
    double d = 0;
    if (!text_to_double(value, &d) || !in_range(row, d))
        return out_of_range(row, "a number", value);
    *(double *)at = d;
    return STATUS_OK;
}

static void get_float(const option_row *row, const void *at, text *out)
{
    (void)row;
    if (!isnan(*(const double *)at))
        text_add_double(out, *(const double *)at);
}

/* The bytes of a unit: none or B, or k, M, G or T with B (of 1000) or iB (of 1024), in any letter
 * case, the B being optional. 0: unknown. */
static double unit_bytes(const char *unit)
{
    static const char letters[] = "kmgt";
    const char *letter = unit[0] ? strchr(letters, tolower((unsigned char)unit[0])) : NULL;
    const char *rest = letter ? unit + 1 : unit;
    bool binary = letter && tolower((unsigned char)rest[0]) == 'i';
    rest += binary;
    if (tolower((unsigned char)rest[0]) == 'b')
        rest++;
    double bytes = 1;
    for (const char *l = letters; letter && l <= letter; l++)
        bytes *= binary ? 1024 : 1000;
    return rest[0] == 0 ? bytes : 0;
}

static status set_bytes(const option_row *row, void *at, const char *value)
{
    char number[32] = "";
    double d = 0;
    size_t n = strspn(value, "0123456789."), gap = strspn(value + n, " ");
    double unit = unit_bytes(value + n + gap);
    memcpy(number, value, n < sizeof number ? n : 0);
    if (unit == 0 || !text_to_double(number, &d) || !in_range(row, d * unit))
        return status_fail(
            STATUS_USAGE,
            "--%s: expected a size such as 500M, 1.5G or 512MiB, at least %.0fM, got \"%s\"",
            row->name, row->least / 1e6, value);
    *(uint64_t *)at = (uint64_t)(d * unit);
    return STATUS_OK;
}

static void get_bytes(const option_row *row, const void *at, text *out)
{
    uint64_t bytes = *(const uint64_t *)at, unit = 1;
    size_t i = 0;
    (void)row;
    for (; i < 4 && bytes % (unit * 1000) == 0; i++)
        unit *= 1000;
    if (bytes > 0)
        text_add(out, "%" PRIu64 "%.*s", bytes / unit, i > 0, &"?kMGT"[i]);
}

static status set_text(const option_row *row, void *at, const char *value)
{
    if (value[0] == 0)
        return status_fail(STATUS_USAGE, "--%s: expected %s, got an empty text", row->name,
                           row->arg);
    *(const char **)at = value;
    return STATUS_OK;
}

static void get_text(const option_row *row, const void *at, text *out)
{
    (void)row;
    if (*(const char *const *)at)
        text_add(out, "%s", *(const char *const *)at);
}

static status set_choice(const option_row *row, void *at, const char *value)
{
    int i = find_choice(row, value);
    if (i < 0)
        return no_choice(row, value);
    *(int *)at = i;
    return STATUS_OK;
}

static void get_choice(const option_row *row, const void *at, text *out)
{
    text_add(out, "%s", row->choice(*(const int *)at)->name);
}

static status set_set(const option_row *row, void *at, const char *value)
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
    *(int *)at = set;
    return STATUS_OK;
}

static void get_set(const option_row *row, const void *at, text *out)
{
    int set = *(const int *)at;
    const char *between = "";
    if (set == 0)
        text_add(out, "none");
    for (int i = 0; row->choice(i); i++)
        if (set >> i & 1) {
            text_add(out, "%s%s", between, row->choice(i)->name);
            between = ",";
        }
}

static const struct {
    status (*set)(const option_row *row, void *at, const char *value);
    void (*get)(const option_row *row, const void *at, text *out);
    size_t size;
} types[] = {
    [OPTION_FLAG] = { set_flag, get_flag, sizeof(bool) },
    [OPTION_INT] = { set_int, get_int, sizeof(int) },
    [OPTION_U64] = { set_u64, get_u64, sizeof(uint64_t) },
    [OPTION_FLOAT] = { set_float, get_float, sizeof(double) },
    [OPTION_BYTES] = { set_bytes, get_bytes, sizeof(uint64_t) },
    [OPTION_TEXT] = { set_text, get_text, sizeof(const char *) },
    [OPTION_CHOICE] = { set_choice, get_choice, sizeof(int) },
    [OPTION_SET] = { set_set, get_set, sizeof(int) },
};

status option_set(const option_row *row, void *options, const char *value)
{
    return types[row->type].set(row, (char *)options + row->offset, value);
}

void option_get(const option_row *row, const void *options, text *out)
{
    types[row->type].get(row, (const char *)options + row->offset, out);
}

void option_copy(const option_row *row, const void *from, void *to)
{
    memcpy((char *)to + row->offset, (const char *)from + row->offset, types[row->type].size);
}

/* ---- tables ---- */

static bool is_initial(const option_row *row, const char *value)
{
    return row->initial && strcmp(row->initial, value) == 0;
}

bool option_is_initial(const option_row *row, const void *options)
{
    const void *at = (const char *)options + row->offset;
    union {
        uint64_t number;
        double real;
        const char *text;
    } initial = { 0 };
    if (row->type == OPTION_TEXT) {
        const char *value = *(const char *const *)at;
        return value ? is_initial(row, value) : !row->initial;
    }
    if (row->type == OPTION_BYTES && !row->initial)
        return *(const uint64_t *)at == 0;
    if (!row->initial || types[row->type].set(row, &initial, row->initial) != STATUS_OK)
        return false;
    return memcmp(&initial, at, types[row->type].size) == 0;
}

void option_add_json(text *t, const option_table *table, option_scope narrowest,
                     const void *options)
{
    for (size_t i = 0; i < table->count; i++) {
        text value = { 0 };
        if (table->rows[i].scope < narrowest)
            continue;
        option_get(&table->rows[i], options, &value);
        if (value.data && !(table->rows[i].sparse && is_initial(&table->rows[i], value.data)))
            json_add_string(t, table->rows[i].name, value.data);
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
        } else if (row->type == OPTION_BYTES) {
            *(uint64_t *)((char *)options + row->offset) = 0;
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

bool option_is_given(const option_settings *given, const char *name)
{
    for (size_t i = 0; i < given->count; i++)
        if (strcmp(given->items[i].row->name, name) == 0)
            return true;
    return false;
}

status option_read(const option_settings *given, const option_table *t, option_scope widest,
                   void *options)
{
    option_defaults(t, options);
    return option_apply(given, t, widest, options);
}

const option_row *option_find(const option_table *t, const char *name)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->rows[i].name, name) == 0)
            return &t->rows[i];
    return NULL;
}
