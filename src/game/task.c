/* game/task.c - the table of tasks, and how each makes a picture poorer.
 *
 * SPDX-License-Identifier: MIT */
#include "game/task.h"

#include <limits.h>
#include <string.h>

#include "data/fit.h"
#include "math/random.h"

#include "base/banned.h"

static int plane(image_shape s)
{
    return s.height * s.width;
}

/* ---- upscale: the picture, `scale` times smaller ---- */

static image_shape smaller(image_shape s, int scale)
{
    return (image_shape){ s.channels, s.height / scale, s.width / scale };
}

static void shrink(const degrader *d, int row, const uint32_t words[4],
                   const unsigned char *picture, unsigned char *poor)
{
    unsigned char *lines = d->lines + (ptrdiff_t)row * d->from.height * d->to.width;
    (void)words;
    for (int c = 0; c < d->from.channels; c++)
        bicubic_bytes(&d->down, &d->across, picture + c * plane(d->from), lines,
                      poor + c * plane(d->to));
}

/* ---- colorize: its luma ---- */

static image_shape one_channel(image_shape s, int scale)
{
    (void)scale;
    return (image_shape){ 1, s.height, s.width };
}

static void drop_colour(const degrader *d, int row, const uint32_t words[4],
                        const unsigned char *picture, unsigned char *poor)
{
    int n = plane(d->from);
    (void)row;
    (void)words;
    for (int i = 0; i < n; i++)
        poor[i] = fit_grey((rgb){ picture[i], picture[n + i], picture[2 * n + i] });
}

/* ---- inpaint: the picture with a hole, and where the hole is ---- */

static image_shape one_more_channel(image_shape s, int scale)
{
    (void)scale;
    return (image_shape){ s.channels + 1, s.height, s.width };
}

/* A hole along one side of so many pixels: a quarter to a half of it, anywhere. */
typedef struct gap {
    int begin, end;
} gap;

static gap gap_of(int side, uint32_t length_word, uint32_t place_word)
{
    int least = (side + 3) / 4, length = least + random_scaled(length_word, side / 2 - least + 1);
    int begin = random_scaled(place_word, side - length + 1);
    return (gap){ begin, begin + length };
}

static void make_hole(const degrader *d, int row, const uint32_t words[4],
                      const unsigned char *picture, unsigned char *poor)
{
    int n = plane(d->from), width = d->from.width, channels = d->from.channels;
    gap down = gap_of(d->from.height, words[0], words[1]);
    gap across = gap_of(width, words[2], words[3]);
    unsigned char *mask = poor + channels * n;
    (void)row;
    memcpy(poor, picture, (size_t)channels * (size_t)n);
    memset(mask, 0, (size_t)n);
    for (int y = down.begin; y < down.end; y++)
        for (int x = across.begin; x < across.end; x++) {
            int i = y * width + x;
            for (int c = 0; c < channels; c++)
                poor[c * n + i] = TASK_HOLE;
            mask[i] = UCHAR_MAX;
        }
}

static const task tasks[] = {
    { .choice = { "none", "samples, from z" } },
    { .choice = { "upscale", "large pictures, from small ones (Ledig 2017)" },
      .verb = "enlarges pictures",
      .command = "upscale",
      .trial = "made smaller by the bicubic filter and enlarged again",
      .scales = true,
      .poorer = smaller,
      .degrade = shrink },
    { .choice = { "colorize", "pictures in colour, from grey ones" },
      .verb = "colours grey pictures",
      .trial = "made grey and coloured again",
      .command = "restore",
      .needs_colour = true,
      .poorer = one_channel,
      .degrade = drop_colour },
    { .choice = { "inpaint", "whole pictures, from ones with a hole" },
      .verb = "fills holes in pictures",
      .trial = "with a hole in each, which is filled",
      .command = "restore",
      .poorer = one_more_channel,
      .degrade = make_hole },
};

const task *task_nth(int i)
{
    return &tasks[i];
}

const option_choice *task_choice(int i)
{
    return i < (int)(sizeof tasks / sizeof *tasks) ? &tasks[i].choice : NULL;
}

image_shape task_poorer(int kind, image_shape picture, int scale)
{
    return tasks[kind].poorer(picture, scale);
}

void degrader_plan(degrader *d, arena *a, int kind, int scale, image_shape picture, int rows)
{
    const task *t = task_nth(kind);
    image_shape to = t->poorer(picture, scale);
    *d = (degrader){ .task = t, .from = picture, .to = to, .scale = scale };
    d->bytes = arena_take(a, (size_t)rows * (size_t)shape_size(to), 1);
    if (!t->scales)
        return;
    d->lines = arena_take(a, (size_t)rows * (size_t)(picture.height * to.width), 1);
    bicubic_plan(&d->across, a, picture.width, to.width);
    bicubic_plan(&d->down, a, picture.height, to.height);
}

typedef struct degrading {
    const degrader *degrader;
    const kernels *kernels;
    random_stream stream;
    int first;
    const unsigned char *pictures;
    float *poor;
} degrading;

/* Row `row` of d->bytes = the copy of that picture, for row first + `row` of the stream. */
static unsigned char *copy_row(const degrading *g, int row)
{
    const degrader *d = g->degrader;
    unsigned char *bytes = d->bytes + (ptrdiff_t)row * shape_size(d->to);
    uint32_t words[4];
    g->kernels->words(g->stream, g->first + row, 0, 4, words);
    d->task->degrade(d, row, words, g->pictures + (ptrdiff_t)row * shape_size(d->from), bytes);
    return bytes;
}

static void degrade_row(const void *context, int row)
{
    const degrading *g = context;
    int size = shape_size(g->degrader->to);
    g->kernels->pixels(size, copy_row(g, row), g->poor + (ptrdiff_t)row * size);
}

const unsigned char *degrader_copy(const degrader *d, const compute *c, random_stream s, int row,
                                   const unsigned char *picture)
{
    const degrading g = { d, c->kernels, s, row, picture, NULL };
    return copy_row(&g, 0);
}

void degrader_run(const degrader *d, const compute *c, random_stream s, int first, int n,
                  const unsigned char *pictures, float *poor)
{
    degrading g = { d, c->kernels, s, first, pictures, poor };
    team_run(c->team, n, degrade_row, &g);
}
