/* math/angle.h - sine and arc tangent in double, the same bits on every machine.
 *
 * libm's differ from CPU to CPU; these use only operations that IEEE 754 rounds exactly.
 * docs/sampling.md states their order.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_ANGLE_H
#define GAN_MATH_ANGLE_H

#define ANGLE_PI 3.141592653589793

/* sin x for 0 <= x <= pi, to 2^-50. */
double angle_sine(double x);

/* arctan x for x >= 0, to 2^-50 of the result; 0 where x^2 overflows. */
double angle_arctangent(double x);

/* The angle between a (n) and b (n), 0 to pi, by Kahan's formula, which is accurate for small
 * angles too; 0 if one of them is 0. */
double angle_between(const float *a, const float *b, int n);

#endif
