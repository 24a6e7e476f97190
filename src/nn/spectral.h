/* nn/spectral.h - weights divided by their largest singular value (Miyato and others 2018).
 *
 * A layer with the keyword "spectral_norm" multiplies by w / sigma instead of its weights w (O, I).
 * sigma = u^T w v with unit vectors u (O) and v (I); each pass in training moves them one step of
 * the power method towards the singular vectors of the largest singular value. Names and order are
 * those of torch.nn.utils.parametrizations.spectral_norm.
 *
 * The layer's own file does not know of it: its products use l->weights, and the gradient by
 * l->weights becomes that by w here. net.c and penalty.c call both.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_SPECTRAL_H
#define GAN_NN_SPECTRAL_H

#include "nn/layer.h"

/* The keyword, for a layer's list of arguments. */
#define SPECTRAL_ARGUMENT                                                                          \
    {                                                                                              \
        "spectral_norm", .word = true, .most = 1                                                   \
    }

/* For the layer's help. */
#define SPECTRAL_HELP                                                                              \
    "with spectral_norm, in D, its weights are divided by their norm (Miyato 2018)"

/* Renames the weight in the list of a spectral layer's tensors, and adds u and v. */
void spectral_tensors(tensor_shape shapes[LAYER_MOST_TENSORS + 1]);

/* Takes the memory of l->weights and l->spectral. */
void spectral_plan(layer *l, arena *a);

/* Sets u and v, after the weights: 15 steps of the power method from a normal v. */
void spectral_init(layer *l, const kernels *kern, random_stream s);

/* l->weights = w / sigma, in training after a step of the power method. */
void spectral_normalize(layer *l, const pass *p);

/* Turns the gradient by l->weights, with which grads begins, into that by w; sigma is that of the
 * last spectral_normalize. u and v count as constants, as in PyTorch. */
void spectral_gradient(layer *l, const compute *c, float *grads);

#endif
