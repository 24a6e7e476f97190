/* image/grid.c - draws the lines of a picture made of samples.
 *
 * SPDX-License-Identifier: MIT */
#include "image/grid.h"

#include <stdint.h>
#include <string.h>

#include "image/enlarge.h"
#include "math/pixel.h"

#include "base/banned.h"

/* n tiles of `size` pixels with pad between. */
static uint64_t side(int n, int size, int pad)
{
    return (uint64_t)n * (uint64_t)size + (uint64_t)(n - 1) * (uint64_t)pad;
}

status grid_check(const grid *g)
{
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
    uint64_t width = side(g->cols, g->width, g->pad), height = side(g->rows, g->height, g->pad);
    if (width > GRID_MOST_PIXELS / height)
        return status_fail(STATUS_USAGE,
                           "grid: expected at most %d pixels, got %d x %d samples of %d x %d with "
                           "%d between",
                           GRID_MOST_PIXELS, g->rows, g->cols, g->height, g->width, g->pad);
    return STATUS_OK;
}

/* The grid whose tiles are pairs. */
static grid of_pairs(const grid *g)
{
    grid tiles = *g;
    tiles.width = 2 * g->width + 1;
    return tiles;
}

status grid_check_pairs(const grid *g)
{
    const grid tiles = of_pairs(g);
    return grid_check(&tiles);
}

static const unsigned char gap_of_grid = 0, gap_of_pairs = 128;

/* Draws line y of sample i (channels, height, width) as pixels of interleaved channels. */
static void draw_sample(const grid_sheet *s, const float *samples, size_t i, size_t y,
                        unsigned char *bytes)
{
    size_t width = (size_t)s->width, plane = (size_t)s->tiles.height * width;
    size_t channels = (size_t)s->tiles.channels;
    const float *from = samples + i * channels * plane + y * width;
    for (size_t x = 0; x < width; x++)
        for (size_t c = 0; c < channels; c++)
            *bytes++ = pixel_byte(from[c * plane + x]);
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const grid_sheet *s = from;
    const grid *g = &s->tiles;
    size_t channels = (size_t)g->channels, cols = (size_t)g->cols;
    size_t tile = (size_t)g->width * channels, gap = (size_t)g->pad * channels;
    size_t pitch = (size_t)g->height + (size_t)g->pad;
    size_t row = (size_t)y / pitch, within = (size_t)y % pitch;
    memset(bytes, s->beside ? gap_of_pairs : gap_of_grid, cols * tile + (cols - 1) * gap);
    if (within >= (size_t)g->height)
        return;
    for (size_t i = row * cols; i < (row + 1) * cols; i++, bytes += tile + gap) {
        draw_sample(s, s->samples, i, within, bytes);
        if (s->beside)
            draw_sample(s, s->beside, i, within, bytes + ((size_t)s->width + 1) * channels);
    }
}

png_picture grid_picture(const grid_sheet *s)
{
    const grid *g = &s->tiles;
    return (png_picture){ .width = g->cols * g->width + (g->cols - 1) * g->pad,
                          .height = g->rows * g->height + (g->rows - 1) * g->pad,
                          .channels = g->channels,
                          .line = draw_line,
                          .from = s };
}

static status write_sheet(const char *path, const grid_sheet *s, int scale)
{
    png_picture p;
    TRY(grid_check(&s->tiles));
    const enlarged e = { grid_picture(s), scale };
    TRY(enlarge(&p, &e));
    return png_write(path, &p);
}

status grid_append_png(text *t, const grid *g, const float *samples)
{
    const grid_sheet s = { .tiles = *g, .width = g->width, .samples = samples };
    TRY(grid_check(g));
    const png_picture p = grid_picture(&s);
    return png_append(t, &p);
}

status grid_write_large_png(const char *path, const grid *g, int scale, const float *samples)
{
    return write_sheet(path, &(grid_sheet){ .tiles = *g, .width = g->width, .samples = samples },
                       scale);
}

status grid_write_png(const char *path, const grid *g, const float *samples)
{
    return grid_write_large_png(path, g, 1, samples);
}

status grid_write_pairs_png(const char *path, const grid *g, const float *samples,
                            const float *beside)
{
    return write_sheet(path, &(grid_sheet){ of_pairs(g), g->width, samples, beside }, 1);
}
