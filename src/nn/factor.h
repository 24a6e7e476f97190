/* nn/factor.h - the factors of products (nn/describe.h) as whole numbers, for files that have to be
 * small: each output of a product, and each row of an embedding, has one scale, its greatest
 * magnitude / most, and its values become the nearest multiples of that.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_FACTOR_H
#define GAN_NN_FACTOR_H

#include "nn/describe.h"

/* The outputs that a factor has; of an embedding, its rows. */
int factor_outputs(const operator_tensor *factor);

/* The output to which value i belongs. */
int factor_output(const operator_tensor *factor, size_t i);

/* scales (outputs), for values laid out as the factor's; 0 where all values of an output are 0. */
void factor_scales(const operator_tensor *factor, const float *values, int most, float *scales);

/* The whole number of scales that is nearest to w: -most to most. */
int factor_integer(float w, float scale, int most);

#endif
