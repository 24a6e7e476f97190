/* image/announced.c - reads what a terminal announces. Knows nothing of devices.
 *
 * SPDX-License-Identifier: MIT */
#include "image/announced.h"

#include <string.h>
#include <strings.h>

#include "base/banned.h"

typedef const char *(*variables)(const char *name);

static const char *value_of(variables v, const char *name)
{
    const char *value = v(name);
    return value ? value : "";
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static bool ends(const char *s, const char *with)
{
    size_t n = strlen(s), m = strlen(with);
    return n >= m && strcmp(s + n - m, with) == 0;
}

/* ---- the environment ---- */

/* Variables that suggest kitty's graphics. Only `sure` ones are believed without an answer: the
 * others are inherited by whatever is started from such a terminal. */
static const struct {
    const char *name, *value; /* NULL: any */
    bool sure;
} kitty_signs[] = {
    { "TERM", "xterm-kitty", true },      { "TERM", "xterm-ghostty", true },
    { "KITTY_WINDOW_ID", NULL, false },   { "TERM_PROGRAM", "ghostty", false },
    { "TERM_PROGRAM", "WezTerm", false }, { "KONSOLE_VERSION", NULL, false },
};

/* tmux and screen keep the variables of the terminal around them, but not its graphics, and show
 * kitty's question as a title. */
static bool is_within_another(variables v)
{
    const char *term = value_of(v, "TERM");
    return begins(term, "screen") || begins(term, "tmux");
}

static bool suggests_kitty(variables v, bool sure)
{
    for (size_t i = 0; i < sizeof kitty_signs / sizeof *kitty_signs; i++) {
        const char *value = value_of(v, kitty_signs[i].name), *wanted = kitty_signs[i].value;
        bool same = wanted ? strcmp(value, wanted) == 0 : value[0] != 0;
        if (same && (kitty_signs[i].sure || !sure))
            return !is_within_another(v);
    }
    return false;
}

static bool is_dumb(variables v)
{
    const char *term = value_of(v, "TERM");
    return term[0] == 0 || strcmp(term, "dumb") == 0 || value_of(v, "NO_COLOR")[0] != 0;
}

/* VT100 to VT525 have no colours, or are not set to them. */
static bool has_colours(variables v)
{
    const char *term = value_of(v, "TERM");
    return !(begins(term, "vt") && term[2] >= '0' && term[2] <= '9');
}

static bool has_24_bits(variables v)
{
    const char *colours = value_of(v, "COLORTERM");
    return strcmp(colours, "truecolor") == 0 || strcmp(colours, "24bit") == 0 ||
           ends(value_of(v, "TERM"), "-direct");
}

/* Terminals are in UTF-8 unless the locale names another encoding; "C" names none. */
static bool has_utf8(variables v)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    const char *locale = "";
    for (size_t i = 0; i < sizeof names / sizeof *names && locale[0] == 0; i++)
        locale = value_of(v, names[i]);
    const char *encoding = strchr(locale, '.');
    return !encoding || strncasecmp(encoding, ".utf-8", 6) == 0 ||
           strncasecmp(encoding, ".utf8", 5) == 0;
}

/* ---- the question ---- */

const char *announced_question(variables v)
{
    static const char attributes[] = "\033[c";
    static const char kitty_and_attributes[] = "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\\033[c";
    if (is_dumb(v) || strcmp(value_of(v, "TERM"), "linux") == 0)
        return NULL;
    return suggests_kitty(v, false) ? kitty_and_attributes : attributes;
}

/* ---- the answer ---- */

/* A sequence is ESC [ parameters, a letter; or ESC _ a text, ESC \. */
enum { GROUND, ESCAPE, PARAMETERS, STRING, STRING_ESCAPE };

static void keep(announced_answer *a, unsigned char byte)
{
    if (a->length < sizeof a->kept)
        a->kept[a->length] = (char)byte;
    a->length++;
}

/* True if the sequence was kept whole; it is then a text. */
static bool end_kept(announced_answer *a)
{
    bool whole = a->length < sizeof a->kept;
    a->kept[whole ? a->length : 0] = 0;
    return whole;
}

/* "?62;4;22": the first number is the kind of terminal, the others are what it knows. */
static void read_attributes(announced_answer *a)
{
    if (!end_kept(a) || a->kept[0] != '?')
        return;
    for (const char *s = strchr(a->kept, ';'); s; s = strchr(s + 1, ';'))
        a->sixel |= s[1] == '4' && (s[2] == ';' || s[2] == 0);
    a->complete = true;
}

/* "Gi=31;OK"; another text after the semicolon is an error. */
static void read_graphics(announced_answer *a)
{
    static const char yes[] = "Gi=31;OK";
    if (end_kept(a) && strcmp(a->kept, yes) == 0)
        a->kitty = true;
}

static int after_parameter(announced_answer *a, unsigned char byte)
{
    if (byte == 0x1b)
        return ESCAPE;
    if (byte < 0x20 || byte > 0x7e)
        return GROUND;
    if (byte < 0x40) {
        keep(a, byte);
        return PARAMETERS;
    }
    if (byte == 'c')
        read_attributes(a);
    return GROUND;
}

void announced_read(announced_answer *a, unsigned char byte)
{
    if (a->complete)
        return;
    switch (a->state) {
    case ESCAPE:
        a->length = 0;
        a->state = byte == '[' ? PARAMETERS : byte == '_' ? STRING : byte == 0x1b ? ESCAPE : GROUND;
        break;
    case PARAMETERS:
        a->state = after_parameter(a, byte);
        break;
    case STRING:
        if (byte == 0x1b)
            a->state = STRING_ESCAPE;
        else
            keep(a, byte);
        break;
    case STRING_ESCAPE:
        if (byte == '\\')
            read_graphics(a);
        a->length = 0;
        a->state = byte == '[' ? PARAMETERS : byte == 0x1b ? ESCAPE : GROUND;
        break;
    default:
        a->state = byte == 0x1b ? ESCAPE : GROUND;
    }
}

/* ---- the choice ---- */

const show_way *announced_way(variables v, const announced_answer *a, bool knows_cells)
{
    if (is_dumb(v))
        return &show_characters;
    if (a->kitty || (!a->complete && suggests_kitty(v, true)))
        return &show_kitty;
    if (a->sixel && knows_cells)
        return &show_sixel;
    if (!has_colours(v) || !has_utf8(v))
        return &show_characters;
    return has_24_bits(v) ? &show_blocks : &show_colours;
}
