/* nn/condition_layer.c - the layer "condition N": joins N values that say what a sample's condition
 * is.
 *
 * Reached only through its row in nn/layer.c. From the condition's learned vector e (N),
 *
 *     h = leaky_relu(w e + b), slope 0.2        y = x, then h
 *
 * where x is an image, each value of h fills one more channel (Reed and others 2016). w (N, N) and
 * b (N) are named as PyTorch's Linear, the embedding (V, N) as its Embedding.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <string.h>

#include "math/matmul.h"
#include "nn/describe.h"
#include "nn/gradients.h"
#include "nn/init.h"
#include "nn/joined.h"

#include "base/banned.h"

enum { MOST_VALUES = 4096 };
static const float slope = 0.2f;

static int size_of(const layer *l)
{
    return (int)l->arguments[0];
}

static int plane_of(const layer *l)
{
    return l->from.height * l->from.width;
}

/* The tensors in a block that is laid out like the layer's parameters. */
static view weight_of(const layer *l, float *block)
{
    return view_of(block, size_of(l), size_of(l));
}

static float *bias_of(const layer *l, float *block)
{
    return block + (ptrdiff_t)size_of(l) * size_of(l);
}

static view embedding_of(const layer *l, float *block)
{
    return view_of(bias_of(l, block) + size_of(l), l->conditions, size_of(l));
}

static bool condition_fit(layer *l, text *why)
{
    l->to = l->from;
    l->to.channels += size_of(l);
    return joined_fit(l, why);
}

static double condition_work(const layer *l)
{
    return (double)size_of(l) * size_of(l);
}

static void condition_tensors(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    int n = size_of(l);
    shapes[0] = (tensor_shape){ .name = "weight", .sizes = { n, n }, .added = true };
    shapes[1] = (tensor_shape){ .name = "bias", .sizes = { n }, .added = true };
    shapes[2] = (tensor_shape){ .name = "embedding", .sizes = { l->conditions, n }, .added = true };
    shapes[3] = (tensor_shape){ 0 };
}

static void condition_init(layer *l, const kernels *kern, int way, random_stream s)
{
    int n = size_of(l);
    view embedding = embedding_of(l, l->params);
    init_weights(way, kern, s, weight_of(l, l->params), n, n);
    for (int i = 0; i < n; i++)
        bias_of(l, l->params)[i] = 0;
    for (int v = 0; v < l->conditions; v++)
        kern->normal(joined_stream(s, 1), v, 0, n, view_row(embedding, v));
}

/* It makes h. */
static void condition_plan(layer *l, arena *a, int rows, bool trains)
{
    joined_plan(l, a, rows, size_of(l), size_of(l), trains);
}

/* ---- forward ---- */

typedef struct joining {
    const layer *layer;
    const kernels *kernels;
    const_view x, h; /* no h: zeros take its place */
    view y;
    block_task then;
} joining;

static void activate_block(const void *context, int row, int col, view h)
{
    const joining *t = context;
    (void)row;
    t->kernels->add_to_rows(h.rows, h.cols, bias_of(t->layer, t->layer->params) + col, h.data,
                            h.stride);
    for (int r = 0; r < h.rows; r++)
        t->kernels->leaky_relu(h.cols, slope, view_row(h, r), view_row(h, r));
}

static void join_row(const void *context, int row)
{
    const joining *t = context;
    int plane = plane_of(t->layer), n = size_of(t->layer);
    const float *x = const_view_row(t->x, joined_row(t->x, row));
    float *y = view_row(t->y, row), *to = y + t->x.cols;
    memcpy(y, x, (size_t)t->x.cols * sizeof *y);
    for (int i = 0; i < n; i++, to += plane) {
        float value = t->h.data ? const_view_row(t->h, row)[i] : 0;
        for (int j = 0; j < plane; j++)
            to[j] = value;
    }
    if (t->then.run)
        t->then.run(t->then.context, row, 0, view_part(t->y, row, 0, 1, t->y.cols));
}

static void condition_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    const joined *own = l->saved;
    const compute *c = p->compute;
    int n = size_of(l);
    view e = view_of(own->e, y.rows, n), h = view_of(own->made, y.rows, n);
    joining t = { l, c->kernels, x, as_const(h), y, then };
    condition_embed(c, p->condition, as_const(embedding_of(l, l->params)), e);
    matmul_nt(c, h, as_const(e), const_view_of(l->weights, n, n),
              (block_task){ activate_block, &t });
    team_run(c->team, y.rows, join_row, &t);
}

