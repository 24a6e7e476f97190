/* data/template.c - reads templates of captions and fills their gaps.
 *
 * SPDX-License-Identifier: MIT */
#include "data/template.h"

#include <stdlib.h>
#include <string.h>

#include "format/text_lines.h"

#include "base/banned.h"

static const char gap_of_class[] = "{class}";

static status out_of_memory(const char *path)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory", path);
}

/* The attribute whose gap is at s; ATTRIBUTES: none. */
static attribute gap_at(const char *s)
{
    for (int a = 0; a < ATTRIBUTES; a++) {
        size_t n = strlen(attribute_rows[a].name);
        if (s[0] == '{' && strncmp(s + 1, attribute_rows[a].name, n) == 0 && s[n + 1] == '}')
            return (attribute)a;
    }
    return ATTRIBUTES;
}

static bool is_class_at(const char *s)
{
    return strncmp(s, gap_of_class, sizeof gap_of_class - 1) == 0;
}

status template_is(const char *path, bool *is)
{
    text_lines t;
    *is = false;
    TRY(text_lines_open(&t, path));
    status s = text_lines_next(&t);
    while (s == STATUS_OK && t.line && !*is) {
        for (const char *at = t.line; !*is && (at = strchr(at, '{')); at++)
            *is = is_class_at(at) || gap_at(at) != ATTRIBUTES;
        s = text_lines_next(&t);
    }
    text_lines_close(&t);
    return *is ? STATUS_OK : s;
}

/* ---- lists of words ---- */

/* The words of a line "name: a, b": what is after the colon; NULL if it is no such line. */
static const char *list_of(const char *line, const char *name)
{
    size_t n = strlen(name);
    return strncmp(line, name, n) == 0 && line[n] == ':' ? line + n + 1 : NULL;
}

/* Splits a list at its commas into at most `most` words. */
static status read_words(char **words, int most, int *count, const char *list, const char *where)
{
    for (*count = 0;; list++) {
        list += strspn(list, " \t");
        size_t length = strcspn(list, ","), n = length;
        while (n > 0 && strchr(" \t", list[n - 1]))
            n--;
        if (n == 0)
            return status_fail(STATUS_FORMAT,
                               "%s: expected words with commas between them, got an empty one",
                               where);
        if (*count == most)
            return status_fail(STATUS_FORMAT, "%s: has more than %d words", where, most);
        words[*count] = strndup(list, n);
        if (!words[(*count)++])
            return out_of_memory(where);
        list += length;
        if (*list == 0)
            return STATUS_OK;
    }
}

static status repeated(const char *where, const char *name)
{
    return status_fail(STATUS_FORMAT, "%s: there is another line \"%s:\" above", where, name);
}

/* Reads the line if it is a list; *is says so. */
static status read_list(caption_template *t, const text_lines *l, bool *is)
{
    const char *list = list_of(l->line, "classes");
    int count = 0;
    *is = list != NULL;
    if (list)
        return t->class_count > 0
                   ? repeated(l->where, "classes")
                   : read_words(t->classes, TEMPLATE_MOST_CLASSES, &t->class_count, list, l->where);
    for (int a = 0; a < ATTRIBUTES && !*is; a++) {
        list = list_of(l->line, attribute_rows[a].name);
        *is = list != NULL;
        if (!list)
            continue;
        if (t->words[a][0])
            return repeated(l->where, attribute_rows[a].name);
        TRY(read_words(t->words[a], 2, &count, list, l->where));
        if (count != 2)
            return status_fail(STATUS_FORMAT, "%s: expected two words, for low and high, got one",
                               l->where);
    }
    return STATUS_OK;
}

/* ---- lines with gaps ---- */

