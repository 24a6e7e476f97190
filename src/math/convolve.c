/* math/convolve.c - a convolution and its derivatives, as products with windows on the left.
 *
 * Lanes run over the outputs of a window, so that the right factor is the weights, packed once for
 * all images, and no small image leaves a tile half empty. An item of a job is a few images; their
 * windows' results, with a row for each place, are turned round into channels as they are stored.
 *
 * For the gradient of the weights places are what is summed over: rows are taps, columns are maps,
 * and an item is some channels of the images, for which it goes through all of them.
 *
 * SPDX-License-Identifier: MIT */
#include "math/convolve.h"

#include <stdint.h>
#include <string.h>

#include "math/windows.h"

#include "base/banned.h"

/* A block that is handed on: a part of a row that stays in the L1 cache. */
enum { MOST_VECTOR = 16, HANDED_COLS = 16 * BLOCK_COLS };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

static int round_up(int a, int to)
{
    return ceil_div(a, to) * to;
}

/* ---- weights as panels ---- */

size_t convolve_panels(const convolution *g)
{
    size_t taps = (size_t)g->kernel * (size_t)g->kernel;
    size_t forward = (size_t)g->channels * (size_t)round_up(g->maps, MOST_VECTOR);
    size_t back = (size_t)g->maps * (size_t)round_up(g->channels, MOST_VECTOR);
    return taps * (forward > back ? forward : back);
}

/* A product of windows of `from` with the weights, into `to`. */
typedef struct passage {
    const compute *compute;
    const convolution *g;
    windows windows;
    cut cut;
    const float *w, *bias;
    view from, to;
    block_task then;
} passage;

/* The length of a class's sums. */
static int length_of(const windows *w, int class_y, int class_x)
{
    return w->channels * window_taps(&w->y, class_y) * window_taps(&w->x, class_x);
}

/* Where the panels of a class begin. */
static float *panels_of(const passage *p, int class_y, int class_x)
{
    const windows *w = &p->windows;
    ptrdiff_t before = 0;
    for (int i = 0; i < class_y * w->x.classes + class_x; i++)
        before += length_of(w, i / w->x.classes, i % w->x.classes);
    return p->g->panels + before * round_up(w->outputs, p->compute->kernels->lanes);
}

/* The weights from a tap of a class on, for output 0: back, the taps are every s-th of the kernel
 * from its end. */
static const float *weights_at(const passage *p, int class_y, int class_x, int channel, int u,
                               int v)
{
    const windows *w = &p->windows;
    int k = p->g->kernel, s = p->g->stride;
    int row = w->back ? class_y + s * (window_taps(&w->y, class_y) - 1 - u) : u;
    int col = w->back ? class_x + s * (window_taps(&w->x, class_x) - 1 - v) : v;
    ptrdiff_t first = w->back ? (ptrdiff_t)channel * w->outputs : channel;
    return p->w + (first * k + row) * k + col;
}

/* One panel of one class. */
static void pack_task(const void *context, int item)
{
    const passage *p = context;
    const windows *w = &p->windows;
    const kernels *kern = p->compute->kernels;
    int across = ceil_div(w->outputs, kern->tile_cols), class = item / across;
    int class_y = class / w->x.classes, class_x = class % w->x.classes;
    int col = item % across * kern->tile_cols, cols = least(kern->tile_cols, w->outputs - col);
    int width = round_up(cols, kern->lanes);
    float *to = panels_of(p, class_y, class_x) + (ptrdiff_t)col * length_of(w, class_y, class_x);
    ptrdiff_t step = (ptrdiff_t)p->g->kernel * p->g->kernel * (w->back ? 1 : w->channels);
    for (int c = 0; c < w->channels; c++)
        for (int u = 0; u < window_taps(&w->y, class_y); u++)
            for (int v = 0; v < window_taps(&w->x, class_x); v++, to += width) {
                const float *from = weights_at(p, class_y, class_x, c, u, v) + col * step;
                for (int j = 0; j < cols; j++)
                    to[j] = from[j * step];
                for (int j = cols; j < width; j++)
                    to[j] = 0;
            }
}

