/* math/convolve.c - a convolution and its transpose, as products with windows.
 *
 * Wide (the usual way): lanes run over the outputs of a window. The windows are the left factor of
 * a product, and the weights, packed once for all images, the right one, so that small images fill
 * the tiles too. A task of a job is a few images. Their results have a row for each place, and are
 * transposed into channels as they are stored.
 *
 * Narrow: with few outputs, such as the one channel of a grey image, most lanes would be empty.
 * Then lanes run over places: windows side by side are read where they lie in the source, from one
 * row of places to the next, across the border between them, whose results are ignored.
 *
 * Backward, where the stride divides the kernel, the pixels of all classes see the same windows.
 * Then one narrow product computes all classes: as many rows as classes fill a tile that one output
 * would leave empty.
 *
 * Straight, for forward products with few terms: math/straight.c.
 *
 * Each element is the same chain in any of these ways.
 *
 * SPDX-License-Identifier: MIT */
#include "math/convolve.h"

#include <stdint.h>
#include <string.h>

#include "math/passage.h"
#include "math/whole.h"

#include "base/banned.h"

enum { HALF = MOST_PLACES * BLOCK_COLS };

/* ---- the products of a class ---- */

/* The places of one class in a band (some rows and columns of places). */
typedef struct class
{
    int row, col; /* which of the s x s classes */
    span y, x;
    int images;
} class;

static int places_of(const class *c)
{
    return c->y.count * c->x.count;
}

/* The part of its task that a thread is working on. */
typedef struct work {
    const passage *p;
    scratch *own;
    region region;        /* the content of own->source */
    const float *windows; /* in it, where own->places begin */
    int col, cols;        /* outputs */
    class last;           /* the places of the last product */
    float *wide;          /* wide: its results, (places, outputs), */
    int apart;            /* whose rows are so many floats apart */
    float *narrow; /* narrow: its results, (images, classes computed together, outputs, run) */
} work;

/* Results as lines: one for each row of places of an output. */
typedef struct lines {
    const float *data;
    ptrdiff_t image, output, row; /* strides */
} lines;

/* Fills own->source with a region, unless it holds that already. */
static void fill(work *job, region r)
{
    if (memcmp(&job->region, &r, sizeof r) == 0)
        return;
    windows_fill(job->p->compute->kernels, &job->p->windows, &r, job->p->from, job->own);
    job->region = r;
}

/* How far the windows of the second half of a class's places are from those of the first half; 0:
 * the halves differ. */
static int halves_apart(const region *r, const axis *y, const class *c)
{
    if (c->images % 2 == 0)
        return c->images / 2 * r->height * r->width;
    return c->images == 1 && c->y.count % 2 == 0 ? c->y.count / 2 * y->step * r->width : 0;
}

/* Adds to job->wide the terms of the taps in own->taps, which are the sum's
 * terms from number `done` on. */
static void add_wide(const work *job, const class *c, int done, int taps)
{
    const passage *p = job->p;
    const kernels *kern = p->compute->kernels;
    int length = passage_terms(&p->windows, c->row, c->col),
        cols = round_up(job->cols, kern->lanes);
    panels right = { passage_weights(p, c->row, c->col, job->col), 0,
                     (ptrdiff_t)kern->tile_cols * length, done, NULL };
    placed left = { job->windows, job->own->places, job->own->taps,
                    halves_apart(&job->region, &p->windows.y, c) };
    kern->product_placed(c->images * places_of(c), cols, taps, left, right, job->wide, job->apart,
                         done > 0);
}

/* Narrow: the values from the first place of a class to its last, in whole vectors. */
static int run_of(const passage *p, const class *c, int width)
{
    return round_up((c->y.count - 1) * width + c->x.count, p->compute->kernels->lanes);
}

