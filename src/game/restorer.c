/* game/restorer.c - G on the tiles of a picture.
 *
 * SPDX-License-Identifier: MIT */
#include "game/restorer.h"

#include <stdint.h>
#include <string.h>

#include "game/saved.h"

#include "base/banned.h"

/* ---- the checkpoint ---- */

static status check_task(const restorer *r, const char *path)
{
    if (task_nth(r->model.options.task)->degrade)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s: its G makes samples from z, and restores no pictures: expected a "
                       "checkpoint of gan train --task",
                       path);
}

status restorer_check_scales(const restorer *r, bool scales, const char *path)
{
    const task *t = task_nth(r->model.options.task);
    if (t->scales == scales)
        return STATUS_OK;
    return status_fail(
        STATUS_USAGE,
        "%s: its G %s (--task %s), which is for gan %s: expected one of gan train --task %s", path,
        t->verb, t->choice.name, t->command, scales ? "upscale" : "colorize or inpaint");
}

static status read_weights(restorer *r, checkpoint *f, const generator_options *o)
{
    TRY(model_open_file(&r->model, f, o->ckpt));
    TRY(check_task(r, o->ckpt));
    player *p = &r->model.players[0];
    net *g = p->average.count > 0 && !o->no_ema ? &p->average : &p->net;
    r->g = g;
    TRY(net_tiling_of(g, &r->tiling, o->ckpt));
    net_plan(g, &r->weights, 1, NET_SAMPLES, false);
    TRY(arena_open(&r->weights));
    net_plan(g, &r->weights, 1, NET_SAMPLES, false);
    return model_read(&r->model, f);
}

status restorer_open(restorer *r, const generator_options *o, const compute *c)
{
    checkpoint f;
    *r = (restorer){ .compute = c };
    status s = read_weights(r, &f, o);
    checkpoint_close(&f);
    return s;
}

status restorer_open_net(restorer *r, const net *g, const compute *c, const char *name)
{
    *r = (restorer){ .compute = c, .g = g };
    return net_tiling_of(g, &r->tiling, name);
}

static void close_tile(restorer *r)
{
    net_close(&r->tile);
    r->tile = (net){ 0 };
}

void restorer_close(restorer *r)
{
    close_tile(r);
    arena_close(&r->arena);
    model_close(&r->model);
    arena_close(&r->weights);
    *r = (restorer){ 0 };
}

int restorer_channels(const restorer *r)
{
    return r->g->from.channels;
}

int restorer_results(const restorer *r)
{
    return r->g->to.channels;
}

int restorer_scale(const restorer *r)
{
    return r->tiling.scale;
}

size_t restorer_memory(const restorer *r)
{
    return r->weights.size + r->arena.size + compute_memory(r->compute);
}

/* ---- the size of tiles ---- */

static int round_to(int n, int step)
{
    return (n + step - 1) / step * step;
}

/* A direction in tiles of `own` pixels. The overlap is a multiple of the step, too. */
static restorer_axis axis_of(const net_tiling *t, int size, int own)
{
    restorer_axis a = { .size = size, .padded = round_to(size, t->step) };
    int margin = round_to(t->reach, t->step);
    a.own = round_to(own < a.padded ? own : a.padded, t->step);
    a.window = a.own < a.padded - 2 * margin ? a.own + 2 * margin : a.padded;
    a.count = (a.padded + a.own - 1) / a.own;
    return a;
}

static status open_tile(restorer *r, int height, int width)
{
    close_tile(r);
    return net_open(&r->tile, r->g->spec, (image_shape){ r->g->from.channels, height, width },
                    "--generator");
}

static void plan(restorer *r, arena *a)
{
    int scale = r->tiling.scale, channels = r->g->to.channels;
    net_plan(&r->tile, a, r->rows, NET_SAMPLES, false);
    r->given = arena_take(a, (size_t)r->rows * (size_t)r->tile.in, sizeof *r->given);
    r->band = arena_take(a, (size_t)(channels * r->y.own * scale) * (size_t)(r->x.size * scale),
                         sizeof *r->band);
}

static status measure_tile(restorer *r, int side, double *bytes)
{
    arena a = { 0 };
    TRY(open_tile(r, side, side));
    net_plan(&r->tile, &a, 1, NET_SAMPLES, false);
    *bytes = (double)a.used;
    return STATUS_OK;
}

/* The bytes that the net takes for a pixel of a tile: by the difference of two tiles, because its
 * weights take as much for any size. */
static status measure(restorer *r, double *per_pixel)
{
    int small = round_to(8, r->tiling.step), large = 3 * small;
    double less = 0, more = 0;
    TRY(measure_tile(r, small, &less));
    TRY(measure_tile(r, large, &more));
    *per_pixel = (more - less) / ((double)large * large - (double)small * small);
    return STATUS_OK;
}

/* A choice of tiles, and its costs. */
typedef struct choice {
    restorer_axis y, x;
    int rows;
    double memory, work; /* bytes; pixels that a thread computes */
} choice;

static choice choice_of(const restorer *r, restorer_axis y, restorer_axis x, double per_pixel)
{
    choice c = { .y = y, .x = x };
    double scale = r->tiling.scale, area = (double)y.window * x.window;
    c.rows = x.count < r->compute->threads ? x.count : r->compute->threads;
    c.rows = c.rows > 1 ? c.rows : 1;
    c.memory = c.rows * area * (per_pixel + 4.0 * r->g->from.channels) +
               4.0 * r->g->to.channels * scale * scale * y.own * x.size;
    int turns = (x.count + c.rows - 1) / c.rows;
    c.work = area * y.count * turns;
    return c;
}

/* The next number of tiles that is tried. */
static int next_count(int tiles)
{
    return tiles < 16 ? tiles + 1 : tiles + tiles / 4;
}

