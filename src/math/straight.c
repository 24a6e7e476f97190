/* math/straight.c - convolutions whose results go straight to their maps.
 *
 * Where sums are short, the wide way of convolve.c transposes results for as long as it adds. Here
 * lanes run over places, one row of them after the other. Where windows are two apart, the
 * source is split (math/windows.h), so that the values of neighbouring places are neighbours. The
 * weights are read in place.
 *
 * SPDX-License-Identifier: MIT */
#include "math/passage.h"

#include "math/whole.h"

#include "base/banned.h"

static void straight_task(const void *context, int task)
{
    const passage *p = context;
    const windows *w = &p->windows;
    const kernels *kern = p->compute->kernels;
    scratch *own = &p->compute->scratch[team_member()];
    int image = task * p->cut.images, images = least(p->cut.images, p->from.rows - image);
    int plane = w->y.outputs * w->x.outputs;
    for (int i = 0; i < w->y.count; i += p->cut.rows)
        for (int j = 0; j < w->x.count; j += p->cut.cols) {
            int rows = least(p->cut.rows, w->y.count - i),
                cols = least(p->cut.cols, w->x.count - j);
            region r = windows_region(w, i, rows, j, cols);
            r.channels = w->channels;
            r.image = image;
            r.images = images;
            windows_fill(kern, w, &r, p->from, own);
            int taps = windows_taps(w, &r, 0, 0, own);
            for (int n = 0; n < images; n++)
                kern->product_adjacent(w->outputs, taps, p->w, p->bias,
                                       (adjacent){ own->source + n * r.height * r.width, own->taps,
                                                   r.width / w->split, rows, cols },
                                       view_row(p->to, image + n) + i * w->x.outputs + j, plane,
                                       w->x.outputs);
        }
    passage_hand_on(p, image, images);
}

/* The last vector of a row overlaps the one before it, or is not full: that adds terms for nothing,
 * which may take as long as transposing would. */
bool passage_goes_straight(passage *p, int images)
{
    enum { SAVED = 16 }; /* terms for each place */
    passage straight = *p;
    windows *w = &straight.windows;
    if (w->back || w->x.step > 2)
        return false;
    w->split = w->x.step;
    straight.cut = windows_cut(w, images);
    int cols = straight.cut.cols, lost = round_up(cols, p->compute->kernels->lanes) - cols;
    if (straight.cut.channels < w->channels || lost * passage_terms(w, 0, 0) > SAVED * cols)
        return false;
    *p = straight;
    return true;
}

void passage_run_straight(const passage *p)
{
    team_run(p->compute->team, ceil_div(p->from.rows, p->cut.images), straight_task, p);
}
