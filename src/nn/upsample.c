/* nn/upsample.c - the layer "upsample F": each pixel becomes F x F pixels of its value (nearest).
 *
 * Reached only through its row in nn/layer.c. It is a matrix layer without parameters.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>

#include "nn/describe.h"

#include "base/banned.h"

enum { MOST_FACTOR = 8 };

static bool upsample_fit(layer *l, text *why)
{
    int f = (int)l->arguments[0];
    (void)why;
    /* A side is at most SHAPE_MOST_VALUES; 8 times that fits an int. */
    l->to = (image_shape){ l->from.channels, f * l->from.height, f * l->from.width };
    return true;
}

static bool upsample_scale(const layer *l, layer_scale *s)
{
    s->up = (int)l->arguments[0];
    return true;
}

static void upsample_sees(const layer *l, int *first, int *last)
{
    *first /= (int)l->arguments[0];
    *last /= (int)l->arguments[0];
}

typedef struct upsampling {
    int factor;
    image_shape small;
    const_view from;
    view to;
    block_task then;
} upsampling;

static void hand_on(const upsampling *u, int row)
{
    if (u->then.run)
        u->then.run(u->then.context, row, 0, view_part(u->to, row, 0, 1, u->to.cols));
}

static void spread_row(const void *context, int row)
{
    const upsampling *u = context;
    int f = u->factor, width = u->small.width;
    const float *from = const_view_row(u->from, row);
    float *to = view_row(u->to, row);
    for (int i = 0; i < u->small.channels * u->small.height; i++, from += width)
        for (int copy = 0; copy < f; copy++)
            for (int j = 0; j < width; j++)
                for (int l = 0; l < f; l++)
                    *to++ = from[j];
    hand_on(u, row);
}

/* The gradient of a pixel is the sum over its F x F copies, row by row, starting from 0. */
static void gather_row(const void *context, int row)
{
    const upsampling *u = context;
    int f = u->factor, width = u->small.width;
    const float *from = const_view_row(u->from, row);
    float *to = view_row(u->to, row);
    for (int i = 0; i < u->small.channels * u->small.height;
         i++, to += width, from += f * f * width)
        for (int j = 0; j < width; j++) {
            float sum = 0;
            for (int copy = 0; copy < f; copy++)
                for (int l = 0; l < f; l++)
                    sum += from[(copy * width + j) * f + l];
            to[j] = sum;
        }
    hand_on(u, row);
}

static void upsample_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    upsampling u = { (int)l->arguments[0], l->from, x, y, then };
    team_run(p->compute->team, x.rows, spread_row, &u);
}

static void upsample_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                              view dx, block_task then)
{
    (void)x, (void)grads;
    if (!dx.data)
        return;
    upsampling u = { (int)l->arguments[0], l->from, dy, dx, then };
    team_run(p->compute->team, dy.rows, gather_row, &u);
}

static void upsample_describe(const layer *l, float *values, net_operator *o)
{
    double f = l->arguments[0];
    (void)values;
    *o = (net_operator){ .name = "Resize", .attributes = { { "scales", 2, { f, f } } } };
}

const layer_ops upsample_ops = {
    .name = "upsample",
    .arguments = { { "F", .whole = true, .least = 1, .most = MOST_FACTOR, .initial = NAN } },
    .example = "upsample 2",
    .help = "F times as high and as wide: each pixel F x F times",
    .fit = upsample_fit,
    .scale = upsample_scale,
    .sees = upsample_sees,
    .describe = upsample_describe,
    .forward = upsample_forward,
    .backward = upsample_backward,
    .tangent = upsample_forward,
};
