/* eval/logarithm.h - the natural logarithm in double, the same bits on every machine.
 *
 * libm's log differs from CPU to CPU, and the kernels' is for floats.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_LOGARITHM_H
#define GAN_EVAL_LOGARITHM_H

/* ln x of a positive, finite x, to 2^-50 of the result or of 1, whichever is smaller. */
double natural_log(double x);

#endif
