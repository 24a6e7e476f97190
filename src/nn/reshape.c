/* nn/reshape.c - the layer "reshape CxHxW": the same values in another shape.
 *
 * Reached only through its row in nn/layer.c. It is an elementwise layer that changes nothing, so
 * it works in place; only as the first layer of a net does it copy.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <string.h>

#include "nn/describe.h"

#include "base/banned.h"

static bool reshape_fit(layer *l, text *why)
{
    char from[SHAPE_TEXT_SIZE];
    if (shape_size(l->from) == shape_size(l->to))
        return true;
    shape_text(l->from, from);
    text_add(why, "its %d values are not the %d of its input, %s", shape_size(l->to),
             shape_size(l->from), from);
    return false;
}

static void reshape_forward(layer *l, const pass *p, int row, int col, const_view x, view y)
{
    (void)p, (void)row, (void)col;
    for (int i = 0; !l->in_place && i < x.rows; i++)
        memcpy(view_row(y, i), const_view_row(x, i), (size_t)x.cols * sizeof *y.data);
}

static void reshape_backward(const layer *l, const pass *p, int row, int col, const_view y, view dy)
{
    (void)l, (void)p, (void)row, (void)col, (void)y, (void)dy;
}

static void reshape_describe(const layer *l, float *values, net_operator *o)
{
    image_shape to = l->to;
    (void)values;
    *o = (net_operator){ .name = "Reshape",
                         .attributes = { { "shape", 3, { to.channels, to.height, to.width } } } };
}

const layer_ops reshape_ops = {
    .name = "reshape",
    .arguments = { { "CxHxW", .shape = true, .least = 1, .most = SHAPE_MOST_VALUES, .initial = NAN,
                     .whole = true } },
    .example = "reshape 64x7x7",
    .help = "the same values as C channels of H x W, or, as a number, without such an order",
    .fit = reshape_fit,
    .describe = reshape_describe,
    .needs = NEEDS_NOTHING,
    .keeps_sign = true,
    .keeps_value = true,
    .forward_block = reshape_forward,
    .backward_block = reshape_backward,
};