/* For numbers of tiles side by side, the highest that fit; of these the choice with the least work.
 * The smallest tiles are taken even if they do not fit. */
static choice choose(const restorer *r, int height, int width, double per_pixel, size_t memory)
{
    choice best = choice_of(r, axis_of(&r->tiling, height, RESTORER_LEAST),
                            axis_of(&r->tiling, width, RESTORER_LEAST), per_pixel);
    for (int across = 1; across <= width / RESTORER_LEAST + 1; across = next_count(across)) {
        restorer_axis x = axis_of(&r->tiling, width, (width + across - 1) / across);
        for (int down = 1; down <= height / RESTORER_LEAST + 1; down = next_count(down)) {
            restorer_axis y = axis_of(&r->tiling, height, (height + down - 1) / down);
            choice c = choice_of(r, y, x, per_pixel);
            if (c.memory > (double)memory)
                continue;
            if (c.work < best.work || best.memory > (double)memory)
                best = c;
            break;
        }
    }
    return best;
}

static status choose_tiles(restorer *r, int height, int width, const restorer_limits *limits)
{
    double per_pixel = 0;
    arena counted = { 0 };
    TRY(measure(r, &per_pixel));
    choice c = limits->tile > 0 ? choice_of(r, axis_of(&r->tiling, height, limits->tile),
                                            axis_of(&r->tiling, width, limits->tile), per_pixel)
                                : choose(r, height, width, per_pixel, limits->memory);
    TRY(open_tile(r, c.y.window, c.x.window));
    r->x = c.x;
    r->rows = c.rows;
    r->y = c.y;
    plan(r, &counted);
    TRY(arena_reopen(&r->arena, &counted));
    plan(r, &r->arena);
    r->limits = *limits;
    return STATUS_OK;
}

static bool fits(const restorer *r, int height, int width, const restorer_limits *limits)
{
    return r->arena.block && r->y.size == height && r->x.size == width &&
           r->limits.memory == limits->memory && r->limits.tile == limits->tile;
}

status restorer_fit(restorer *r, int height, int width, const restorer_limits *limits)
{
    if (!fits(r, height, width, limits)) {
        r->y.size = 0; /* until all is there */
        TRY(choose_tiles(r, height, width, limits));
    }
    if (!r->g->params) /* of a model without memory yet */
        return STATUS_OK;
    memcpy(r->tile.params, r->g->params, r->g->param_count * sizeof(float));
    memcpy(r->tile.buffers, r->g->buffers, r->g->buffer_count * sizeof(float));
    return STATUS_OK;
}

/* ---- tiles ---- */

/* Where the window of tile i begins: the overlap before it, but within the picture. */
static int window_of(const restorer_axis *a, int i)
{
    int margin = (a->window - a->own) / 2, last = a->padded - a->window;
    int begin = i * a->own - margin;
    return begin < 0 ? 0 : begin < last ? begin : last;
}

typedef struct filling {
    restorer *r;
    const unsigned char *planes;
    int band, first; /* of the tiles */
} filling;

/* Fills what G is given for a tile. */
static void fill_tile(const void *context, int row)
{
    const filling *f = context;
    const restorer *r = f->r;
    int top = window_of(&r->y, f->band), left = window_of(&r->x, f->first + row);
    int inside = r->x.size - left < r->x.window ? r->x.size - left : r->x.window;
    float *to = r->given + (ptrdiff_t)row * r->tile.in;
    for (int c = 0; c < r->tile.from.channels; c++)
        for (int y = 0; y < r->y.window; y++, to += r->x.window) {
            int at = top + y < r->y.size ? top + y : r->y.size - 1;
            const unsigned char *line =
                f->planes + ((ptrdiff_t)c * r->y.size + at) * r->x.size + left;
            r->compute->kernels->pixels(inside, line, to);
            for (int x = inside; x < r->x.window; x++)
                to[x] = to[inside - 1];
        }
}

/* Copies what counts of a tile's result into the band. */
static void keep_tile(const restorer *r, const float *result, int band, int tile)
{
    int scale = r->tiling.scale, width = r->x.size * scale, wide = r->x.window * scale;
    int top = (band * r->y.own - window_of(&r->y, band)) * scale;
    int left = (tile * r->x.own - window_of(&r->x, tile)) * scale, at = tile * r->x.own * scale;
    int lines = r->y.own * scale, window = r->y.window * scale;
    int columns = width - at < r->x.own * scale ? width - at : r->x.own * scale;
    lines = window - top < lines ? window - top : lines;
    for (int c = 0; c < r->tile.to.channels; c++)
        for (int y = 0; y < lines; y++)
            memcpy(r->band + ((ptrdiff_t)c * r->y.own * scale + y) * width + at,
                   result + ((ptrdiff_t)c * window + top + y) * wide + left,
                   (size_t)columns * sizeof *result);
}

void restorer_run(restorer *r, const unsigned char *planes, int i)
{
    const pass p = { .compute = r->compute };
    for (int first = 0; first < r->x.count; first += r->rows) {
        int n = r->x.count - first < r->rows ? r->x.count - first : r->rows;
        const filling f = { r, planes, i, first };
        team_run(r->compute->team, n, fill_tile, &f);
        const_view out = net_forward(&r->tile, &p, const_view_of(r->given, n, r->tile.in));
        for (int k = 0; k < n; k++)
            keep_tile(r, const_view_row(out, k), i, first + k);
    }
}

int restorer_band_of(const restorer *r, int y)
{
    return y / (r->y.own * r->tiling.scale);
}

const float *restorer_line(const restorer *r, int c, int y)
{
    int lines = r->y.own * r->tiling.scale;
    return r->band + ((ptrdiff_t)c * lines + y % lines) * (r->x.size * r->tiling.scale);
}
