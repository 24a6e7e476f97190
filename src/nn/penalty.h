/* nn/penalty.h - a penalty on the gradient of a net's output by its input, differentiated exactly.
 *
 *     P = sum over the rows of weight (|g| - target)^2,    g = d output / d x   (B, in)
 *
 * With target 0 it is R1, and at fakes R2 (Mescheder, Geiger, Nowozin 2018); with target 1 the
 * gradient penalty of Gulrajani and others (2017). docs/numerics.md derives it. It takes one pass
 * back and one forward, and another one back if a layer is curved (tanh, sigmoid).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_PENALTY_H
#define GAN_NN_PENALTY_H

#include "nn/net.h"

typedef struct penalty {
    net *net;
    int top;         /* the last curved layer, or the end of the outermost residual block that it
                        lies in; -1: there is none */
    float **kept;    /* by layer, (B, out): the gradient by its output; NULL if it is not needed */
    float *gradient; /* (B, in): g, then dP / dg */
    float *product;  /* as large as the parameters of the largest layer; with other ranks, of all */
    double *rows;    /* each row's share of P, and then those of all ranks */
} penalty;

/* Takes the memory for up to `rows` rows, of up to `batch` on all ranks. The net is planned for
 * training, has parameters, does not move, and all its matrix layers have a tangent. */
void penalty_plan(penalty *q, net *n, arena *a, int rows, int batch);

/* The multiply-adds of penalty_backward for one row; if `forward`, with those of the net_forward
 * before it. A layer followed by nothing that depends on the row (usually the last) costs nothing:
 * a is 1 there, which needs no product. */
double penalty_work(const penalty *q, bool forward);

/* The weight of the rows before p->half, and of those after it; where p->half is 0, all rows have
 * the first. */
typedef struct penalty_weights {
    double real, fake;
} penalty_weights;

/* Adds dP / d parameters to the net's grads and returns P. x (B, in) are the first B rows of the
 * last net_forward, and p is its pass. A row whose g is 0 has no direction and adds no gradient. */
double penalty_backward(penalty *q, const pass *p, const_view x, penalty_weights weights,
                        double target);

#endif
