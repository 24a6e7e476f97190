/* nn/relu.c - the layers "relu", y = max(x, 0), and "leaky_relu A", y = x or A x below 0
 * (Maas, Hannun, Ng 2013). The derivative at 0 is that of the negative side, as in PyTorch.
 * Reached only through their rows in nn/layer.c.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include "base/banned.h"

/* 0 x + 0 rather than 0: a NaN stays one, to be found at the end of the step, and -0 becomes 0. */
static void relu_forward(const layer *l, const pass *p, int row, int col, view x, view y)
{
    (void)l, (void)p, (void)row, (void)col;
    for (int i = 0; i < x.rows; i++) {
        const float *xi = view_row(x, i);
        float *yi = view_row(y, i);
        for (int j = 0; j < x.cols; j++)
            yi[j] = xi[j] > 0 ? xi[j] : 0 * xi[j] + 0;
    }
}

static void leaky_relu_forward(const layer *l, const pass *p, int row, int col, view x, view y)
{
    (void)p, (void)row, (void)col;
    float slope = (float)l->argument;
    for (int i = 0; i < x.rows; i++) {
        const float *xi = view_row(x, i);
        float *yi = view_row(y, i);
        for (int j = 0; j < x.cols; j++)
            yi[j] = xi[j] > 0 ? xi[j] : slope * xi[j];
    }
}

/* The sign of y is the sign of x. */
static void relu_backward(const layer *l, const pass *p, int row, int col, view y, view dy)
{
    (void)p, (void)row, (void)col;
    float slope = (float)l->argument;
    for (int i = 0; i < y.rows; i++) {
        const float *yi = view_row(y, i);
        float *di = view_row(dy, i);
        for (int j = 0; j < y.cols; j++)
            di[j] = yi[j] > 0 ? di[j] : slope * di[j];
    }
}

const layer_ops relu_ops = {
    .name = "relu",
    .help = "max(x, 0)",
    .needs = NEEDS_SIGN,
    .keeps_sign = true,
    .forward_block = relu_forward,
    .backward_block = relu_backward,
};

const layer_ops leaky_relu_ops = {
    .name = "leaky_relu",
    .argument = "A",
    .least = 0,
    .most = 1,
    .help = "x where it is positive, else A x",
    .needs = NEEDS_SIGN,
    .keeps_sign = true,
    .forward_block = leaky_relu_forward,
    .backward_block = relu_backward,
};
