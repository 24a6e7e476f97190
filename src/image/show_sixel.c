/* image/show_sixel.c - sixel graphics of DEC's terminals (the VT340 and its followers):
 * https://vt100.net/docs/vt3xx-gp/chapter14.html
 *
 * A palette of at most 256 colours, in percent, then bands of six lines. In a band, each of its
 * colours has a row of characters, one for a column of six pixels, whose bits say which of them
 * have the colour, the lowest bit for the topmost; "!9x" repeats one nine times, "$" goes back to
 * the beginning of the band, "-" to the next one.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "image/palette.h"
#include "image/show.h"

#include "base/banned.h"

enum { BAND = 6 };

typedef struct canvas {
    const png_picture *picture;
    palette palette;
    unsigned char *line;
    unsigned char *numbers; /* (BAND, width) of colours */
    int lines;              /* of the band: the last one may have fewer */
    text out;
} canvas;

static void add_palette(canvas *c)
{
    const palette *p = &c->palette;
    /* Pixels are square, and those that are not drawn stay. */
    text_add(&c->out, "\033P0;1q\"1;1;%d;%d", c->picture->width, c->picture->height);
    for (int i = 0; i < p->count; i++)
        text_add(&c->out, "#%d;2;%d;%d;%d", i, p->percent[i][0], p->percent[i][1],
                 p->percent[i][2]);
}

static void add_run(text *t, int bits, int n)
{
    char sixel = (char)('?' + bits);
    if (n > 3)
        text_add(t, "!%d%c", n, sixel);
    else
        for (int i = 0; i < n; i++)
            text_add_bytes(t, &sixel, 1);
}

static int bits_at(const canvas *c, int colour, int x)
{
    int bits = 0;
    for (int i = 0; i < c->lines; i++)
        bits |= (c->numbers[(size_t)i * (size_t)c->picture->width + (size_t)x] == colour) << i;
    return bits;
}

/* Empty columns at the end are left out. */
static void add_row(canvas *c, int colour)
{
    int run = 0, last = 0;
    text_add(&c->out, "#%d", colour);
    for (int x = 0; x < c->picture->width; x++) {
        int bits = bits_at(c, colour, x);
        if (bits != last) {
            add_run(&c->out, last, run);
            run = 0;
        }
        last = bits;
        run++;
    }
    if (last != 0)
        add_run(&c->out, last, run);
}

static void read_band(canvas *c, int y, bool used[PALETTE_MOST])
{
    const png_picture *p = c->picture;
    c->lines = p->height - y < BAND ? p->height - y : BAND;
    for (int i = 0; i < c->lines; i++) {
        p->line(p->from, y + i, c->line);
        for (int x = 0; x < p->width; x++) {
            int number = palette_number(&c->palette, c->line + x * p->channels, p->channels);
            c->numbers[(size_t)i * (size_t)p->width + (size_t)x] = (unsigned char)number;
            used[number] = true;
        }
    }
}

static void add_band(canvas *c, int y)
{
    bool used[PALETTE_MOST] = { false };
    const char *between = "";
    read_band(c, y, used);
    for (int i = 0; i < c->palette.count; i++)
        if (used[i]) {
            text_add(&c->out, "%s", between);
            add_row(c, i);
            between = "$";
        }
    if (y + BAND < c->picture->height)
        text_add(&c->out, "-");
}

static status draw_all(canvas *c, show_sink to)
{
    TRY(palette_choose(&c->palette, c->picture, c->line));
    add_palette(c);
    for (int y = 0; y < c->picture->height; y += BAND) {
        add_band(c, y);
        TRY(show_flush(to, &c->out));
    }
    text_add(&c->out, "\033\\");
    return show_flush(to, &c->out);
}

static status draw(show_sink to, const png_picture *p, const show_screen *s)
{
    (void)s;
    canvas *c = calloc(1, sizeof *c);
    unsigned char *line = malloc((size_t)p->width * (size_t)p->channels);
    unsigned char *numbers = malloc((size_t)p->width * BAND);
    bool ready = c && line && numbers;
    if (ready) {
        c->picture = p;
        c->line = line;
        c->numbers = numbers;
    }
    status result = ready
                        ? draw_all(c, to)
                        : status_fail(STATUS_MEMORY, "out of memory for a picture on the terminal");
    if (ready)
        text_free(&c->out);
    free(c);
    free(line);
    free(numbers);
    return result;
}

const show_way show_sixel = { .choice = { "sixel", "sixel graphics, in at most 256 colours" },
                              .aspect = 1,
                              .draw = draw };
