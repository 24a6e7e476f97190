/* math/convolve_gradient.c - the gradients of a convolution's weights and biases.
 *
 * The gradient of the weights is a product too: rows are taps, columns are maps, and the sum runs
 * over the places of the windows in all images. A task is some channels of the images by some maps,
 * or a part of their taps, and goes through all images, so that each element has one owner and one
 * order.
 *
 * With few channels and kernels four wide, lanes run over taps instead: nothing is transposed, and
 * the maps are read in place.
 *
 * SPDX-License-Identifier: MIT */
#include "math/convolve.h"

#include <string.h>

#include "math/whole.h"
#include "math/windows.h"

#include "base/banned.h"

/* ---- the gradient of the weights ---- */

typedef struct gradient {
    const compute *compute;
    const convolution *g;
    windows windows;
    cut cut;
    int channels, maps; /* of a task */
    int parts;          /* into which tasks cut the taps of their channels */
    bool goes_on;
    const_view images, dmaps;
    float *dw;
} gradient;

/* own->panels = the gradients by some maps at these places, as (places, maps); images outermost. */
static void pack_maps(const gradient *d, const region *r, int map, int maps, span y, span x,
                      scratch *own)
{
    const kernels *kern = d->compute->kernels;
    int size = d->g->map_height * d->g->map_width, places = y.count * x.count;
    for (int j = 0; j < maps; j += kern->tile_cols) {
        int cols = least(kern->tile_cols, maps - j), width = round_up(cols, kern->lanes);
        float *panel = own->panels + (ptrdiff_t)j * places * r->images;
        for (int i = 0; i < r->images; i++)
            kern->pack(places, cols,
                       (strided){ const_view_row(d->dmaps, r->image + i) +
                                      (ptrdiff_t)(map + j) * size +
                                      (ptrdiff_t)y.first * d->g->map_width + x.first,
                                  1, size },
                       panel + (ptrdiff_t)i * places * width);
    }
}

/* The result of a task: the taps first .. first+taps-1 of some channels by some maps. */
typedef struct portion {
    int channel, channels, first, taps, map, maps;
} portion;

static portion portion_of(const gradient *d, int task)
{
    int across = ceil_div(d->g->maps, d->maps), part = task % d->parts;
    portion o = { .channel = task / d->parts / across * d->channels,
                  .map = task / d->parts % across * d->maps };
    o.channels = least(d->channels, d->g->channels - o.channel);
    o.maps = least(d->maps, d->g->maps - o.map);
    int taps = o.channels * d->g->kernel * d->g->kernel;
    o.first = taps * part / d->parts;
    o.taps = taps * (part + 1) / d->parts - o.first;
    return o;
}

/* own->result (taps, maps) = the terms of these places, added to the sums so far if `add`. */
static void add_places(const gradient *d, region r, const portion *o, span y, span x, scratch *own,
                       bool add)
{
    const kernels *kern = d->compute->kernels;
    int cols = round_up(o->maps, kern->lanes);
    windows_fill(kern, &d->windows, &r, d->images, own);
    int places = r.images * y.count * x.count;
    const float *first = windows_places(&d->windows, &r, 0, 0, y, x, own);
    windows_taps(&d->windows, &r, 0, 0, own);
    pack_maps(d, &r, o->map, o->maps, y, x, own);
    kern->product_placed(o->taps, cols, places,
                         (placed){ first, own->taps + o->first, own->places, 0 },
                         (panels){ own->panels, 0, (ptrdiff_t)kern->tile_cols * places, 0, NULL },
                         own->result, cols, add);
}

/* The portion's place in dw, (maps, taps): */
static view place_of(const gradient *d, const portion *o)
{
    int square = d->g->kernel * d->g->kernel, row = d->g->channels * square;
    float *dw = d->dw + (ptrdiff_t)o->map * row + (ptrdiff_t)o->channel * square + o->first;
    return (view){ .data = dw, .rows = o->maps, .cols = o->taps, .stride = row };
}

/* own->result (taps, maps) is a portion transposed, in rows of whole vectors. */
static void load_gradient(const gradient *d, const portion *o, scratch *own)
{
    const kernels *kern = d->compute->kernels;
    view dw = place_of(d, o);
    kern->transpose(dw.rows, dw.cols, dw.data, dw.stride, own->result,
                    round_up(o->maps, kern->lanes));
}

static void store_gradient(const gradient *d, const portion *o, scratch *own)
{
    const kernels *kern = d->compute->kernels;
    view dw = place_of(d, o);
    kern->transpose(o->taps, o->maps, own->result, round_up(o->maps, kern->lanes), dw.data,
                    dw.stride);
}

static void gradient_task(const void *context, int task)
{
    const gradient *d = context;
    const axis *y = &d->windows.y, *x = &d->windows.x;
    scratch *own = &d->compute->scratch[team_member()];
    portion o = portion_of(d, task);
    bool add = d->goes_on;
    if (add)
        load_gradient(d, &o, own);
    for (int image = 0; image < d->images.rows; image += d->cut.images)
        for (int i = 0; i < y->count; i += d->cut.rows)
            for (int j = 0; j < x->count; j += d->cut.cols, add = true) {
                span rows = { i, least(d->cut.rows, y->count - i) };
                span cols = { j, least(d->cut.cols, x->count - j) };
                region r = windows_region(&d->windows, i, rows.count, j, cols.count);
                r.channel = o.channel;
                r.channels = o.channels;
                r.image = image;
                r.images = least(d->cut.images, d->images.rows - image);
                add_places(d, r, &o, rows, cols, own, add);
            }
    store_gradient(d, &o, own);
}