/* Narrow: the same, to job->narrow. */
static void add_narrow(const work *job, const class *c, int done, int taps)
{
    const passage *p = job->p;
    const kernels *kern = p->compute->kernels;
    int length = passage_terms(&p->windows, c->row, c->col);
    int run = run_of(p, c, job->region.width);
    int rows = p->together * job->cols;
    strided left = { passage_weights(p, c->row, c->col, job->col) + done, length, 1 };
    for (int i = 0; i < c->images; i++)
        kern->product(rows, run, taps, left,
                      (panels){ job->windows + job->own->places[i * places_of(c)], run,
                                kern->tile_cols, 0, job->own->taps },
                      job->narrow + (ptrdiff_t)i * rows * run, run, done > 0);
}

static void add_bias(const work *job, const class *c)
{
    const kernels *kern = job->p->compute->kernels;
    const float *bias = job->p->bias + job->col;
    int rows = c->images * job->p->together * job->cols;
    int run = run_of(job->p, c, job->region.width);
    if (!job->p->narrow)
        kern->add_to_rows(c->images * places_of(c), job->cols, bias, job->wide, job->apart);
    for (int i = 0; job->p->narrow && i < rows; i++)
        kern->add_value(run, bias[i % job->cols], job->narrow + (ptrdiff_t)i * run);
}

/* job->wide, or job->narrow, = the products for the places of a class, with the bias. r is the
 * region that the windows of all classes see. */
static void multiply(work *job, region r, const class *c)
{
    const windows *w = &job->p->windows;
    int done = 0;
    r.channel = 0;
    do {
        r.channels = least(job->p->cut.channels, w->channels - r.channel);
        fill(job, r);
        job->windows = windows_places(w, &r, c->row, c->col, c->y, c->x, job->own);
        int taps = windows_taps(w, &r, c->row, c->col, job->own);
        if (job->p->narrow)
            add_narrow(job, c, done, taps);
        else
            add_wide(job, c, done, taps);
        done += taps;
        r.channel += r.channels;
    } while (r.channel < w->channels);
    if (job->p->bias)
        add_bias(job, c);
    job->last = *c;
}

/* The results of a class in the last product as lines; in `room` (HALF floats) unless narrow. */
static lines lines_of(const work *job, const class *c, float *room)
{
    const class *all = &job->last;
    const kernels *kern = job->p->compute->kernels;
    int width = job->region.width, places = all->images * places_of(all);
    if (job->p->narrow) {
        int number = job->p->together > 1 ? c->row * job->p->windows.x.classes + c->col : 0;
        int run = run_of(job->p, all, width);
        ptrdiff_t first = (c->y.first - all->y.first) * width + c->x.first - all->x.first;
        return (lines){ job->narrow + (ptrdiff_t)number * job->cols * run + first,
                        (ptrdiff_t)job->p->together * job->cols * run, run, width };
    }
    kern->transpose(places, job->cols, job->own->result, round_up(job->cols, kern->lanes), room,
                    places);
    return (lines){ room, places_of(all), places, all->x.count };
}

/* ---- results, stored in images ---- */

/* Where the first place of a row of a class goes, for output job->col. */
static float *target_of(const work *job, const class *c, int image, int row)
{
    const windows *w = &job->p->windows;
    int y = window_output(&w->y, w->back, c->row, c->y.first + row);
    int x = window_output(&w->x, w->back, c->col, c->x.first);
    return view_row(job->p->to, job->region.image + image) +
           ((ptrdiff_t)job->col * w->y.outputs + y) * w->x.outputs + x;
}

static const float *line_at(const lines *l, int image, int output, int row)
{
    return l->data + image * l->image + output * l->output + row * l->row;
}

/* Stores the lines of a class: every s-th pixel of a row. */
static void store_lines(const work *job, const class *c, const lines *l)
{
    const windows *w = &job->p->windows;
    int apart = w->x.classes;
    ptrdiff_t plane = (ptrdiff_t)w->y.outputs * w->x.outputs;
    for (int image = 0; image < c->images; image++)
        for (int row = 0; row < c->y.count; row++) {
            float *to = target_of(job, c, image, row);
            for (int o = 0; o < job->cols; o++, to += plane) {
                const float *from = line_at(l, image, o, row);
                for (int j = 0; j < c->x.count; j++)
                    to[j * apart] = from[j];
            }
        }
}

