/* nn/pixel_shuffle.c - the layer "pixel_shuffle R": R x R channels become one, R times as high and
 * as wide (Shi and others 2016).
 *
 *     y[c][R i + u][R j + v] = x[c R R + u R + v][i][j]
 *
 * as PyTorch's PixelShuffle. Reached only through its row in nn/layer.c. It is a matrix layer
 * without parameters, which only moves values.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>

#include "nn/describe.h"

#include "base/banned.h"

enum { MOST_FACTOR = 8 };

static bool pixel_shuffle_fit(layer *l, text *why)
{
    int r = (int)l->arguments[0];
    if (l->from.channels % (r * r) != 0) {
        char from[SHAPE_TEXT_SIZE];
        shape_text(l->from, from);
        text_add(why, "its input, %s, has %d channels, which are not a multiple of %d x %d", from,
                 l->from.channels, r, r);
        return false;
    }
    l->to = (image_shape){ l->from.channels / (r * r), r * l->from.height, r * l->from.width };
    return true;
}

static bool pixel_shuffle_scale(const layer *l, layer_scale *s)
{
    s->up = (int)l->arguments[0];
    return true;
}

static void pixel_shuffle_sees(const layer *l, int *first, int *last)
{
    *first /= (int)l->arguments[0];
    *last /= (int)l->arguments[0];
}

typedef struct shuffling {
    int factor;
    image_shape small;
    const kernels *kernels;
    const_view from;
    view to;
    block_task then;
} shuffling;

static void hand_on(const shuffling *s, int row)
{
    if (s->then.run)
        s->then.run(s->then.context, row, 0, view_part(s->to, row, 0, 1, s->to.cols));
}

/* One row of a channel of the large image, from the R channels of the small one that it mixes;
 * these are `plane` values apart. */
static void mix_line(const shuffling *s, const float *from, ptrdiff_t plane, float *to)
{
    int r = s->factor, width = s->small.width;
    if (r == 2) {
        s->kernels->interleave(1, width, from, 0, from + plane, 0, to, 0);
        return;
    }
    for (int v = 0; v < r; v++, from += plane)
        for (int j = 0; j < width; j++)
            to[j * r + v] = from[j];
}

static void part_line(const shuffling *s, const float *from, float *to, ptrdiff_t plane)
{
    int r = s->factor, width = s->small.width;
    for (int v = 0; v < r; v++, to += plane)
        for (int j = 0; j < width; j++)
            to[j] = from[j * r + v];
}

static void shuffle_row(const void *context, int row)
{
    const shuffling *s = context;
    int r = s->factor, height = s->small.height, width = s->small.width;
    ptrdiff_t plane = (ptrdiff_t)height * width;
    const float *from = const_view_row(s->from, row);
    float *to = view_row(s->to, row);
    for (int c = 0; c < s->small.channels; c += r * r)
        for (int i = 0; i < height; i++)
            for (int u = 0; u < r; u++, to += r * width)
                mix_line(s, from + (c + u * r) * plane + i * width, plane, to);
    hand_on(s, row);
}

static void unshuffle_row(const void *context, int row)
{
    const shuffling *s = context;
    int r = s->factor, height = s->small.height, width = s->small.width;
    ptrdiff_t plane = (ptrdiff_t)height * width;
    const float *from = const_view_row(s->from, row);
    float *to = view_row(s->to, row);
    for (int c = 0; c < s->small.channels; c += r * r)
        for (int i = 0; i < height; i++)
            for (int u = 0; u < r; u++, from += r * width)
                part_line(s, from, to + (c + u * r) * plane + i * width, plane);
    hand_on(s, row);
}

static shuffling shuffling_of(const layer *l, const pass *p, const_view from, view to,
                              block_task then)
{
    return (shuffling){ (int)l->arguments[0], l->from, p->compute->kernels, from, to, then };
}

static void pixel_shuffle_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    shuffling s = shuffling_of(l, p, x, y, then);
    team_run(p->compute->team, x.rows, shuffle_row, &s);
}

static void pixel_shuffle_backward(layer *l, const pass *p, const_view x, const_view dy,
                                   float *grads, view dx, block_task then)
{
    (void)x, (void)grads;
    if (!dx.data)
        return;
    shuffling s = shuffling_of(l, p, dy, dx, then);
    team_run(p->compute->team, dy.rows, unshuffle_row, &s);
}

static void pixel_shuffle_describe(const layer *l, float *values, net_operator *o)
{
    (void)values;
    *o = (net_operator){ .name = "DepthToSpace",
                         .attributes = { { "blocksize", 1, { l->arguments[0] } } } };
}

const layer_ops pixel_shuffle_ops = {
    .name = "pixel_shuffle",
    .arguments = { { "R", .whole = true, .least = 1, .most = MOST_FACTOR, .initial = NAN } },
    .example = "pixel_shuffle 2",
    .help = "R times as high and as wide: each R x R channels become one (Shi 2016)",
    .fit = pixel_shuffle_fit,
    .scale = pixel_shuffle_scale,
    .sees = pixel_shuffle_sees,
    .describe = pixel_shuffle_describe,
    .forward = pixel_shuffle_forward,
    .backward = pixel_shuffle_backward,
    .tangent = pixel_shuffle_forward,
};
