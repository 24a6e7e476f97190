/* nn/linear.c - the layer "linear N": y = x w^T + b. "linear CxHxW" has C H W outputs, an image.
 *
 * Reached only through its row in nn/layer.c. B rows of the batch, I inputs, O = N outputs; w (O,
 * I) and b (O), as PyTorch stores them.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <stdint.h>

#include "base/size.h"
#include "math/matmul.h"
#include "nn/describe.h"
#include "nn/gradients.h"
#include "nn/init.h"
#include "nn/spectral.h"

#include "base/banned.h"

enum { MOST_OUTPUTS = 65536 };

static view weight_of(const layer *l, float *block)
{
    return view_of(block, l->out, l->in);
}

/* The weights that products use, (O, I). */
static const_view factor_of(const layer *l)
{
    return const_view_of(l->weights, l->out, l->in);
}

static float *bias_of(const layer *l, float *block)
{
    return block + (ptrdiff_t)l->out * l->in;
}

/* The argument, a shape, has already set l->to. */
static bool linear_fit(layer *l, text *why)
{
    (void)l, (void)why;
    return true;
}

static double linear_work(const layer *l)
{
    return (double)l->in * l->out;
}

static void linear_tensors(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    shapes[0] = (tensor_shape){ .name = "weight", .sizes = { l->out, l->in } };
    shapes[1] = (tensor_shape){ .name = "bias", .sizes = { l->out }, .added = true };
    shapes[2] = (tensor_shape){ 0 };
}

static void linear_init(layer *l, const kernels *kern, int way, random_stream s)
{
    init_weights(way, kern, s, weight_of(l, l->params), l->in, l->out);
    for (int o = 0; o < l->out; o++)
        bias_of(l, l->params)[o] = 0;
}

typedef struct bias_task {
    const kernels *kernels;
    const float *bias;
    block_task then;
} bias_task;

static void add_bias(const void *context, int row, int col, view y)
{
    const bias_task *t = context;
    t->kernels->add_to_rows(y.rows, y.cols, t->bias + col, y.data, y.stride);
    if (t->then.run)
        t->then.run(t->then.context, row, col, y);
}

static void linear_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    const compute *c = p->compute;
    bias_task t = { .kernels = c->kernels, .bias = bias_of(l, l->params), .then = then };
    /* (B, O) = (B, I) (O, I)^T */
    matmul_nt(c, y, x, factor_of(l), (block_task){ add_bias, &t });
}

static void linear_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                            view dx, block_task then)
{
    (void)x, (void)grads;
    if (dx.data)
        matmul_nn(p->compute, dx, dy, factor_of(l), then); /* (B, I) = (B, O) (O, I) */
}

typedef struct bias_gradient {
    const kernels *kernels;
    const_view dy;
    bool goes_on;
    float *dbias;
} bias_gradient;

/* dbias of the outputs in a block of dweight: the product has just read their columns of dy. */
static void sum_bias(const void *context, int row, int col, view dweight)
{
    const bias_gradient *t = context;
    const_view dy = const_view_part(t->dy, 0, row, t->dy.rows, dweight.rows);
    if (col == 0)
        gradient_sum_rows(t->kernels, t->goes_on, dy, t->dbias + row);
}

static int first_output(const layer *l, gradient_part q, int part)
{
    return (int)((int64_t)l->out * part / q.parts);
}

static void linear_gradients(layer *l, const pass *p, const_view x, const_view dy, gradient_part q,
                             float *grads)
{
    int o = first_output(l, q, q.part), n = first_output(l, q, q.part + 1) - o;
    const_view dpart = const_view_part(dy, q.first, o, q.rows, n);
    bias_gradient t = { p->compute->kernels, dpart, q.goes_on, bias_of(l, grads) + o };
    /* (O, I) = (B, O)^T (B, I) */
    matmul_tn_on(p->compute, q.goes_on, view_part(weight_of(l, grads), o, 0, n, l->in), dpart,
                 const_view_part(x, q.first, 0, q.rows, l->in), (block_task){ sum_bias, &t });
}

static void linear_pieces(const layer *l, gradient_part q, float *grads,
                          gradient_piece pieces[GRADIENT_MOST_PIECES])
{
    size_t I = (size_t)l->in, weights = (size_t)l->out * I;
    size_t o = (size_t)first_output(l, q, q.part), end = (size_t)first_output(l, q, q.part + 1);
    pieces[0] = (gradient_piece){ grads + o * I, (end - o) * I, o * I, end * I };
    pieces[1] = (gradient_piece){ grads + weights + o, end - o, weights + o, weights + end };
}

static void linear_gradients_of(layer *l, const pass *p, const_view x, const_view dy,
                                group_part part, float *grads)
{
    size_t I = (size_t)l->in, weights = (size_t)l->out * I;
    int o = (int)(size_min(part.begin, weights) / I);
    int n = (int)((size_min(part.end, weights) + I - 1) / I) - o;
    if (n > 0)
        matmul_tn(p->compute, view_part(weight_of(l, grads), o, 0, n, l->in),
                  const_view_part(dy, 0, o, dy.rows, n), x, (block_task){ 0 });
    int bias = (int)(part.begin > weights ? part.begin - weights : 0);
    if (part.end > weights)
        gradient_sum_rows(p->compute->kernels, false,
                          const_view_part(dy, 0, bias, dy.rows, (int)(part.end - weights) - bias),
                          bias_of(l, grads) + bias);
}

static int linear_most_parts(const layer *l)
{
    return l->out;
}

static void linear_tangent(layer *l, const pass *p, const_view u, view du, block_task then)
{
    matmul_nt(p->compute, du, u, factor_of(l), then); /* (B, O) = (B, I) (O, I)^T */
}

static void linear_describe(const layer *l, float *values, net_operator *o)
{
    *o = (net_operator){
        .name = "Gemm",
        .attributes = { { "transB", 1, { 1 } } },
        .tensors = { operator_factor("weight", l->out, l->in, values),
                     operator_vector("bias", l->out, bias_of(l, values)) },
        .role = OPERATOR_PRODUCT,
    };
}

const layer_ops linear_ops = {
    .name = "linear",
    .arguments = { { "N", .shape = true, .least = 1, .most = MOST_OUTPUTS, .initial = NAN,
                     .whole = true },
                   SPECTRAL_ARGUMENT },
    .example = "linear 150",
    .help = "N outputs, each a weighted sum of all inputs and a bias; N as 64x7x7 makes an image "
            "of them; " SPECTRAL_HELP,
    .sets_size = true,
    .fit = linear_fit,
    .work = linear_work,
    .describe = linear_describe,
    .tensors = linear_tensors,
    .init = linear_init,
    .forward = linear_forward,
    .backward = linear_backward,
    .gradients = linear_gradients,
    .pieces = linear_pieces,
    .gradients_of = linear_gradients_of,
    .most_parts = linear_most_parts,
    .tangent = linear_tangent,
};