/* ---- forward and back ---- */

/* What an item is working on. */
typedef struct work {
    const passage *p;
    scratch *own;
    region region; /* what is in own->source */
    int col, cols; /* outputs, with those that fill the last vector */
} work;

/* Fills own->source unless that is what is in it. */
static void fill(work *k, region r)
{
    if (memcmp(&k->region, &r, sizeof r) == 0)
        return;
    windows_fill(k->p->compute->kernels, &k->p->windows, &r, k->p->from, k->own);
    k->region = r;
}

/* own->result = the products for the places of a class; the region is that of all classes. */
static void multiply(work *k, region r, int class_y, int class_x, span y, span x)
{
    const passage *p = k->p;
    const windows *w = &p->windows;
    const kernels *kern = p->compute->kernels;
    int length = length_of(w, class_y, class_x), done = 0, channel = 0;
    do {
        r.channel = channel;
        r.channels = least(p->cut.channels, w->channels - channel);
        fill(k, r);
        int places = windows_places(w, &r, class_y, class_x, y, x, k->own);
        int taps = windows_taps(w, &r, class_y, class_x, k->own);
        panels right = { panels_of(p, class_y, class_x) + (ptrdiff_t)k->col * length, 0,
                         (ptrdiff_t)kern->tile_cols * length, done };
        kern->product_placed(places, k->cols, taps,
                             (placed){ k->own->source, k->own->places, k->own->taps }, right,
                             k->own->result, k->cols, channel > 0);
        done += taps;
        channel += r.channels;
    } while (channel < w->channels);
    for (int i = 0; p->bias && i < r.images * y.count * x.count; i++)
        kern->add(least(k->cols, w->outputs - k->col), p->bias + k->col,
                  k->own->result + (ptrdiff_t)i * k->cols);
}

/* own->result, places by outputs, to where it belongs. */
static void store(const work *k, int image, int images, int class_y, int class_x, span y, span x)
{
    const passage *p = k->p;
    const windows *w = &p->windows;
    int height = w->y.outputs, width = w->x.outputs;
    int outputs = least(k->cols, w->outputs - k->col), apart = w->x.classes;
    const float *from = k->own->result;
    for (int i = 0; i < images * y.count; i++, from += (ptrdiff_t)x.count * k->cols) {
        int row = window_output(&w->y, w->back, class_y, y.first + i % y.count);
        float *to = view_row(p->to, image + i / y.count) +
                    ((ptrdiff_t)k->col * height + row) * width +
                    window_output(&w->x, w->back, class_x, x.first);
        if (apart == 1) {
            p->compute->kernels->transpose(x.count, outputs, from, k->cols, to,
                                           (ptrdiff_t)height * width);
            continue;
        }
        for (int o = 0; o < outputs; o++, to += (ptrdiff_t)height * width)
            for (int j = 0; j < x.count; j++)
                to[j * apart] = from[j * k->cols + o];
    }
}

/* All classes of a band of places, for a block of outputs. */
static void run_band(work *k, int image, int images, span y, span x)
{
    const windows *w = &k->p->windows;
    region r = windows_region(w, y.first, y.count, x.first, x.count);
    r.image = image;
    r.images = images;
    for (int i = 0; i < w->y.classes; i++)
        for (int j = 0; j < w->x.classes; j++) {
            span own_y = window_span(&w->y, w->back, i, y.first, y.count);
            span own_x = window_span(&w->x, w->back, j, x.first, x.count);
            if (own_y.count == 0 || own_x.count == 0)
                continue;
            multiply(k, r, i, j, own_y, own_x);
            store(k, image, images, i, j, own_y, own_x);
        }
}

