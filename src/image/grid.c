/* image/grid.c - the lines of a picture that is made of samples.
 *
 * SPDX-License-Identifier: MIT */
#include "image/grid.h"

#include <stdbool.h>
#include <string.h>

#include "base/size.h"
#include "image/png.h"

#include "base/banned.h"

/* n tiles of `size` pixels with pad between. */
static bool side(int n, int size, int pad, size_t *pixels)
{
    size_t gaps = 0;
    return size_mul((size_t)n, (size_t)size, pixels) &&
           size_mul((size_t)(n - 1), (size_t)pad, &gaps) && size_add(*pixels, gaps, pixels);
}

status grid_check(const grid *g)
{
    size_t width = 0, height = 0, pixels = 0;
    if (g->rows < 1 || g->cols < 1)
        return status_fail(STATUS_USAGE,
                           "grid: expected at least 1 row and 1 column, got %d and %d", g->rows,
                           g->cols);
    if (g->pad < 0)
        return status_fail(STATUS_USAGE, "grid: expected a padding of 0 or more pixels, got %d",
                           g->pad);
    if ((g->channels != 1 && g->channels != 3) || g->height < 1 || g->width < 1)
        return status_fail(STATUS_USAGE,
                           "grid: expected samples of 1 or 3 channels and at least 1 x 1 pixels, "
                           "got %d x %d x %d",
                           g->channels, g->height, g->width);
    if (!side(g->cols, g->width, g->pad, &width) || !side(g->rows, g->height, g->pad, &height) ||
        !size_mul(width, height, &pixels) || pixels > GRID_MOST_PIXELS)
        return status_fail(STATUS_USAGE,
                           "grid: expected at most %d pixels, got %d x %d samples of %d x %d with "
                           "%d between",
                           GRID_MOST_PIXELS, g->rows, g->cols, g->height, g->width, g->pad);
    return STATUS_OK;
}

typedef struct sheet {
    grid g;
    const float *samples;
} sheet;

/* Line y of one sample (channels, height, width), its channels side by side for each pixel. */
static void draw_sample(const grid *g, const float *sample, size_t y, unsigned char *bytes)
{
    size_t plane = (size_t)g->height * (size_t)g->width;
    const float *from = sample + y * (size_t)g->width;
    for (int x = 0; x < g->width; x++)
        for (int c = 0; c < g->channels; c++)
            *bytes++ = image_byte(from[(size_t)c * plane + (size_t)x]);
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const sheet *s = from;
    const grid *g = &s->g;
    size_t size = (size_t)g->channels * (size_t)g->height * (size_t)g->width;
    size_t tile = (size_t)g->width * (size_t)g->channels;
    size_t gap = (size_t)g->pad * (size_t)g->channels;
    size_t pitch = (size_t)g->height + (size_t)g->pad;
    size_t row = (size_t)y / pitch, within = (size_t)y % pitch;
    memset(bytes, 0, (size_t)g->cols * tile + (size_t)(g->cols - 1) * gap);
    if (within >= (size_t)g->height)
        return;
    const float *sample = s->samples + row * (size_t)g->cols * size;
    for (int col = 0; col < g->cols; col++, sample += size, bytes += tile + gap)
        draw_sample(g, sample, within, bytes);
}

status grid_write_png(const char *path, const grid *g, const float *samples)
{
    TRY(grid_check(g));
    const sheet s = { .g = *g, .samples = samples };
    const png_picture p = {
        .width = g->cols * g->width + (g->cols - 1) * g->pad,
        .height = g->rows * g->height + (g->rows - 1) * g->pad,
        .channels = g->channels,
        .line = draw_line,
        .from = &s,
    };
    return png_write(path, &p);
}
