/* nn/add_enlarged.c - the layer "add_enlarged R": closes a residual block whose end is R times as
 * high and as wide as its beginning. It adds the input of "residual", enlarged by the bicubic
 * filter (math/bicubic.h), to its own; so the layers within the block have to find only what the
 * filter cannot (Kim and others 2016).
 *
 * Reached only through its row in nn/layer.c. It is a matrix layer without parameters;
 * nn/residual.h has what it shares with "add". The filter is linear: back, it is the adjoint.
 *
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "math/bicubic.h"
#include "nn/describe.h"
#include "nn/residual.h"

#include "base/banned.h"

enum { MOST_FACTOR = 8 };

typedef struct enlarging {
    residual_state state; /* first, as nn/residual.h says */
    bicubic_axis y, x;
    float *scratch; /* for each row (H, W R) */
} enlarging;

static bool add_enlarged_fit(layer *l, text *why)
{
    int r = (int)l->arguments[0];
    image_shape before = l->partner->to;
    char from[SHAPE_TEXT_SIZE], small[SHAPE_TEXT_SIZE];
    l->to = l->from;
    if (l->from.channels == before.channels && l->from.height == (int64_t)r * before.height &&
        l->from.width == (int64_t)r * before.width)
        return true;
    shape_text(l->from, from);
    shape_text(before, small);
    text_add(why,
             "its input is %s, but layer %d, \"residual\", where its block begins, has %s: a block "
             "has to end with as many channels as it begins with, %d times as high and as wide",
             from, l->partner->index + 1, small, r);
    return false;
}

static bool add_enlarged_scale(const layer *l, layer_scale *s)
{
    (void)l, (void)s;
    return true;
}

static void add_enlarged_sees_beside(const layer *l, int *first, int *last)
{
    *first = *first / (int)l->arguments[0] - BICUBIC_REACH;
    *last = *last / (int)l->arguments[0] + BICUBIC_REACH;
}

static void add_enlarged_plan(layer *l, arena *a, int rows, bool trains)
{
    image_shape small = l->partner->to;
    enlarging own = { .state = residual_plan(l, a, rows, trains) };
    bicubic_plan(&own.y, a, small.height, l->to.height);
    bicubic_plan(&own.x, a, small.width, l->to.width);
    own.scratch = arena_take(a, (size_t)rows * (size_t)small.height * (size_t)l->to.width,
                             sizeof *own.scratch);
    enlarging *place = arena_take(a, 1, sizeof own);
    if (place)
        *place = own;
    l->saved = place;
}

typedef struct job {
    const layer *layer;
    const pass *pass;
    const_view small, from; /* forward: what is enlarged, and what is added to it */
    view to, kept;          /* kept: back, the gradient of `small` */
    block_task then;
    bool same_rows; /* row i of `small` belongs to row i; else residual_row says which one does */
} job;

static float *scratch_of(const layer *l, int row)
{
    const enlarging *own = l->saved;
    return own->scratch + (ptrdiff_t)row * own->y.from * own->x.to;
}

static void hand_on(const job *j, int row)
{
    if (j->then.run)
        j->then.run(j->then.context, row, 0, view_part(j->to, row, 0, 1, j->to.cols));
}

/* y = the enlarged value + x */
static void enlarge_row(const void *context, int row)
{
    const job *j = context;
    const enlarging *own = j->layer->saved;
    int of = j->same_rows ? row : residual_row(j->layer, j->pass, row);
    const float *small = const_view_row(j->small, of);
    float *to = view_row(j->to, row);
    ptrdiff_t plane = (ptrdiff_t)own->y.from * own->x.from,
              large = (ptrdiff_t)own->y.to * own->x.to;
    for (int c = 0; c < j->layer->to.channels; c++)
        bicubic_floats(&own->y, &own->x, small + c * plane, scratch_of(j->layer, row),
                       to + c * large);
    j->pass->compute->kernels->add(j->to.cols, const_view_row(j->from, row), to);
    hand_on(j, row);
}

static void part_row(const void *context, int row)
{
    const job *j = context;
    const enlarging *own = j->layer->saved;
    const float *dy = const_view_row(j->from, row);
    float *kept = view_row(j->kept, row);
    ptrdiff_t plane = (ptrdiff_t)own->y.from * own->x.from,
              large = (ptrdiff_t)own->y.to * own->x.to;
    for (int c = 0; c < j->layer->to.channels; c++)
        bicubic_adjoint(&own->y, &own->x, dy + c * large, scratch_of(j->layer, row),
                        kept + c * plane);
    memcpy(view_row(j->to, row), dy, (size_t)j->to.cols * sizeof *dy);
    hand_on(j, row);
}

static void add_enlarged_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    const layer *opens = l->partner;
    job j = { .layer = l,
              .pass = p,
              .small = as_const(layer_output(opens, x.rows)),
              .from = x,
              .to = y,
              .then = then };
    team_run(p->compute->team, x.rows, enlarge_row, &j);
}

/* It is never the first layer, so there is a dx, unless only gradients of parameters are wanted. */
static void add_enlarged_backward(layer *l, const pass *p, const_view x, const_view dy,
                                  float *grads, view dx, block_task then)
{
    (void)x, (void)grads;
    if (!dx.data)
        return;
    job j = {
        .layer = l, .pass = p, .from = dy, .to = dx, .kept = residual_kept(l, dy.rows), .then = then
    };
    team_run(p->compute->team, dy.rows, part_row, &j);
}

static void add_enlarged_tangent(layer *l, const pass *p, const_view u, view du, block_task then)
{
    job j = { .layer = l,
              .pass = p,
              .small = as_const(residual_kept(l, u.rows)),
              .from = u,
              .to = du,
              .then = then,
              .same_rows = true };
    team_run(p->compute->team, u.rows, enlarge_row, &j);
}

static void add_enlarged_describe(const layer *l, float *values, net_operator *o)
{
    double r = l->arguments[0];
    (void)values;
    *o = (net_operator){ .name = "AddResized", .attributes = { { "scales", 2, { r, r } } } };
}

const layer_ops add_enlarged_ops = {
    .name = "add_enlarged",
    .arguments = { { "R", .whole = true, .least = 1, .most = MOST_FACTOR, .initial = NAN } },
    .example = "add_enlarged 2",
    .help =
        "closes the block of the last open \"residual\": adds what that saw, R times as high and "
        "as wide by the bicubic filter",
    .closes_block = true,
    .fit = add_enlarged_fit,
    .scale = add_enlarged_scale,
    .sees_beside = add_enlarged_sees_beside,
    .describe = add_enlarged_describe,
    .plan = add_enlarged_plan,
    .forward = add_enlarged_forward,
    .backward = add_enlarged_backward,
    .tangent = add_enlarged_tangent,
};