static status find_gaps(template_line *line)
{
    for (const char *at = line->text; (at = strchr(at, '{')); at++) {
        attribute a = gap_at(at);
        if (a != ATTRIBUTES) {
            line->needs[a] = true;
        } else if (is_class_at(at)) {
            line->has_class = true;
        } else {
            size_t n = strcspn(at, "}");
            return status_fail(STATUS_FORMAT, "%s: expected {class}, {%s} or {%s}, got \"%.*s\"",
                               line->where, attribute_rows[0].name, attribute_rows[1].name,
                               (int)(n < 40 ? n + (at[n] != 0) : 40), at);
        }
    }
    return STATUS_OK;
}

static status add_line(caption_template *t, const text_lines *l)
{
    template_line line = { .text = strdup(l->line), .where = strdup(l->where) };
    template_line *more = realloc(t->lines, ((size_t)t->count + 1) * sizeof *more);
    if (more)
        t->lines = more;
    if (!more || !line.text || !line.where) {
        free(line.text);
        free(line.where);
        return out_of_memory(l->where);
    }
    status s = find_gaps(&line);
    t->lines[t->count++] = line;
    t->needs_class = t->needs_class || !line.has_class ? t->needs_class : line.where;
    for (int a = 0; a < ATTRIBUTES; a++)
        if (line.needs[a] && !t->needs_attributes)
            t->needs_attributes = line.where;
    return s;
}

static status read_line(caption_template *t, const text_lines *l)
{
    bool is_list;
    if (l->line[0] == '#' || l->line[strspn(l->line, " \t")] == 0)
        return STATUS_OK;
    TRY(read_list(t, l, &is_list));
    return is_list ? STATUS_OK : add_line(t, l);
}

static status check_lines(const caption_template *t, const char *path)
{
    static const int none[ATTRIBUTES] = { 0 };
    for (int i = 0; i < t->count; i++)
        if (template_applies(&t->lines[i], none))
            return STATUS_OK;
    return status_fail(STATUS_FORMAT,
                       "%s: expected a line that applies to every image, without {%s} and {%s}",
                       path, attribute_rows[0].name, attribute_rows[1].name);
}

status template_read(caption_template *t, const char *path)
{
    text_lines l;
    *t = (caption_template){ 0 };
    TRY(text_lines_open(&l, path));
    status s = text_lines_next(&l);
    while (s == STATUS_OK && l.line) {
        s = read_line(t, &l);
        if (s == STATUS_OK)
            s = text_lines_next(&l);
    }
    text_lines_close(&l);
    if (s == STATUS_OK)
        s = check_lines(t, path);
    if (s != STATUS_OK)
        template_free(t);
    return s;
}

void template_free(caption_template *t)
{
    for (int i = 0; i < t->count; i++) {
        free(t->lines[i].text);
        free(t->lines[i].where);
    }
    free(t->lines);
    for (int k = 0; k < t->class_count; k++)
        free(t->classes[k]);
    for (int a = 0; a < ATTRIBUTES; a++) {
        free(t->words[a][0]);
        free(t->words[a][1]);
    }
    *t = (caption_template){ 0 };
}

/* ---- filling ---- */

bool template_applies(const template_line *line, const int levels[ATTRIBUTES])
{
    for (int a = 0; a < ATTRIBUTES; a++)
        if (line->needs[a] && levels[a] == 0)
            return false;
    return true;
}

static const char *word_of(const caption_template *t, attribute a, int level)
{
    const char *own = t->words[a][level > 0];
    return own ? own : level > 0 ? attribute_rows[a].high : attribute_rows[a].low;
}

void template_fill(text *out, const caption_template *t, const template_line *line,
                   const char *name, const int levels[ATTRIBUTES])
{
    for (const char *at = line->text; *at;) {
        attribute a = gap_at(at);
        size_t plain = 1 + strcspn(at + 1, "{");
        if (a != ATTRIBUTES) {
            text_add(out, "%s", word_of(t, a, levels[a]));
            at = strchr(at, '}') + 1;
        } else if (is_class_at(at)) {
            text_add(out, "%s", name);
            at += sizeof gap_of_class - 1;
        } else {
            text_add_bytes(out, at, plain);
            at += plain;
        }
    }
}
