/* cli/lines.c - texts in lines of at most so many columns, and words that a shell reads back.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/lines.h"

#include <string.h>

#include "base/banned.h"

/* The columns of n bytes: every byte but those that continue a character in UTF-8. */
static int columns(const char *s, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xc0) != 0x80;
    return count;
}

status lines_print(text *t, FILE *to)
{
    status s = text_check(t);
    if (s == STATUS_OK)
        fwrite(t->data, 1, t->length, to);
    text_free(t);
    return s;
}

int lines_columns(const char *s)
{
    return columns(s, strlen(s));
}

/* The length of the part of s that may not be broken: up to a space, in a spec one after a comma.
 */
static size_t part_length(const char *s, bool spec)
{
    size_t n = strcspn(s, " ");
    while (spec && s[n] != 0 && (n == 0 || s[n - 1] != ','))
        n += 1 + strcspn(s + n + 1, " ");
    return n;
}

static void add_parts(text *t, const char *s, bool spec, line_form f)
{
    int at = f.at;
    bool begun = false; /* a part is in this line */
    while (*s != 0) {
        size_t n = part_length(s, spec);
        int wide = columns(s, n);
        if (begun && at + 1 + wide > f.width) {
            text_add(t, "\n%*s", f.indent, "");
            at = f.indent;
        } else if (begun) {
            text_add(t, " ");
            at++;
        }
        begun = true;
        text_add_bytes(t, s, n);
        at += wide;
        s += n + strspn(s + n, " ");
    }
}

void lines_add(text *t, const char *s, line_form form)
{
    add_parts(t, s, false, form);
}

void lines_add_spec(text *t, const char *spec, line_form form)
{
    add_parts(t, spec, true, form);
}

/* The bytes of a line that keep their spaces. */
static size_t head_of(const char *line, size_t n, size_t indent)
{
    bool labelled = n > indent && indent > 0 && line[indent - 1] == ' ';
    return labelled ? indent : strspn(line, " ");
}

void lines_fold(text *t, const char *s, int indent, int width)
{
    for (size_t n; *s != 0; s += n + (s[n] == '\n')) {
        n = strcspn(s, "\n");
        size_t head = columns(s, n) > width ? head_of(s, n, (size_t)indent) : n;
        text_add_bytes(t, s, head);
        if (head < n) {
            text rest = { 0 };
            text_add_bytes(&rest, s + head, n - head);
            lines_add(t, rest.data ? rest.data : "", (line_form){ (int)head, indent, width });
            t->failed |= rest.failed;
            text_free(&rest);
        }
        text_add(t, "\n");
    }
}

/* Adds the word in the shell's $'...' form, with escapes for what a terminal would not show. */
static void add_escaped_word(text *t, const char *s)
{
    text_add(t, "$'");
    for (; *s != 0; s++) {
        unsigned char c = (unsigned char)*s;
        text_add(t, c < ' ' || c > '~' ? "\\x%02x" : c == '\'' || c == '\\' ? "\\%c" : "%c", c);
    }
    text_add(t, "'");
}

void lines_add_shell_word(text *t, const char *s)
{
    text shown = { 0 };
    text_add_shown(&shown, s);
    bool odd = shown.data && strcmp(shown.data, s) != 0;
    text_free(&shown);
    if (odd) {
        add_escaped_word(t, s);
        return;
    }
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./+,:@%=";
    if (s[0] != 0 && s[strspn(s, plain)] == 0) {
        text_add(t, "%s", s);
        return;
    }
    text_add(t, "'");
    for (; *s != 0; s++)
        text_add(t, *s == '\'' ? "'\\''" : "%c", *s);
    text_add(t, "'");
}
