/* image/smooth.c - the lines of an enlarged picture.
 *
 * SPDX-License-Identifier: MIT */
#include "image/smooth.h"

#include "base/banned.h"

void smooth_plan(smooth *s, arena *a, const picture *from, int scale)
{
    size_t channels = (size_t)from->channels;
    *s = (smooth){ .from = from, .height = from->height * scale, .width = from->width * scale };
    bicubic_plan(&s->y, a, from->height, s->height);
    bicubic_plan(&s->x, a, from->width, s->width);
    size_t width = (size_t)s->width * channels;
    s->row = arena_take(a, (size_t)from->width, sizeof *s->row);
    s->across = arena_take(a, width * (size_t)s->y.taps, sizeof *s->across);
    s->line = arena_take(a, width, sizeof *s->line);
    s->rows = arena_take(a, 1, sizeof *s->rows);
}

static float within(float x, float most)
{
    return x < 0 ? 0 : x < most ? x : most;
}

/* ---- rows of the source ---- */

/* Colours with alpha are multiplied by it: up to 255 * 255. */
static bool is_weighed(const picture *p, int c)
{
    return picture_has_alpha(p) && c < picture_colours(p);
}

static void read_row(const smooth *s, int c, int y)
{
    const picture *p = s->from;
    const unsigned char *from = picture_row(p, c, y);
    for (int x = 0; x < p->width; x++)
        s->row[x] = from[x];
    if (!is_weighed(p, c))
        return;
    const unsigned char *alpha = picture_row(p, p->channels - 1, y);
    for (int x = 0; x < p->width; x++)
        s->row[x] *= alpha[x];
}

static float *across_of(const smooth *s, int row, int c)
{
    return s->across + ((ptrdiff_t)(row % s->y.taps) * s->from->channels + c) * s->width;
}

/* What overshoots is cut off before it goes down the columns, as in Pillow, which keeps bytes. */
static void take_rows(const smooth *s, int end)
{
    for (; *s->rows < end; ++*s->rows)
        for (int c = 0; c < s->from->channels; c++) {
            float *across = across_of(s, *s->rows, c);
            float most = is_weighed(s->from, c) ? 255 * 255 : 255;
            read_row(s, c, *s->rows);
            bicubic_across(&s->x, s->row, across);
            for (int x = 0; x < s->width; x++)
                across[x] = within(across[x], most);
        }
}

/* ---- lines of the result ---- */

/* Alpha, and colours without it. */
static void divide_by_alpha(const smooth *s)
{
    int colours = picture_colours(s->from);
    float *alpha = s->line + (ptrdiff_t)colours * s->width;
    for (int x = 0; x < s->width; x++)
        alpha[x] = within(alpha[x], 255);
    for (int c = 0; c < colours; c++) {
        float *colour = s->line + (ptrdiff_t)c * s->width;
        for (int x = 0; x < s->width; x++)
            colour[x] = smooth_byte(alpha[x]) > 0 ? within(colour[x] / alpha[x], 255) : 0;
    }
}

const float *smooth_line(const smooth *s, int y)
{
    enum { MOST_TAPS = 4 };
    int first = s->y.first[y], channels = s->from->channels;
    take_rows(s, first + s->y.taps);
    for (int c = 0; c < channels; c++) {
        const float *rows[MOST_TAPS];
        float *line = s->line + (ptrdiff_t)c * s->width;
        for (int k = 0; k < s->y.taps; k++)
            rows[k] = across_of(s, first + k, c);
        bicubic_down(&s->y, y, rows, s->width, line);
    }
    if (picture_has_alpha(s->from)) {
        divide_by_alpha(s);
        return s->line;
    }
    for (ptrdiff_t i = 0; i < (ptrdiff_t)channels * s->width; i++)
        s->line[i] = within(s->line[i], 255);
    return s->line;
}

unsigned char smooth_byte(float x)
{
    return (unsigned char)(within(x, 255) + 0.5f);
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const smooth *s = from;
    const float *line = smooth_line(s, y);
    int channels = s->from->channels;
    for (int c = 0; c < channels; c++)
        for (int x = 0; x < s->width; x++)
            bytes[(ptrdiff_t)x * channels + c] = smooth_byte(line[(ptrdiff_t)c * s->width + x]);
}

png_picture smooth_png(const smooth *s)
{
    return (png_picture){ s->width, s->height, s->from->channels, draw_line, s, true };
}
