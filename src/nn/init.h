/* nn/init.h - the initial values of weights.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_INIT_H
#define GAN_NN_INIT_H

#include "base/option.h"
#include "math/kernels.h"
#include "math/view.h"

enum { INIT_LISTING = 0, INIT_HE = 1 };

/* The name and help of the i-th way; NULL after the last. */
const option_choice *init_choice(int i);

/* Fills w (rows, cols): row i from row i of the stream. `in` is the fan-in, the inputs of an
 * output; `out` is the fan-out, the outputs that an input reaches. */
void init_weights(int way, const kernels *k, random_stream s, view w, double in, double out);

#endif
