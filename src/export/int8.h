/* export/int8.h - weights as 8-bit integers (nn/factor.h). Biases, and operators without a product,
 * keep their floats.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_INT8_H
#define GAN_EXPORT_INT8_H

#include "nn/factor.h"

enum { INT8_MOST = 127 };

/* Rounds the factors in the net itself, so that its samples are those of the integers. The net has
 * to be described again then: its integers are still exact multiples after folding, which
 * multiplies an output as a whole. STATUS_MEMORY. */
status int8_round(net *n, const net_description *d);

#endif
