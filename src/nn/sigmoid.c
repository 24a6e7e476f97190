/* nn/sigmoid.c - the layers "tanh" and "sigmoid": outputs from -1 to 1 and from 0 to 1.
 * Reached only through their rows in nn/layer.c.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include "base/banned.h"

static void tanh_forward(const layer *l, const pass *p, int row, int col, view x, view y)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < x.rows; i++)
        p->compute->kernels->tanh(x.cols, view_row(x, i), view_row(y, i));
}

static void tanh_backward(const layer *l, const pass *p, int row, int col, view y, view dy)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < y.rows; i++)
        p->compute->kernels->tanh_gradient(y.cols, view_row(y, i), view_row(dy, i));
}

static void sigmoid_forward(const layer *l, const pass *p, int row, int col, view x, view y)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < x.rows; i++)
        p->compute->kernels->sigmoid(x.cols, view_row(x, i), view_row(y, i));
}

static void sigmoid_backward(const layer *l, const pass *p, int row, int col, view y, view dy)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < y.rows; i++)
        p->compute->kernels->sigmoid_gradient(y.cols, view_row(y, i), view_row(dy, i));
}

const layer_ops tanh_ops = {
    .name = "tanh",
    .help = "hyperbolic tangent, from -1 to 1",
    .needs = NEEDS_VALUE,
    .keeps_sign = true,
    .forward_block = tanh_forward,
    .backward_block = tanh_backward,
};

const layer_ops sigmoid_ops = {
    .name = "sigmoid",
    .help = "1 / (1 + exp(-x)), from 0 to 1",
    .needs = NEEDS_VALUE,
    .forward_block = sigmoid_forward,
    .backward_block = sigmoid_backward,
};
