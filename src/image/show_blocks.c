/* image/show_blocks.c - a cell shows two pixels, one above the other: the upper half block, in
 * colours of 24 bits or of the usual 256. Every terminal that has these colours shows it, in UTF-8.
 *
 * SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "image/show.h"

#include "base/banned.h"

/* Adds the parameters that set a colour; layer: 3 for characters, 4 for what is behind them. */
typedef void (*add_colour)(text *t, int layer, const unsigned char *rgb);

static void add_24_bits(text *t, int layer, const unsigned char *rgb)
{
    text_add(t, "%d8;2;%d;%d;%d", layer, rgb[0], rgb[1], rgb[2]);
}

/* ---- 256 colours: a cube of 6 x 6 x 6 and 24 greys, as xterm defines them ---- */

static const int steps[6] = { 0, 95, 135, 175, 215, 255 };
enum { CUBE = 16, GREYS = 232, MOST_GREY = 23 };

static int nearest_step(int value)
{
    int best = 0;
    for (int i = 1; i < 6; i++)
        if (abs(steps[i] - value) < abs(steps[best] - value))
            best = i;
    return best;
}

static int distance(const unsigned char *rgb, int r, int g, int b)
{
    return (rgb[0] - r) * (rgb[0] - r) + (rgb[1] - g) * (rgb[1] - g) + (rgb[2] - b) * (rgb[2] - b);
}

/* Grey i is 8 + 10 i. The nearest one is that which is nearest to the mean. */
static int nearest_grey(const unsigned char *rgb)
{
    int sum = rgb[0] + rgb[1] + rgb[2];
    int i = sum < 9 ? 0 : (sum - 9) / 30;
    return i < MOST_GREY ? i : MOST_GREY;
}

static int nearest_colour(const unsigned char *rgb)
{
    int r = nearest_step(rgb[0]), g = nearest_step(rgb[1]), b = nearest_step(rgb[2]);
    int i = nearest_grey(rgb), grey = 8 + 10 * i;
    bool closer = distance(rgb, grey, grey, grey) < distance(rgb, steps[r], steps[g], steps[b]);
    return closer ? GREYS + i : CUBE + 36 * r + 6 * g + b;
}

static void add_256(text *t, int layer, const unsigned char *rgb)
{
    text_add(t, "%d8;5;%d", layer, nearest_colour(rgb));
}

/* ---- lines ---- */

typedef struct pair {
    unsigned char above[3], below[3];
    bool has_below;
} pair;

static void take_pixel(unsigned char rgb[3], const unsigned char *line, int x, int channels)
{
    for (int c = 0; c < 3; c++)
        rgb[c] = line[x * channels + (channels == 3 ? c : 0)];
}

static void add_cell(text *t, add_colour add, const pair *p, const pair *last)
{
    bool above = !last || memcmp(p->above, last->above, 3) != 0;
    bool below = p->has_below && (!last || memcmp(p->below, last->below, 3) != 0);
    if (above || below) {
        text_add(t, "\033[");
        if (above)
            add(t, 3, p->above);
        if (above && below)
            text_add(t, ";");
        if (below)
            add(t, 4, p->below);
        text_add(t, "m");
    }
    text_add(t, "\342\226\200"); /* U+2580 */
}

/* Below the last of an odd number of lines is what the terminal has there. */
static void add_line(text *t, add_colour add, const unsigned char *lines[2], const png_picture *p)
{
    pair last = { .has_below = lines[1] != NULL };
    for (int x = 0; x < p->width; x++) {
        pair now = { .has_below = last.has_below };
        take_pixel(now.above, lines[0], x, p->channels);
        if (lines[1])
            take_pixel(now.below, lines[1], x, p->channels);
        add_cell(t, add, &now, x > 0 ? &last : NULL);
        last = now;
    }
    text_add(t, "\033[0m\n");
}

static status draw(show_sink to, const png_picture *p, add_colour add)
{
    text t = { 0 };
    size_t n = (size_t)p->width * (size_t)p->channels;
    unsigned char *lines = malloc(2 * n);
    status s = lines ? STATUS_OK : status_fail(STATUS_MEMORY, "out of memory for a line of pixels");
    for (int y = 0; y < p->height && s == STATUS_OK; y += 2) {
        const unsigned char *both[2] = { lines, y + 1 < p->height ? lines + n : NULL };
        p->line(p->from, y, lines);
        if (both[1])
            p->line(p->from, y + 1, lines + n);
        add_line(&t, add, both, p);
        s = show_flush(to, &t);
    }
    free(lines);
    text_free(&t);
    return s;
}

static status draw_blocks(show_sink to, const png_picture *p, const show_screen *s)
{
    (void)s;
    return draw(to, p, add_24_bits);
}

static status draw_colours(show_sink to, const png_picture *p, const show_screen *s)
{
    (void)s;
    return draw(to, p, add_256);
}

const show_way show_blocks = { .choice = { "blocks", "half blocks in 24-bit colours" },
                               .cell_width = 1,
                               .cell_height = 2,
                               .aspect = 1,
                               .draw = draw_blocks };

const show_way show_colours = { .choice = { "256", "half blocks in 256 colours" },
                                .cell_width = 1,
                                .cell_height = 2,
                                .aspect = 1,
                                .draw = draw_colours };
