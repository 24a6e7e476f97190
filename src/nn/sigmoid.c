/* nn/sigmoid.c - the layers "tanh" and "sigmoid": outputs from -1 to 1 and from 0 to 1.
 * Reached only through their rows in nn/layer.c.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include "nn/describe.h"

#include "base/banned.h"

static void tanh_forward(layer *l, const pass *p, int row, int col, const_view x, view y)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < x.rows; i++)
        p->compute->kernels->tanh(x.cols, const_view_row(x, i), view_row(y, i));
}

static void tanh_backward(const layer *l, const pass *p, int row, int col, const_view y, view dy)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < y.rows; i++)
        p->compute->kernels->tanh_gradient(y.cols, const_view_row(y, i), view_row(dy, i));
}

/* f' = 1 - y^2, f'' = -2 y f' */
static void tanh_curve(const_view y, const_view u, view a)
{
    for (int i = 0; i < y.rows; i++) {
        const float *yi = const_view_row(y, i), *ui = const_view_row(u, i);
        float *ai = view_row(a, i);
        for (int j = 0; j < y.cols; j++)
            ai[j] = ai[j] * ui[j] * (-2 * yi[j] * (1 - yi[j] * yi[j]));
    }
}

static void sigmoid_forward(layer *l, const pass *p, int row, int col, const_view x, view y)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < x.rows; i++)
        p->compute->kernels->sigmoid(x.cols, const_view_row(x, i), view_row(y, i));
}

static void sigmoid_backward(const layer *l, const pass *p, int row, int col, const_view y, view dy)
{
    (void)l, (void)row, (void)col;
    for (int i = 0; i < y.rows; i++)
        p->compute->kernels->sigmoid_gradient(y.cols, const_view_row(y, i), view_row(dy, i));
}

/* f' = y (1 - y), f'' = (1 - 2 y) f' */
static void sigmoid_curve(const_view y, const_view u, view a)
{
    for (int i = 0; i < y.rows; i++) {
        const float *yi = const_view_row(y, i), *ui = const_view_row(u, i);
        float *ai = view_row(a, i);
        for (int j = 0; j < y.cols; j++)
            ai[j] = ai[j] * ui[j] * ((1 - 2 * yi[j]) * (yi[j] * (1 - yi[j])));
    }
}

static void tanh_describe(const layer *l, float *values, net_operator *o)
{
    (void)l, (void)values;
    *o = (net_operator){ .name = "Tanh" };
}

static void sigmoid_describe(const layer *l, float *values, net_operator *o)
{
    (void)l, (void)values;
    *o = (net_operator){ .name = "Sigmoid" };
}

const layer_ops tanh_ops = {
    .name = "tanh",
    .help = "hyperbolic tangent, from -1 to 1",
    .describe = tanh_describe,
    .needs = NEEDS_VALUE,
    .keeps_sign = true,
    .forward_block = tanh_forward,
    .backward_block = tanh_backward,
    .curve_block = tanh_curve,
};

const layer_ops sigmoid_ops = {
    .name = "sigmoid",
    .help = "1 / (1 + exp(-x)), from 0 to 1",
    .describe = sigmoid_describe,
    .needs = NEEDS_VALUE,
    .forward_block = sigmoid_forward,
    .backward_block = sigmoid_backward,
    .curve_block = sigmoid_curve,
};
