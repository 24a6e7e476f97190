/* export/int8.h - weights as 8-bit integers: each output of a product, and each row of an
 * embedding, has one scale, the greatest magnitude of its weights / 127, and its weights become the
 * nearest multiples of it.
 *
 * Biases, and operators without a product, keep their floats.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_INT8_H
#define GAN_EXPORT_INT8_H

#include "nn/describe.h"

/* The outputs that a factor has, each with a scale of its own; of an embedding, its rows. */
int int8_outputs(const operator_tensor *factor);

/* The output to which value i of the factor belongs. */
int int8_output(const operator_tensor *factor, size_t i);

/* scales (outputs), for values laid out as the factor's; 0 where all values of an output are 0. */
void int8_scales(const operator_tensor *factor, const float *values, float *scales);

/* The whole number of scales that is nearest to w: -127 to 127. */
int int8_value(float w, float scale);

/* Rounds the factors in the net itself, so that its samples are those of the integers. The net has
 * to be described again then: its integers are still exact multiples after folding, which
 * multiplies an output as a whole. STATUS_MEMORY. */
status int8_round(net *n, const net_description *d);

#endif