/* ---- the same with lanes over taps ---- */

/* Task: some maps. */
static void fours_task(const void *context, int task)
{
    const gradient *d = context;
    const kernels *kern = d->compute->kernels;
    scratch *own = &d->compute->scratch[team_member()];
    const axis *y = &d->windows.y, *x = &d->windows.x;
    int taps = d->g->channels * d->g->kernel * d->g->kernel, size = y->count * x->count;
    int map = task * d->maps, maps = least(d->maps, d->g->maps - map);
    float *dw = d->dw + (ptrdiff_t)map * taps;
    bool add = d->goes_on;
    for (int image = 0; image < d->images.rows; image++)
        for (int i = 0; i < y->count; i += d->cut.rows, add = true) {
            span rows = { i, least(d->cut.rows, y->count - i) }, cols = { 0, x->count };
            region r = windows_region(&d->windows, i, rows.count, 0, x->count);
            r.channels = d->g->channels;
            r.image = image;
            r.images = 1;
            windows_fill(kern, &d->windows, &r, d->images, own);
            const float *first = windows_places(&d->windows, &r, 0, 0, rows, cols, own);
            windows_taps(&d->windows, &r, 0, 0, own);
            kern->product_fours(maps, taps, rows.count * x->count,
                                const_view_row(d->dmaps, image) + (ptrdiff_t)map * size +
                                    (ptrdiff_t)i * x->count,
                                size, (placed){ first, own->places, own->taps, 0 }, dw, taps, add);
        }
}

/* Whether lanes run over taps: where these are no more than the maps, and the rows of a kernel are
 * whole fours. One thread alone transposes once, and is as fast the other way. */
static bool has_fours(const gradient *d)
{
    int taps = d->g->channels * d->g->kernel * d->g->kernel;
    return d->compute->threads > 1 && d->g->kernel % 4 == 0 && taps <= d->g->maps &&
           d->cut.channels == d->g->channels && d->cut.cols == d->windows.x.count;
}

static void run_fours(gradient *d)
{
    enum { HEIGHT = 8 }; /* of the largest tile */
    d->maps = round_up(ceil_div(d->g->maps, d->compute->threads), HEIGHT);
    team_run(d->compute->team, ceil_div(d->g->maps, d->maps), fours_task, d);
}

void convolve_weights(const compute *c, const convolution *g, bool goes_on, const_view images,
                      const_view dmaps, float *dw)
{
    gradient d = { .compute = c,
                   .g = g,
                   .windows = windows_of(g, false),
                   .goes_on = goes_on,
                   .images = images,
                   .dmaps = dmaps,
                   .dw = dw };
    d.cut = windows_cut(&d.windows, MOST_PLACES);
    if (has_fours(&d)) {
        run_fours(&d);
        return;
    }
    /* A task's result is the taps of some channels by some maps: as many as fit own->result, and
     * few enough that each thread has a task. */
    int rows = most(1, least(d.cut.channels, MOST_PLACES / (g->kernel * g->kernel)));
    int down = least(g->channels, most(ceil_div(g->channels, rows), c->threads)), across = 1;
    d.channels = ceil_div(g->channels, down);
    down = ceil_div(g->channels, d.channels);
    while (ceil_div(g->maps, across) > BLOCK_COLS ||
           (down * across < c->threads && ceil_div(g->maps, across) > c->kernels->lanes))
        across++;
    d.maps = round_up(ceil_div(g->maps, across), c->kernels->lanes);
    across = ceil_div(g->maps, d.maps);
    enum { FEW_TAPS = 8 };
    int taps = d.channels * g->kernel * g->kernel;
    d.parts = most(1, least(c->threads / (down * across), taps / FEW_TAPS));
    team_run(c->team, down * across * d.parts, gradient_task, &d);
}

/* ---- the sum over a channel ---- */

typedef struct channel_sums {
    const kernels *kernels;
    int size;
    bool goes_on;
    const_view m;
    float *lanes;
} channel_sums;

enum { SUMMED = 4 }; /* channels of a task */

static void sum_channels(const void *context, int task)
{
    const channel_sums *s = context;
    int first = task * SUMMED, n = least(SUMMED, s->m.cols / s->size - first);
    float *to = s->lanes + (ptrdiff_t)first * SUM_LANES;
    if (!s->goes_on)
        memset(to, 0, (size_t)n * SUM_LANES * sizeof *to);
    for (int i = 0; i < s->m.rows; i++)
        s->kernels->add_lanes(n, s->size, const_view_row(s->m, i) + (ptrdiff_t)first * s->size, to);
}

void convolve_add_channels(const compute *c, int channels, bool goes_on, const_view m, float *lanes)
{
    channel_sums s = { c->kernels, m.cols / channels, goes_on, m, lanes };
    team_run(c->team, ceil_div(channels, SUMMED), sum_channels, &s);
}

void convolve_end_channels(int channels, const float *lanes, float *sums)
{
    for (int channel = 0; channel < channels; channel++, lanes += SUM_LANES) {
        sums[channel] = 0;
        for (int l = 0; l < SUM_LANES; l++)
            sums[channel] += lanes[l];
    }
}
