/* math/passage.c - the weights of a convolution's job, packed for its products, and what follows
 * the products.
 *
 * SPDX-License-Identifier: MIT */
#include "math/passage.h"

#include <string.h>

#include "math/whole.h"

#include "base/banned.h"

enum {
    MOST_VECTOR = 16,
    HANDED_COLS = 16 * BLOCK_COLS /* part of a row for `then`: it stays in the L1 cache */
};

size_t convolve_panels(const convolution *g)
{
    size_t taps = (size_t)g->kernel * (size_t)g->kernel;
    size_t forward = (size_t)g->channels * (size_t)round_up(g->maps, MOST_VECTOR);
    size_t back = (size_t)g->maps * (size_t)round_up(g->channels, MOST_VECTOR);
    return taps * (forward > back ? forward : back);
}

int passage_terms(const windows *w, int class_y, int class_x)
{
    return w->channels * window_taps(&w->y, class_y) * window_taps(&w->x, class_x);
}

float *passage_weights(const passage *p, int class_y, int class_x, int col)
{
    const windows *w = &p->windows;
    ptrdiff_t before = 0;
    for (int i = 0; p->together == 1 && i < class_y * w->x.classes + class_x; i++)
        before += passage_terms(w, i / w->x.classes, i % w->x.classes);
    return p->g->panels + before * round_up(w->outputs, p->compute->kernels->lanes) +
           (ptrdiff_t)col * passage_terms(w, class_y, class_x);
}

/* The weight of a tap (channel, u, v) of a class, for output 0. Backward, the taps of a class are
 * every s-th of the kernel, from its end. */
static const float *weight_at(const passage *p, int class_y, int class_x, int channel, int u, int v)
{
    const windows *w = &p->windows;
    int size = p->g->kernel, s = p->g->stride;
    int row = w->back ? class_y + s * (window_taps(&w->y, class_y) - 1 - u) : u;
    int col = w->back ? class_x + s * (window_taps(&w->x, class_x) - 1 - v) : v;
    ptrdiff_t first = w->back ? (ptrdiff_t)channel * w->outputs : channel;
    return p->w + (first * size + row) * size + col;
}

/* Packs the weights of `cols` outputs from col on: tap t of output j goes to
 * to[t * tap + j * output]. */
static void pack_outputs(const passage *p, int class_y, int class_x, int col, int cols, float *to,
                         ptrdiff_t tap, ptrdiff_t output)
{
    const windows *w = &p->windows;
    ptrdiff_t apart = (ptrdiff_t)p->g->kernel * p->g->kernel * (w->back ? 1 : w->channels);
    for (int c = 0; c < w->channels; c++)
        for (int u = 0; u < window_taps(&w->y, class_y); u++)
            for (int v = 0; v < window_taps(&w->x, class_x); v++, to += tap) {
                const float *from = weight_at(p, class_y, class_x, c, u, v) + col * apart;
                for (int j = 0; j < cols; j++)
                    to[j * output] = from[j * apart];
            }
}

/* How many outputs are packed together: a panel, or, as rows of a left factor, all of them. */
static int packed_cols(const passage *p)
{
    return p->narrow ? p->windows.outputs : p->compute->kernels->tile_cols;
}

/* Task: packs packed_cols outputs of one class. */
static void pack_task(const void *context, int task)
{
    const passage *p = context;
    const windows *w = &p->windows;
    int across = ceil_div(w->outputs, packed_cols(p)), class = task / across;
    int class_y = class / w->x.classes, class_x = class % w->x.classes;
    int col = task % across * packed_cols(p), cols = least(packed_cols(p), w->outputs - col);
    int length = passage_terms(w, class_y, class_x),
        width = round_up(cols, p->compute->kernels->lanes);
    float *to = passage_weights(p, class_y, class_x, col);
    if (p->narrow) {
        ptrdiff_t before = p->together > 1 ? (ptrdiff_t) class * w->outputs * length : 0;
        pack_outputs(p, class_y, class_x, col, cols, to + before, 1, length);
        return;
    }
    if (!w->back) {
        /* The taps are in the order of the memory: w (outputs, taps). */
        p->compute->kernels->pack(length, cols,
                                  (strided){ p->w + (ptrdiff_t)col * length, 1, length }, to);
        return;
    }
    if (cols < width)
        memset(to, 0, (size_t)length * (size_t)width * sizeof *to);
    pack_outputs(p, class_y, class_x, col, cols, to, width, 1);
}

void passage_pack(const passage *p)
{
    const windows *w = &p->windows;
    team_run(p->compute->team, w->y.classes * w->x.classes * ceil_div(w->outputs, packed_cols(p)),
             pack_task, p);
}

void passage_hand_on(const passage *p, int image, int images)
{
    for (int i = 0; p->then.run && i < images; i++)
        for (int col = 0; col < p->to.cols; col += HANDED_COLS)
            p->then.run(p->then.context, image + i, col,
                        view_part(p->to, image + i, col, 1, least(HANDED_COLS, p->to.cols - col)));
}
