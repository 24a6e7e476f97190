/* image/screen_fit.c - chooses the factor and the tiles, and draws the lines.
 *
 * SPDX-License-Identifier: MIT */
#include "image/screen_fit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- choosing ---- */

static int divide_up(int a, int b)
{
    return (a - 1) / b + 1;
}

/* How many tiles fit, with the gap between them. */
static int count_fitting(int room, int tile, int gap)
{
    return (int)(((int64_t)room + gap) / ((int64_t)tile + gap));
}

/* Sets the sizes for squares of `scale` pixels, or for means of shrink x shrink pixels. */
static void use_factor(screen_fit *f, const screen_limits *l, int scale, int shrink, int gap)
{
    const show_subject *s = f->from;
    bool halves = l->aspect == 2 && scale > 1; /* a square is half as many pixels high */
    f->box_width = shrink;
    f->box_height = halves ? 1 : shrink * l->aspect;
    f->repeat_width = scale;
    f->repeat_height = halves ? scale / 2 : scale;
    f->tile_width = divide_up(s->tile_width, f->box_width);
    f->tile_height = divide_up(s->tile_height, f->box_height);
    f->gap = gap;
    f->cols = count_fitting(l->width / f->repeat_width, f->tile_width, gap);
    f->rows = count_fitting(l->height / f->repeat_height, f->tile_height, gap);
    f->cols = f->cols < s->cols ? f->cols : s->cols;
    f->rows = f->rows < s->rows ? f->rows : s->rows;
}

static bool holds_all(const screen_fit *f)
{
    return f->rows == f->from->rows && f->cols == f->from->cols;
}

static int longer_side(const show_subject *s)
{
    return s->tile_width > s->tile_height ? s->tile_width : s->tile_height;
}

static bool enlarges(screen_fit *f, const screen_limits *l)
{
    for (int scale = l->most_scale; scale > 0; scale--) {
        if (l->aspect == 2 && scale > 1 && scale % 2 != 0)
            continue;
        use_factor(f, l, scale, 1, f->from->gap);
        if (holds_all(f))
            return true;
    }
    return false;
}

/* Returns false if there is no room for one tile. */
static bool choose(screen_fit *f, const screen_limits *l)
{
    int side = longer_side(f->from), gap = f->from->gap > 0 ? 1 : 0, shrink = 1;
    if (enlarges(f, l))
        return true;
    for (;; shrink++) {
        use_factor(f, l, 1, shrink, gap);
        if (holds_all(f))
            return true;
        if (divide_up(side, shrink + 1) < SCREEN_FIT_LEAST)
            break;
    }
    for (; divide_up(side, shrink) >= SCREEN_FIT_SEEN; shrink++) {
        use_factor(f, l, 1, shrink, gap);
        if (f->rows > 0 && f->cols > 0)
            return true;
    }
    return false;
}

/* ---- drawing ---- */

/* Adds line y of the subject to the sums, tile by tile. */
static void add_line(const screen_fit *f, int y)
{
    const show_subject *s = f->from;
    size_t channels = (size_t)s->picture.channels;
    s->picture.line(s->picture.from, y, f->line);
    for (int col = 0; col < f->cols; col++) {
        const unsigned char *from =
            f->line + (size_t)col * (size_t)(s->tile_width + s->gap) * channels;
        uint64_t *to = f->sums + (size_t)col * (size_t)(f->tile_width + f->gap) * channels;
        for (int x = 0; x < s->tile_width; x++)
            for (size_t c = 0; c < channels; c++)
                to[(size_t)(x / f->box_width) * channels + c] += *from++;
    }
}

/* The pixels of the subject in pixel x of a tile: fewer at its right edge. */
static uint64_t pixels_in(const screen_fit *f, int x, int lines)
{
    int rest = f->from->tile_width - x * f->box_width;
    return (uint64_t)(rest < f->box_width ? rest : f->box_width) * (uint64_t)lines;
}

static unsigned char *put_pixel(const screen_fit *f, const unsigned char *pixel, unsigned char *to)
{
    size_t channels = (size_t)f->picture.channels;
    for (int i = 0; i < f->repeat_width; i++, to += channels)
        memcpy(to, pixel, channels);
    return to;
}

static unsigned char *put_gap(const screen_fit *f, unsigned char *to)
{
    size_t n = (size_t)f->gap * (size_t)f->repeat_width * (size_t)f->picture.channels;
    memset(to, 0, n);
    return to + n;
}

static void put_means(const screen_fit *f, int lines, unsigned char *to)
{
    size_t channels = (size_t)f->picture.channels;
    const uint64_t *sum = f->sums;
    for (int col = 0; col < f->cols; col++, sum += (size_t)f->gap * channels) {
        to = col > 0 ? put_gap(f, to) : to;
        for (int x = 0; x < f->tile_width; x++) {
            unsigned char pixel[4] = { 0 };
            uint64_t n = pixels_in(f, x, lines);
            for (size_t c = 0; c < channels; c++)
                pixel[c] = (unsigned char)((*sum++ + n / 2) / n);
            to = put_pixel(f, pixel, to);
        }
    }
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const screen_fit *f = from;
    const show_subject *s = f->from;
    int pitch = f->tile_height + f->gap, row = y / f->repeat_height;
    int within = row % pitch, first = within * f->box_height;
    size_t channels = (size_t)f->picture.channels;
    if (within >= f->tile_height) {
        memset(bytes, 0, (size_t)f->picture.width * channels);
        return;
    }
    int lines = s->tile_height - first < f->box_height ? s->tile_height - first : f->box_height;
    memset(f->sums, 0,
           (size_t)f->cols * (size_t)(f->tile_width + f->gap) * channels * sizeof *f->sums);
    for (int i = 0; i < lines; i++)
        add_line(f, row / pitch * (s->tile_height + s->gap) + first + i);
    put_means(f, lines, bytes);
}

status screen_fit_open(screen_fit *f, const show_subject *from, const screen_limits *l)
{
    *f = (screen_fit){ .from = from };
    if (!choose(f, l))
        return STATUS_OK;
    size_t channels = (size_t)from->picture.channels;
    size_t width = (size_t)f->cols * (size_t)(f->tile_width + f->gap);
    f->line = malloc((size_t)from->picture.width * channels);
    f->sums = calloc(width * channels, sizeof *f->sums);
    if (!f->line || !f->sums) {
        screen_fit_close(f);
        return status_fail(STATUS_MEMORY, "out of memory for a picture on the terminal");
    }
    f->picture = (png_picture){
        .width = (f->cols * (f->tile_width + f->gap) - f->gap) * f->repeat_width,
        .height = (f->rows * (f->tile_height + f->gap) - f->gap) * f->repeat_height,
        .channels = from->picture.channels,
        .line = draw_line,
        .from = f,
    };
    return STATUS_OK;
}

void screen_fit_close(screen_fit *f)
{
    free(f->line);
    free(f->sums);
    *f = (screen_fit){ 0 };
}
