/* nn/projection.c - the layer "projection N": D's logit, with how well the sample fits its
 * condition.
 *
 * Reached only through its row in nn/layer.c. From the features x (I) and the condition's learned
 * vector e (N),
 *
 *     y = (w + m e) . x + b
 *
 * the projection of Miyato and Koyama (2018) with a vector m e of N degrees of freedom, so that a
 * text with many features needs no row of I values for each. w (1, I) and b (1) are named as
 * PyTorch's Linear; m (I, N), the embedding (V, N).
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <string.h>

#include "math/matmul.h"
#include "nn/describe.h"
#include "nn/dot.h"
#include "nn/gradients.h"
#include "nn/init.h"
#include "nn/joined.h"

#include "base/banned.h"

enum { MOST_VALUES = 4096 };

static int size_of(const layer *l)
{
    return (int)l->arguments[0];
}

/* The tensors in a block that is laid out like the layer's parameters. */
static float *bias_of(const layer *l, float *block)
{
    return block + l->in;
}

static view map_of(const layer *l, float *block)
{
    return view_of(bias_of(l, block) + 1, l->in, size_of(l));
}

static view embedding_of(const layer *l, float *block)
{
    return view_of(map_of(l, block).data + (ptrdiff_t)l->in * size_of(l), l->conditions,
                   size_of(l));
}

static bool projection_fit(layer *l, text *why)
{
    l->to = shape_flat(1);
    return joined_fit(l, why);
}

static double projection_work(const layer *l)
{
    return (double)l->in * (size_of(l) + 1);
}

static void projection_tensors(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    int n = size_of(l);
    shapes[0] = (tensor_shape){ .name = "weight", .sizes = { 1, l->in } };
    shapes[1] = (tensor_shape){ .name = "bias", .sizes = { 1 }, .added = true };
    shapes[2] = (tensor_shape){ .name = "map", .sizes = { l->in, n } };
    shapes[3] = (tensor_shape){ .name = "embedding", .sizes = { l->conditions, n } };
    shapes[4] = (tensor_shape){ 0 };
}

/* Vectors e of length 1 or so: at first the condition weighs as much as w does, not N times. */
static void projection_init(layer *l, const kernels *kern, int way, random_stream s)
{
    float deviation = (float)(1 / sqrt(size_of(l)));
    view map = map_of(l, l->params), embedding = embedding_of(l, l->params);
    init_weights(way, kern, s, view_of(l->params, 1, l->in), l->in, 1);
    *bias_of(l, l->params) = 0;
    for (int v = 0; v < l->conditions; v++)
        kern->normal(joined_stream(s, 1), v, 0, size_of(l), view_row(embedding, v));
    for (int i = 0; i < l->conditions * size_of(l); i++)
        embedding.data[i] *= deviation;
    init_weights(way, kern, joined_stream(s, 2), map, l->in, size_of(l));
}

/* It makes the sight w + m e, whose gradient is dy x. */
static void projection_plan(layer *l, arena *a, int rows, bool trains)
{
    joined_plan(l, a, rows, size_of(l), l->in, trains);
}

typedef struct projection_task {
    const layer *layer;
    const kernels *kernels;
    const_view x, dy, sight;
    view to;     /* y, the scaled features, or dx */
    double bias; /* added to y */
    int first;   /* row of the scaled features */
    block_task then;
} projection_task;

static void hand_on(const projection_task *t, int row)
{
    if (t->then.run)
        t->then.run(t->then.context, row, 0, view_part(t->to, row, 0, 1, t->to.cols));
}

/* ---- forward ---- */

/* m e -> w + m e */
static void add_weight(const void *context, int row, int col, view sight)
{
    const projection_task *t = context;
    (void)row;
    t->kernels->add_to_rows(sight.rows, sight.cols, t->layer->weights + col, sight.data,
                            sight.stride);
}

static void judge_row(const void *context, int row)
{
    const projection_task *t = context;
    const float *x = const_view_row(t->x, joined_row(t->x, row));
    double sum = dot(t->x.cols, const_view_row(t->sight, row), x);
    view_row(t->to, row)[0] = (float)(sum + t->bias);
    hand_on(t, row);
}

static void projection_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    const joined *own = l->saved;
    const compute *c = p->compute;
    view e = view_of(own->e, y.rows, size_of(l)), sight = view_of(own->made, y.rows, l->in);
    projection_task t = { .layer = l,
                          .kernels = c->kernels,
                          .x = x,
                          .sight = as_const(sight),
                          .to = y,
                          .bias = (double)*bias_of(l, l->params),
                          .then = then };
    condition_embed(c, p->condition, as_const(embedding_of(l, l->params)), e);
    matmul_nt(c, sight, as_const(e), as_const(map_of(l, l->params)),
              (block_task){ add_weight, &t });
    team_run(c->team, y.rows, judge_row, &t);
}

