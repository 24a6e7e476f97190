/* math/angle.c - sine and arc tangent by their Taylor series.
 *
 * SPDX-License-Identifier: MIT */
#include "math/angle.h"

#include <math.h>

#include "base/banned.h"

/* Up to pi/2, the first term left out is x^27/27! < 2^-75. */
double angle_sine(double x)
{
    double s = 1;
    if (x > ANGLE_PI / 2)
        x = ANGLE_PI - x;
    for (int k = 12; k > 0; k--)
        s = 1 - x * x / (2 * k * (2 * k + 1)) * s;
    return x * s;
}

/* Half of the angle with the tangent x has the tangent x / (1 + sqrt(1 + x^2)). After three of
 * these steps it is at most tan(pi/16) < 0.2, and the first term left out is x^25/25 < 2^-62. */
double angle_arctangent(double x)
{
    double s = 0;
    for (int i = 0; i < 3; i++)
        x = x / (1 + sqrt(1 + x * x));
    for (int k = 11; k >= 0; k--)
        s = 1.0 / (2 * k + 1) - x * x * s;
    return 8 * x * s;
}

static double length(const float *a, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)a[i] * (double)a[i];
    return sqrt(sum);
}

double angle_between(const float *a, const float *b, int n)
{
    double length_a = length(a, n), length_b = length(b, n), apart = 0, along = 0;
    if (length_a == 0 || length_b == 0)
        return 0;
    for (int i = 0; i < n; i++) {
        double u = (double)a[i] / length_a, v = (double)b[i] / length_b;
        apart += (u - v) * (u - v);
        along += (u + v) * (u + v);
    }
    return along == 0 ? ANGLE_PI : 2 * angle_arctangent(sqrt(apart) / sqrt(along));
}