static void passage_task(const void *context, int item)
{
    const passage *p = context;
    const windows *w = &p->windows;
    const axis *y = &w->y, *x = &w->x;
    work k = { .p = p, .own = &p->compute->scratch[team_member()] };
    int image = item * p->cut.images, images = least(p->cut.images, p->from.rows - image);
    for (int i = 0; i < y->count; i += p->cut.rows)
        for (int j = 0; j < x->count; j += p->cut.cols)
            for (k.col = 0; k.col < w->outputs; k.col += BLOCK_COLS) {
                k.cols =
                    round_up(least(BLOCK_COLS, w->outputs - k.col), p->compute->kernels->lanes);
                run_band(&k, image, images,
                         (span){ y->first + i, least(p->cut.rows, y->count - i) },
                         (span){ x->first + j, least(p->cut.cols, x->count - j) });
            }
    for (int i = 0; p->then.run && i < images; i++)
        for (int col = 0; col < p->to.cols; col += HANDED_COLS)
            p->then.run(p->then.context, image + i, col,
                        view_part(p->to, image + i, col, 1, least(HANDED_COLS, p->to.cols - col)));
}

static void run_passage(const compute *c, const convolution *g, const float *w, const float *bias,
                        view from, view to, bool back, block_task then)
{
    enum { ITEMS = 8 }; /* for each thread, where there are as many images */
    passage p = { .compute = c,
                  .g = g,
                  .windows = windows_of(g, back),
                  .w = w,
                  .bias = bias,
                  .from = from,
                  .to = to,
                  .then = then };
    int classes = p.windows.y.classes * p.windows.x.classes;
    p.cut = windows_cut(&p.windows, most(1, from.rows / (ITEMS * c->threads)));
    team_run(c->team, classes * ceil_div(p.windows.outputs, c->kernels->tile_cols), pack_task, &p);
    team_run(c->team, ceil_div(from.rows, p.cut.images), passage_task, &p);
}

void convolve(const compute *c, const convolution *g, const float *w, const float *bias,
              view images, view maps, block_task then)
{
    run_passage(c, g, w, bias, images, maps, false, then);
}

void convolve_back(const compute *c, const convolution *g, const float *w, const float *bias,
                   view maps, view images, block_task then)
{
    run_passage(c, g, w, bias, maps, images, true, then);
}

/* ---- the gradient of the weights ---- */

typedef struct gradient {
    const compute *compute;
    const convolution *g;
    windows windows;
    cut cut;
    int channels, maps; /* of an item */
    view images, dmaps;
    float *dw;
    bool add;
} gradient;

/* own->panels = the gradients of some maps at these places, images first: (places, maps). */
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
                       (strided){ view_row(d->dmaps, r->image + i) + (ptrdiff_t)(map + j) * size +
                                      (ptrdiff_t)y.first * d->g->map_width + x.first,
                                  1, size },
                       panel + (ptrdiff_t)i * places * width);
    }
}

/* own->result (taps, maps) += what these places give. */
static void add_places(const gradient *d, region r, int map, int maps, span y, span x, scratch *own,
                       bool add)
{
    const kernels *kern = d->compute->kernels;
    int cols = round_up(maps, kern->lanes);
    windows_fill(kern, &d->windows, &r, d->images, own);
    int places = windows_places(&d->windows, &r, 0, 0, y, x, own);
    int taps = windows_taps(&d->windows, &r, 0, 0, own);
    pack_maps(d, &r, map, maps, y, x, own);
    kern->product_placed(taps, cols, places, (placed){ own->source, own->taps, own->places },
                         (panels){ own->panels, 0, (ptrdiff_t)kern->tile_cols * places, 0 },
                         own->result, cols, add);
}

