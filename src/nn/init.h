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

/* w (O, I), of a layer with I inputs and O outputs, from the stream. */
void init_weights(int way, const kernels *k, random_stream s, view w);

#endif
