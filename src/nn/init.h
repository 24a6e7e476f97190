/* nn/init.h - the first values of weights.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_INIT_H
#define GAN_NN_INIT_H

#include "base/option.h"
#include "math/kernels.h"
#include "math/view.h"

enum { INIT_LISTING = 0, INIT_HE = 1 };

/* The i-th way to begin; NULL after the last. */
const option_choice *init_choice(int i);

/* w, each of whose rows is one of the stream; an output of the layer sees `in` values, and a value
 * of its input is seen by `out` outputs. */
void init_weights(int way, const kernels *k, random_stream s, view w, double in, double out);

#endif