/* Stores the lines of two classes that alternate in a row, which begins with a pixel of `a`. */
static void store_pairs(const work *job, const class *ca, const lines *a, const class *cb,
                        const lines *b)
{
    const windows *w = &job->p->windows;
    ptrdiff_t width = w->x.outputs, apart = w->y.classes * width; /* to the class's next row */
    int pairs = cb->x.count;
    for (int image = 0; image < ca->images; image++) {
        float *to = target_of(job, ca, image, 0);
        for (int o = 0; o < job->cols; o++, to += w->y.outputs * width) {
            const float *from = line_at(a, image, o, 0);
            if (pairs > 0)
                job->p->compute->kernels->interleave(ca->y.count, pairs, from, a->row,
                                                     line_at(b, image, o, 0), b->row, to, apart);
            for (int row = 0; ca->x.count > pairs && row < ca->y.count; row++)
                to[row * apart + 2 * pairs] = from[row * a->row + pairs];
        }
    }
}

/* Stores own->result if there is one class, whose rows are whole: transposed straight to its
 * target. */
static void store_transposed(const work *job, const class *c)
{
    const windows *w = &job->p->windows;
    int cols = round_up(job->cols, job->p->compute->kernels->lanes);
    bool whole = c->x.count == w->x.outputs;
    int run = whole ? places_of(c) : c->x.count, rows = whole ? 1 : c->y.count;
    const float *from = job->own->result;
    for (int image = 0; image < c->images; image++)
        for (int row = 0; row < rows; row++, from += (ptrdiff_t)run * cols)
            job->p->compute->kernels->transpose(run, job->cols, from, cols,
                                                target_of(job, c, image, row),
                                                (ptrdiff_t)w->y.outputs * w->x.outputs);
}

/* ---- bands, tasks, jobs ---- */

static class class_of(const work *job, int row, int col, span y, span x, int images)
{
    const windows *w = &job->p->windows;
    return (class){ row, col, window_span(&w->y, w->back, row, y.first, y.count),
                    window_span(&w->x, w->back, col, x.first, x.count), images };
}

/* Wide, two classes of a row with as many places: their products' rows alternate, as their pixels
 * do. */
static void run_alternating(work *job, region r, const class *a, const class *b)
{
    const windows *w = &job->p->windows;
    const kernels *kern = job->p->compute->kernels;
    int cols = job->apart, run = 2 * a->x.count;
    job->apart = 2 * cols;
    job->wide = job->own->panels;
    multiply(job, r, a);
    job->wide = job->own->panels + cols;
    multiply(job, r, b);
    const float *from = job->own->panels;
    for (int image = 0; image < a->images; image++)
        for (int row = 0; row < a->y.count; row++, from += (ptrdiff_t)run * cols)
            kern->transpose(run, job->cols, from, cols, target_of(job, a, image, row),
                            (ptrdiff_t)w->y.outputs * w->x.outputs);
    job->wide = job->own->result;
    job->apart = cols;
}

/* Computes and stores the classes (row, 0), (row, 1), ... in a band. */
static void run_classes(work *job, region r, int row, span y, span x)
{
    int across = job->p->windows.x.classes;
    if (across == 2 && !job->p->narrow) {
        class a = class_of(job, row, 0, y, x, r.images), b = class_of(job, row, 1, y, x, r.images);
        const axis *ax = &job->p->windows.x;
        bool back = job->p->windows.back;
        if (a.x.count == b.x.count && a.x.count > 0 && a.y.count > 0) {
            if (window_output(ax, back, 0, a.x.first) < window_output(ax, back, 1, b.x.first))
                run_alternating(job, r, &a, &b);
            else
                run_alternating(job, r, &b, &a);
            return;
        }
    }
    class c[2];
    lines l[2];
    for (int j = 0; j < across; j++) {
        class *own = &c[j & 1];
        *own = class_of(job, row, j, y, x, r.images);
        l[j & 1] = (lines){ 0 };
        if (own->x.count == 0 || own->y.count == 0)
            continue;
        float *room = job->own->panels + (j & 1) * HALF;
        if (job->p->together == 1) {
            job->narrow = room;
            multiply(job, r, own);
        }
        if (across == 1 && !job->p->narrow) {
            store_transposed(job, own);
            continue;
        }
        l[j & 1] = lines_of(job, own, room);
        if (across != 2)
            store_lines(job, own, &l[j & 1]);
    }
    if (across != 2 || c[0].y.count == 0)
        return;
    const axis *a = &job->p->windows.x;
    bool back = job->p->windows.back;
    int first = c[0].x.count == 0 ||
                (c[1].x.count > 0 &&
                 window_output(a, back, 1, c[1].x.first) < window_output(a, back, 0, c[0].x.first));
    store_pairs(job, &c[first], &l[first], &c[!first], &l[!first]);
}