/* The condition does not depend on x. */
static void condition_tangent(layer *l, const pass *p, const_view u, view du, block_task then)
{
    joining t = { l, p->compute->kernels, u, { 0 }, du, then };
    team_run(p->compute->team, du.rows, join_row, &t);
}

/* ---- backward ---- */

typedef struct parting {
    const layer *layer;
    const kernels *kernels;
    const_view dy, h;
    view dx, dh;
    block_task then;
} parting;

/* The gradient of a row that was judged again is added to that of its first judgement. */
static void part_row(const void *context, int row)
{
    const parting *t = context;
    float *dx = view_row(t->dx, row);
    memcpy(dx, const_view_row(t->dy, row), (size_t)t->dx.cols * sizeof *dx);
    if (row + t->dx.rows < t->dy.rows)
        t->kernels->add(t->dx.cols, const_view_row(t->dy, row + t->dx.rows), dx);
    if (t->then.run)
        t->then.run(t->then.context, row, 0, view_part(t->dx, row, 0, 1, t->dx.cols));
}

static void condition_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                               view dx, block_task then)
{
    parting t = { .layer = l, .kernels = p->compute->kernels, .dy = dy, .dx = dx, .then = then };
    (void)x, (void)grads;
    if (dx.data)
        team_run(p->compute->team, dx.rows, part_row, &t);
}

/* The gradient of a value of h is the sum over its channel, in the order of the pixels. */
static void sum_channels(const void *context, int row)
{
    const parting *t = context;
    int plane = plane_of(t->layer);
    const float *dy = const_view_row(t->dy, row) + t->layer->in;
    float *dh = view_row(t->dh, row);
    for (int i = 0; i < t->dh.cols; i++, dy += plane) {
        float sum = 0;
        for (int j = 0; j < plane; j++)
            sum += dy[j];
        dh[i] = sum;
    }
    t->kernels->leaky_relu_gradient(t->dh.cols, slope, const_view_row(t->h, row), dh);
}

static void condition_gradients(layer *l, const pass *p, const_view x, const_view dy,
                                gradient_part q, float *grads)
{
    const joined *own = l->saved;
    const compute *c = p->compute;
    int n = size_of(l);
    ptrdiff_t before = (ptrdiff_t)q.first * n;
    view dh = view_of(own->dmade + before, q.rows, n), de = view_of(own->de + before, q.rows, n);
    parting t = { .layer = l,
                  .kernels = c->kernels,
                  .dy = const_view_part(dy, q.first, 0, q.rows, dy.cols),
                  .h = const_view_of(own->made + before, q.rows, n),
                  .dh = dh };
    (void)x;
    team_run(c->team, q.rows, sum_channels, &t);
    matmul_tn_on(c, q.goes_on, weight_of(l, grads), as_const(dh),
                 const_view_of(own->e + before, q.rows, n), (block_task){ 0 });
    gradient_sum_rows(c->kernels, q.goes_on, as_const(dh), bias_of(l, grads));
    matmul_nn(c, de, as_const(dh), const_view_of(l->weights, n, n), (block_task){ 0 });
    condition_embed_gradient(c, q.goes_on, condition_from(p->condition, q.first), as_const(de),
                             embedding_of(l, grads));
}

static void condition_pieces(const layer *l, gradient_part q, float *grads,
                             gradient_piece pieces[GRADIENT_MOST_PIECES])
{
    size_t n = (size_t)size_of(l), all = n * (n + 1 + (size_t)l->conditions);
    (void)q;
    pieces[0] = (gradient_piece){ grads, all, 0, all };
}

static void condition_describe(const layer *l, float *values, net_operator *o)
{
    int n = size_of(l);
    *o = (net_operator){
        .name = "Condition",
        .attributes = { { "alpha", 1, { (double)slope } } },
        .tensors = { operator_factor("weight", n, n, values),
                     operator_vector("bias", n, bias_of(l, values)),
                     operator_factor("embedding", l->conditions, n, embedding_of(l, values).data) },
    };
}

const layer_ops condition_ops = {
    .name = "condition",
    .arguments = { { "N", .whole = true, .least = 1, .most = MOST_VALUES, .initial = NAN } },
    .example = "condition 64",
    .help = "joins N values that say which class or text a sample has; N channels of an image",
    .joins_condition = true,
    .fit = condition_fit,
    .work = condition_work,
    .describe = condition_describe,
    .plan = condition_plan,
    .tensors = condition_tensors,
    .init = condition_init,
    .forward = condition_forward,
    .backward = condition_backward,
    .gradients = condition_gradients,
    .pieces = condition_pieces,
    .tangent = condition_tangent,
};
