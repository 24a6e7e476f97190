/* image/lettering.c - draws samples with words beneath them.
 *
 * SPDX-License-Identifier: MIT */
#include "image/lettering.h"

#include <string.h>

#include "base/utf8.h"
#include "image/font.h"

#include "base/banned.h"

/* GAP is above the words, MARGIN to the right of a line of the greatest length. */
enum { LEAST_LETTERS = 16, GAP = 2, MARGIN = 4, ELLIPSIS = 0x2026 };

/* ---- lines ---- */

/* A line: the next `letters` characters. */
typedef struct line {
    const char *at;
    int letters;
} line;

static bool is_space(char c)
{
    return c > 0 && c <= ' ';
}

static const char *skip_spaces(const char *s)
{
    while (is_space(*s))
        s++;
    return s;
}

/* Takes a line of at most `room` letters from *at; false at the end. A word that is longer than a
 * line is divided. */
static bool take_line(const char **at, int room, line *l)
{
    const char *s = skip_spaces(*at), *last_space = NULL;
    int before_space = 0;
    *l = (line){ s, 0 };
    for (; *s != 0 && l->letters < room; l->letters++) {
        if (is_space(*s)) {
            last_space = s;
            before_space = l->letters;
        }
        utf8_next(&s);
    }
    bool whole = *s == 0 || is_space(*s);
    if (!whole && last_space) {
        s = last_space;
        l->letters = before_space;
    }
    *at = s;
    return l->letters > 0;
}

static int letters_of(const grid *g)
{
    int letters = g->width / FONT_WIDTH;
    return letters < LEAST_LETTERS ? LEAST_LETTERS : letters;
}

static int count_lines(const char *words, int room)
{
    line l;
    int lines = 0;
    while (lines < LETTERING_MOST_LINES && take_line(&words, room, &l))
        lines++;
    return lines;
}

grid lettering_grid(const grid *g, const lettering *l)
{
    grid to = *g;
    int lines = 0, room = letters_of(g);
    for (int i = 0; i < l->count; i++) {
        int own = count_lines(l->words(l->from, i), room);
        lines = own > lines ? own : lines;
    }
    to.width = room * FONT_WIDTH + MARGIN;
    to.width = g->width < to.width ? to.width : g->width;
    to.height = g->height + GAP + lines * FONT_HEIGHT;
    return to;
}

/* ---- drawing ---- */

/* The sample at `to`, of a grid with words. */
typedef struct sheet {
    const grid *grid;
    float *to;
} sheet;

static float *pixel(const sheet *s, int channel, int y, int x)
{
    size_t row = (size_t)channel * (size_t)s->grid->height + (size_t)y;
    return s->to + row * (size_t)s->grid->width + x;
}

static void draw_letter(const sheet *s, uint32_t character, int top, int left)
{
    uint64_t rows = font_rows(character);
    for (int y = 0; y < FONT_HEIGHT; y++, rows <<= 8)
        for (int x = 0; x < FONT_WIDTH; x++)
            for (int c = 0; (rows >> (63 - x) & 1) && c < s->grid->channels; c++)
                *pixel(s, c, top + y, left + x) = 1;
}

static void draw_words(const sheet *s, const char *words, int top, int room)
{
    line l;
    for (int i = 0; i < LETTERING_MOST_LINES && take_line(&words, room, &l); i++) {
        bool cut = i == LETTERING_MOST_LINES - 1 && *skip_spaces(words) != 0;
        int letters = cut && l.letters == room ? room - 1 : l.letters;
        int y = top + i * FONT_HEIGHT;
        for (int k = 0; k < letters; k++)
            draw_letter(s, utf8_next(&l.at), y, k * FONT_WIDTH);
        if (cut)
            draw_letter(s, ELLIPSIS, y, letters * FONT_WIDTH);
    }
}

static void copy_sample(const sheet *s, const grid *g, const float *from)
{
    int left = (s->grid->width - g->width) / 2;
    for (int c = 0; c < g->channels; c++)
        for (int y = 0; y < g->height; y++, from += g->width)
            memcpy(pixel(s, c, y, left), from, (size_t)g->width * sizeof *from);
}

void lettering_draw(const grid *g, const lettering *l, const float *samples, float *out)
{
    const grid to = lettering_grid(g, l);
    size_t channels = (size_t)g->channels, from_size = channels * (size_t)(g->height * g->width);
    size_t to_size = channels * (size_t)(to.height * to.width);
    for (int i = 0; i < g->rows * g->cols; i++) {
        const sheet s = { &to, out + (size_t)i * to_size };
        for (size_t k = 0; k < to_size; k++)
            s.to[k] = -1;
        copy_sample(&s, g, samples + (size_t)i * from_size);
        if (i < l->count)
            draw_words(&s, l->words(l->from, i), g->height + GAP, letters_of(g));
    }
}
