/* nn/spectral.h - weights divided by their largest singular value (Miyato and others 2018).
 *
 * A layer with the word "spectral_norm" in its spec multiplies by w / sigma, where w (O, I) are its
 * weights, as many rows as outputs, and sigma = u^T w v with vectors u (O) and v (I) of length 1,
 * which every pass in training leads one step of the power method on towards those of the largest
 * singular value. Names and order are those of torch.nn.utils.parametrizations.spectral_norm.
 *
 * The layer's own file knows nothing of it: its products take l->weights, and what it gives as
 * their gradient is turned into that of w here. net.c and penalty.c see to both.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_SPECTRAL_H
#define GAN_NN_SPECTRAL_H

#include "nn/layer.h"

/* The word, in a layer's list of arguments. */
#define SPECTRAL_ARGUMENT                                                                          \
    {                                                                                              \
        "spectral_norm", .word = true, .most = 1                                                   \
    }

/* What it does, for the layer's help. */
#define SPECTRAL_HELP                                                                              \
    "with spectral_norm, in D, its weights are divided by their norm (Miyato 2018)"

/* Renames a spectral layer's weight in the list of its tensors, and adds u and v. */
void spectral_tensors(tensor_shape shapes[LAYER_MOST_TENSORS + 1]);

/* Takes the memory for l->weights and for l->spectral. */
void spectral_plan(layer *l, arena *a);

/* First values of u and v, whose weights have theirs: from a normal v, 15 steps on. */
void spectral_init(layer *l, const kernels *k, random_stream s);

/* l->weights = w / sigma, in training after a step of u and v. */
void spectral_normalize(layer *l, const pass *p);

/* grads begins with the gradient by l->weights, of a pass that was the last to normalise them: it
 * becomes that by w. u and v are constants in it. */
void spectral_gradient(layer *l, const compute *c, float *grads);

#endif