static void passage_task(const void *context, int task)
{
    const passage *p = context;
    const windows *w = &p->windows;
    work job = { .p = p, .own = &p->compute->scratch[team_member()] };
    int image = task * p->cut.images, images = least(p->cut.images, p->from.rows - image);
    for (int i = 0; i < w->y.count; i += p->cut.rows)
        for (int j = 0; j < w->x.count; j += p->cut.cols)
            for (job.col = 0; job.col < w->outputs; job.col += job.cols) {
                span y = { w->y.first + i, least(p->cut.rows, w->y.count - i) };
                span x = { w->x.first + j, least(p->cut.cols, w->x.count - j) };
                region r = windows_region(w, y.first, y.count, x.first, x.count);
                r.image = image;
                r.images = images;
                job.cols = least(BLOCK_COLS, w->outputs - job.col);
                job.wide = job.own->result;
                job.apart = round_up(job.cols, p->compute->kernels->lanes);
                if (p->together > 1) {
                    job.narrow = job.own->panels;
                    multiply(&job, r, &(class){ 0, 0, y, x, images });
                }
                for (int row = 0; row < w->y.classes; row++)
                    run_classes(&job, r, row, y, x);
            }
    passage_hand_on(p, image, images);
}

/* How many classes a product computes. Together, the results of all classes must fit own->panels.
 */
static int computed_together(const passage *p)
{
    const windows *w = &p->windows;
    class all = { .y = { w->y.first, p->cut.rows }, .x = { w->x.first, p->cut.cols } };
    region r = windows_region(w, all.y.first, all.y.count, all.x.first, all.x.count);
    int classes = w->y.classes * w->x.classes, run = run_of(p, &all, r.width);
    bool same = p->narrow && w->back && p->g->kernel % p->g->stride == 0;
    return same && (int64_t)p->cut.images * classes * w->outputs * run <= 2 * HALF ? classes : 1;
}

static void run_passage(const compute *c, const convolution *g, const float *w, const float *bias,
                        const_view from, view to, bool back, block_task then)
{
    enum { TASKS = 16 }; /* for each thread, if there are enough images */
    int images = most(1, from.rows / (TASKS * c->threads));
    passage p = { .compute = c,
                  .g = g,
                  .windows = windows_of(g, back),
                  .w = w,
                  .bias = bias,
                  .from = from,
                  .to = to,
                  .then = then };
    if (passage_goes_straight(&p, images)) {
        passage_run_straight(&p);
        return;
    }
    p.narrow = p.windows.x.step == 1 && p.windows.outputs <= c->kernels->lanes / 2;
    p.cut = windows_cut(&p.windows, images);
    p.together = computed_together(&p);
    passage_pack(&p);
    team_run(c->team, ceil_div(from.rows, p.cut.images), passage_task, &p);
}

void convolve(const compute *c, const convolution *g, const float *w, const float *bias,
              const_view images, view maps, block_task then)
{
    run_passage(c, g, w, bias, images, maps, false, then);
}

void convolve_back(const compute *c, const convolution *g, const float *w, const float *bias,
                   const_view maps, view images, block_task then)
{
    run_passage(c, g, w, bias, maps, images, true, then);
}
