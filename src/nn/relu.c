/* nn/relu.c - the layers "relu", y = max(x, 0), and "leaky_relu A", y = x if x > 0, else A x
 * (Maas, Hannun, Ng 2013). The derivative at 0 is that of the negative side, as in PyTorch.
 * Reached only through their rows in nn/layer.c.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>

#include "nn/describe.h"

#include "base/banned.h"

/* relu has no argument, so its slope below 0 is the 0 in l->arguments. */
static void relu_forward(layer *l, const pass *p, int row, int col, const_view x, view y)
{
    (void)row, (void)col;
    for (int i = 0; i < x.rows; i++)
        p->compute->kernels->leaky_relu(x.cols, (float)l->arguments[0], const_view_row(x, i),
                                        view_row(y, i));
}

/* The sign of y is the sign of x. */
static void relu_backward(const layer *l, const pass *p, int row, int col, const_view y, view dy)
{
    (void)row, (void)col;
    for (int i = 0; i < y.rows; i++)
        p->compute->kernels->leaky_relu_gradient(y.cols, (float)l->arguments[0],
                                                 const_view_row(y, i), view_row(dy, i));
}

static void relu_describe(const layer *l, float *values, net_operator *o)
{
    (void)l, (void)values;
    *o = (net_operator){ .name = "Relu" };
}

static void leaky_relu_describe(const layer *l, float *values, net_operator *o)
{
    (void)values;
    *o = (net_operator){ .name = "LeakyRelu",
                         .attributes = { { "alpha", 1, { l->arguments[0] } } } };
}

/* With a slope of 0 below 0, a unit whose input is negative for every sample has no gradient. */
static bool relu_can_die(const layer *l)
{
    return l->arguments[0] == 0;
}

const layer_ops relu_ops = {
    .name = "relu",
    .help = "max(x, 0)",
    .describe = relu_describe,
    .can_die = relu_can_die,
    .needs = NEEDS_SIGN,
    .keeps_sign = true,
    .forward_block = relu_forward,
    .backward_block = relu_backward,
};

const layer_ops leaky_relu_ops = {
    .name = "leaky_relu",
    .arguments = { { "A", .least = 0, .most = 1, .initial = NAN } },
    .example = "leaky_relu 0.2",
    .help = "x where it is positive, else A x",
    .describe = leaky_relu_describe,
    .can_die = relu_can_die,
    .needs = NEEDS_SIGN,
    .keeps_sign = true,
    .forward_block = relu_forward,
    .backward_block = relu_backward,
};
