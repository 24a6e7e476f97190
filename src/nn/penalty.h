/* nn/penalty.h - a penalty on the gradient of a net's output by its input, exactly differentiated.
 *
 *     P = sum over the rows of weight (|g| - target)^2,    g = d output / d x   (B, in)
 *
 * With target 0 that is R1 (Mescheder, Geiger, Nowozin 2018), with target 1 the gradient penalty of
 * Gulrajani and others (2017). The derivation is in docs/numerics.md. It takes one pass back and
 * one forward, and another one back where a layer is curved (tanh, sigmoid).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_PENALTY_H
#define GAN_NN_PENALTY_H

#include "nn/net.h"

typedef struct penalty {
    const net *net;
    int *heads; /* the net's matrix layers, and behind them its count of layers */
    int head_count;
    int top;      /* the last curved layer; -1: there is none */
    float **kept; /* by layer, (B, out): the gradient by its output; NULL where it is not needed */
    float *gradient; /* (B, in): g, then dP / dg */
    float *product;  /* as large as the parameters of a layer */
    double *rows;    /* each one's share of P */
} penalty;

/* Takes the memory for up to `rows` rows of a net that is planned for training, has parameters, and
 * stays where it is. */
void penalty_plan(penalty *q, const net *n, arena *a, int rows);

/* The multiply-adds that penalty_backward has to do for a row, and with `forward` those of the pass
 * before it. Of a layer behind which nothing depends on the row, the last one as a rule, none: a is
 * 1 there, and no product needed. */
double penalty_work(const penalty *q, bool forward);

/* Adds dP / d parameters to the net's grads and returns P. x (B, in) are the first rows of the last
 * net_forward, `p` its pass. A row whose g is 0 has no direction and adds no gradient. */
double penalty_backward(const penalty *q, const pass *p, view x, double weight, double target);

#endif
