/* nn/residual.c - the layers "residual" and "add", the two ends of a residual block: "add" adds the
 * input of "residual" to its own (He and others 2016). Blocks nest like parentheses.
 *
 * Reached only through their rows in nn/layer.c; nn/spec.c pairs the two. "residual" changes
 * nothing: its output, which no later layer overwrites, is what its partner adds. Back, the
 * gradient by the sum is that by both terms: the partner leaves it in residual_kept (B, O) for
 * "residual", which adds it to the gradient that comes through the block. A derivative forward (for
 * nn/penalty.h) uses the same memory.
 *
 * Where the first layer that joins a condition lies within the block, the rows that are judged
 * again (nn/joined.h) are made from the first rows.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/residual.h"

#include <string.h>

#include "nn/describe.h"

#include "base/banned.h"

view residual_kept(const layer *closes, int rows)
{
    const residual_state *s = closes->saved;
    return padded_view(s->kept, rows, closes->partner->out);
}

int residual_row(const layer *closes, const pass *p, int row)
{
    return closes->rejudges && row >= p->rows ? row - p->rows : row;
}

residual_state residual_plan(const layer *closes, arena *a, int rows, bool trains)
{
    residual_state s = { 0 };
    size_t stride = (size_t)padded_stride(closes->partner->out);
    if (trains)
        s.kept = arena_take(a, (size_t)rows * stride, sizeof *s.kept);
    return s;
}

static void copy_block(const_view from, view to)
{
    for (int i = 0; i < from.rows; i++)
        memcpy(view_row(to, i), const_view_row(from, i), (size_t)from.cols * sizeof *to.data);
}

/* ---- residual ---- */

static void residual_forward(layer *l, const pass *p, int row, int col, const_view x, view y)
{
    (void)p, (void)row, (void)col;
    if (!l->in_place)
        copy_block(x, y);
}

static void residual_backward(const layer *l, const pass *p, int row, int col, const_view y,
                              view dy)
{
    const layer *closes = l->partner;
    view kept = residual_kept(closes, row + y.rows);
    for (int i = 0; i < dy.rows; i++) {
        float *to = view_row(dy, i);
        p->compute->kernels->add(dy.cols, view_row(kept, row + i) + col, to);
        if (closes->rejudges && row + i < p->again)
            p->compute->kernels->add(dy.cols, view_row(kept, row + i + p->rows) + col, to);
    }
}

static void residual_along(const layer *l, const pass *p, int row, int col, const_view y, view u)
{
    (void)p;
    view kept = residual_kept(l->partner, row + y.rows);
    copy_block(as_const(u), view_part(kept, row, col, u.rows, u.cols));
}

const layer_ops residual_ops = {
    .name = "residual",
    .help = "opens a residual block (He 2016), which \"add\" or \"add_enlarged\" closes",
    .opens_block = true,
    .needs = NEEDS_VALUE,
    .keeps_sign = true,
    .keeps_value = true,
    .forward_block = residual_forward,
    .backward_block = residual_backward,
    .along_block = residual_along,
};

/* ---- add ---- */

static bool add_fit(layer *l, text *why)
{
    char from[SHAPE_TEXT_SIZE], before[SHAPE_TEXT_SIZE];
    l->to = l->from;
    if (shape_same(l->from, l->partner->to))
        return true;
    shape_text(l->from, from);
    shape_text(l->partner->to, before);
    text_add(why,
             "its input is %s, but layer %d, \"residual\", where its block begins, has %s: a block "
             "has to end in the shape in which it begins",
             from, l->partner->index + 1, before);
    return false;
}

static void add_plan(layer *l, arena *a, int rows, bool trains)
{
    residual_state s = residual_plan(l, a, rows, trains), *place = arena_take(a, 1, sizeof s);
    if (place)
        *place = s;
    l->saved = place;
}

static bool add_scale(const layer *l, layer_scale *s)
{
    (void)l, (void)s;
    return true;
}

/* y = x + the value of the partner */
static void add_forward(layer *l, const pass *p, int row, int col, const_view x, view y)
{
    const layer *opens = l->partner;
    const_view other = as_const(layer_output(opens, row + x.rows));
    if (!l->in_place)
        copy_block(x, y);
    for (int i = 0; i < y.rows; i++)
        p->compute->kernels->add(y.cols, const_view_row(other, residual_row(l, p, row + i)) + col,
                                 view_row(y, i));
}

static void add_backward(const layer *l, const pass *p, int row, int col, const_view y, view dy)
{
    (void)p, (void)y;
    view kept = residual_kept(l, row + dy.rows);
    copy_block(as_const(dy), view_part(kept, row, col, dy.rows, dy.cols));
}

static void add_along(const layer *l, const pass *p, int row, int col, const_view y, view u)
{
    (void)y;
    view kept = residual_kept(l, row + u.rows);
    for (int i = 0; i < u.rows; i++)
        p->compute->kernels->add(u.cols, view_row(kept, row + i) + col, view_row(u, i));
}

static void add_describe(const layer *l, float *values, net_operator *o)
{
    (void)l, (void)values;
    *o = (net_operator){ .name = "Add" };
}

const layer_ops add_ops = {
    .name = "add",
    .help = "closes the block of the last open \"residual\": adds what that saw",
    .closes_block = true,
    .fit = add_fit,
    .scale = add_scale,
    .describe = add_describe,
    .plan = add_plan,
    .needs = NEEDS_NOTHING,
    .forward_block = add_forward,
    .backward_block = add_backward,
    .along_block = add_along,
};