/* own->result (taps, maps) -> the item's part of dw (maps, taps). */
static void store_gradient(const gradient *d, int channel, int taps, int map, int maps,
                           scratch *own)
{
    const kernels *kern = d->compute->kernels;
    int square = d->g->kernel * d->g->kernel, row = d->g->channels * square;
    float *dw = d->dw + (ptrdiff_t)map * row + (ptrdiff_t)channel * square;
    float *to = d->add ? own->panels : dw;
    kern->transpose(taps, maps, own->result, round_up(maps, kern->lanes), to, d->add ? taps : row);
    for (int o = 0; d->add && o < maps; o++)
        kern->add(taps, own->panels + (ptrdiff_t)o * taps, dw + (ptrdiff_t)o * row);
}

static void gradient_task(const void *context, int item)
{
    const gradient *d = context;
    const axis *y = &d->windows.y, *x = &d->windows.x;
    scratch *own = &d->compute->scratch[team_member()];
    int across = ceil_div(d->g->maps, d->maps);
    int channel = item / across * d->channels, map = item % across * d->maps;
    int channels = least(d->channels, d->g->channels - channel);
    int maps = least(d->maps, d->g->maps - map);
    bool add = false;
    for (int image = 0; image < d->images.rows; image += d->cut.images)
        for (int i = 0; i < y->count; i += d->cut.rows)
            for (int j = 0; j < x->count; j += d->cut.cols, add = true) {
                span rows = { i, least(d->cut.rows, y->count - i) };
                span cols = { j, least(d->cut.cols, x->count - j) };
                region r = windows_region(&d->windows, i, rows.count, j, cols.count);
                r.channel = channel;
                r.channels = channels;
                r.image = image;
                r.images = least(d->cut.images, d->images.rows - image);
                add_places(d, r, map, maps, rows, cols, own, add);
            }
    store_gradient(d, channel, channels * d->g->kernel * d->g->kernel, map, maps, own);
}

void convolve_weights(const compute *c, const convolution *g, view images, view dmaps, float *dw,
                      bool add)
{
    gradient d = { .compute = c,
                   .g = g,
                   .windows = windows_of(g, false),
                   .images = images,
                   .dmaps = dmaps,
                   .dw = dw,
                   .add = add };
    d.cut = windows_cut(&d.windows, MOST_PLACES);
    /* Rows of an item's result are the taps of some channels, columns some maps: as many as there
     * is room for, and few enough that each thread has an item. */
    int rows = most(1, least(d.cut.channels, MOST_PLACES / (g->kernel * g->kernel)));
    int down = least(g->channels, most(ceil_div(g->channels, rows), c->threads)), across = 1;
    d.channels = ceil_div(g->channels, down);
    down = ceil_div(g->channels, d.channels);
    while (ceil_div(g->maps, across) > BLOCK_COLS ||
           (down * across < c->threads && ceil_div(g->maps, across) > c->kernels->lanes))
        across++;
    d.maps = round_up(ceil_div(g->maps, across), c->kernels->lanes);
    across = ceil_div(g->maps, d.maps);
    team_run(c->team, down * across, gradient_task, &d);
}

/* ---- the sum over a channel ---- */

typedef struct channel_sums {
    const kernels *kernels;
    int size;
    view m;
    float *sums;
    bool add;
} channel_sums;

static void sum_channel(const void *context, int channel)
{
    const channel_sums *s = context;
    float lanes[SUM_LANES] = { 0 }, sum = 0;
    for (int i = 0; i < s->m.rows; i++)
        s->kernels->add_lanes(s->size, view_row(s->m, i) + (ptrdiff_t)channel * s->size, lanes);
    for (int l = 0; l < SUM_LANES; l++)
        sum += lanes[l];
    s->sums[channel] = s->add ? s->sums[channel] + sum : sum;
}

void convolve_sum_channels(const compute *c, int channels, view m, float *sums, bool add)
{
    channel_sums s = { c->kernels, m.cols / channels, m, sums, add };
    team_run(c->team, channels, sum_channel, &s);
}
