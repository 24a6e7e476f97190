/* report/weights.h - the tensors of a net as texts of a page: factors in 13 bits, which two letters
 * hold, with about the error of half-precision numbers in three quarters of their room.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_WEIGHTS_H
#define GAN_REPORT_WEIGHTS_H

#include <stdbool.h>

#include "nn/describe.h"

/* The integers go from -WEIGHTS_MOST to WEIGHTS_MOST: 91 * 91 values. */
enum { WEIGHTS_DIGITS = 91, WEIGHTS_MOST = (WEIGHTS_DIGITS * WEIGHTS_DIGITS - 1) / 2 };

/* Is the tensor a factor whose values are integers times a scale for each output (nn/factor.h)? It
 * is, where that is shorter. */
bool weights_packed(const operator_tensor *t);

/* Adds "integers" and "floats", in the order of the tensors: of a packed one its integers and its
 * scales, of any other its values as floats. An integer x is x + WEIGHTS_MOST as two digits in base
 * 91, the higher one first; the digits are the printing characters of ASCII but for the space, '"',
 * '<' and '\', in their order. Floats are little-endian, in base 64. */
void weights_add(text *t, const net_description *d);

/* No description of the net takes more characters than that, nor more than 3/2 as many bytes of
 * memory while they are added. */
size_t weights_most(const net *n);

#endif