static void projection_tangent(layer *l, const pass *p, const_view u, view du, block_task then)
{
    const joined *own = l->saved;
    projection_task t = { .layer = l,
                          .kernels = p->compute->kernels,
                          .x = u,
                          .sight = const_view_of(own->made, du.rows, l->in),
                          .to = du,
                          .then = then };
    team_run(p->compute->team, du.rows, judge_row, &t);
}

/* ---- backward ---- */

/* dy x */
static void scale_row(const void *context, int i)
{
    const projection_task *t = context;
    int row = t->first + i;
    float dy = const_view_row(t->dy, row)[0];
    const float *x = const_view_row(t->x, joined_row(t->x, row));
    float *to = view_row(t->to, row);
    for (int j = 0; j < t->x.cols; j++)
        to[j] = dy * x[j];
}

/* dx = dy (w + m e), with that of the row that was judged again. */
static void turn_back_row(const void *context, int row)
{
    const projection_task *t = context;
    float *dx = view_row(t->to, row), dy = const_view_row(t->dy, row)[0];
    const float *sight = const_view_row(t->sight, row);
    for (int i = 0; i < t->to.cols; i++)
        dx[i] = dy * sight[i];
    for (int again = row + t->to.rows; again < t->dy.rows; again += t->to.rows) {
        dy = const_view_row(t->dy, again)[0];
        sight = const_view_row(t->sight, again);
        for (int i = 0; i < t->to.cols; i++)
            dx[i] += dy * sight[i];
    }
    hand_on(t, row);
}

static void projection_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                                view dx, block_task then)
{
    const joined *own = l->saved;
    projection_task t = { .layer = l,
                          .kernels = p->compute->kernels,
                          .x = x,
                          .dy = dy,
                          .sight = const_view_of(own->made, dy.rows, l->in),
                          .to = dx,
                          .then = then };
    (void)grads;
    if (dx.data)
        team_run(p->compute->team, dx.rows, turn_back_row, &t);
}

static void projection_gradients(layer *l, const pass *p, const_view x, const_view dy,
                                 gradient_part q, float *grads)
{
    const joined *own = l->saved;
    const compute *c = p->compute;
    int n = size_of(l);
    ptrdiff_t before = (ptrdiff_t)q.first * n;
    view de = view_of(own->de + before, q.rows, n);
    const_view e = const_view_of(own->e + before, q.rows, n);
    projection_task t = { .layer = l,
                          .kernels = c->kernels,
                          .x = x,
                          .dy = dy,
                          .first = q.first,
                          .to = view_of(own->dmade, dy.rows, l->in) };
    const_view scaled = as_const(view_part(t.to, q.first, 0, q.rows, l->in));
    team_run(c->team, q.rows, scale_row, &t);
    gradient_sum_rows(c->kernels, q.goes_on, scaled, grads);
    gradient_sum_rows(c->kernels, q.goes_on, const_view_part(dy, q.first, 0, q.rows, 1),
                      bias_of(l, grads));
    /* (I, N) = (rows, I)^T (rows, N), and (rows, N) = (rows, I) (I, N) */
    matmul_tn_on(c, q.goes_on, map_of(l, grads), scaled, e, (block_task){ 0 });
    matmul_nn(c, de, scaled, as_const(map_of(l, l->params)), (block_task){ 0 });
    condition_embed_gradient(c, q.goes_on, condition_from(p->condition, q.first), as_const(de),
                             embedding_of(l, grads));
}

static void projection_pieces(const layer *l, gradient_part q, float *grads,
                              gradient_piece pieces[GRADIENT_MOST_PIECES])
{
    size_t n = (size_t)size_of(l), I = (size_t)l->in;
    size_t all = I + 1 + (I + (size_t)l->conditions) * n;
    (void)q;
    pieces[0] = (gradient_piece){ grads, all, 0, all };
}

static void projection_describe(const layer *l, float *values, net_operator *o)
{
    int n = size_of(l);
    *o = (net_operator){
        .name = "Projection",
        .tensors = { operator_factor("weight", 1, l->in, values),
                     operator_vector("bias", 1, bias_of(l, values)),
                     operator_factor("map", l->in, n, map_of(l, values).data),
                     operator_factor("embedding", l->conditions, n, embedding_of(l, values).data) },
        .role = OPERATOR_VERDICT,
    };
}

const layer_ops projection_ops = {
    .name = "projection",
    .arguments = { { "N", .whole = true, .least = 1, .most = MOST_VALUES, .initial = NAN } },
    .example = "projection 64",
    .help = "as linear 1, plus how well the sample fits its condition, of which it learns N values "
            "(Miyato and Koyama 2018)",
    .joins_condition = true,
    .fit = projection_fit,
    .work = projection_work,
    .describe = projection_describe,
    .plan = projection_plan,
    .tensors = projection_tensors,
    .init = projection_init,
    .forward = projection_forward,
    .backward = projection_backward,
    .gradients = projection_gradients,
    .pieces = projection_pieces,
    .tangent = projection_tangent,
};
