/* nn/dropout.c - the layer "dropout P": in training it sets each value to 0 with probability P and
 * divides the others by 1 - P, which preserves the mean; otherwise it changes nothing (Srivastava
 * and others 2014, in the inverted form).
 *
 * Reached only through its row in nn/layer.c. The mask at (row, column) is a function of the seed,
 * the step, the pass and the layer: docs/random-streams.md.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

static void dropout_plan(layer *l, arena *a, int rows, bool trains)
{
    if (trains)
        l->saved = arena_take(a, (size_t)rows * (size_t)l->out, 1); /* keep (B, O): 1 or 0 */
}

/* A value is dropped if its random word is below this. */
static uint32_t threshold_of(const layer *l)
{
    return (uint32_t)(l->arguments[0] * 4294967296.0 + 0.5);
}

static float scale_of(const layer *l)
{
    return (float)(1 / (1 - l->arguments[0]));
}

static unsigned char *keep_of(const layer *l, int row, int col)
{
    return (unsigned char *)l->saved + (ptrdiff_t)row * l->out + col;
}

static void dropout_forward(layer *l, const pass *p, int row, int col, const_view x, view y)
{
    float scale = scale_of(l);
    random_stream s = { p->seed, p->step, random_name(p->dropout, l->index, p->number) };
    for (int i = 0; i < x.rows; i++) {
        float *yi = view_row(y, i);
        if (!l->in_place)
            memcpy(yi, const_view_row(x, i), (size_t)x.cols * sizeof *yi);
        if (!p->training)
            continue;
        unsigned char *keep = keep_of(l, row + i, col);
        p->compute->kernels->keep(s, pass_row(p, row + i), col, x.cols, threshold_of(l), keep);
        p->compute->kernels->mask(x.cols, keep, scale, yi);
    }
}

static void dropout_backward(const layer *l, const pass *p, int row, int col, const_view y, view dy)
{
    float scale = scale_of(l);
    for (int i = 0; i < y.rows; i++) {
        const unsigned char *keep = keep_of(l, row + i, col);
        p->compute->kernels->mask(y.cols, keep, scale, view_row(dy, i));
    }
}

const layer_ops dropout_ops = {
    .name = "dropout",
    .arguments = { { "P", .least = 0, .most = 0.99, .initial = NAN } },
    .example = "dropout 0.2",
    .help = "while training, drops each value with probability P",
    .draws = true,
    .needs = NEEDS_NOTHING,
    .keeps_sign = true,
    .plan = dropout_plan,
    .forward_block = dropout_forward,
    .backward_block = dropout_backward,
};
