/* data/attributes.c - measures strokes.
 *
 * SPDX-License-Identifier: MIT */
#include "data/attributes.h"

#include <stdlib.h>

#include "base/banned.h"

const attribute_row attribute_rows[ATTRIBUTES] = {
    [ATTRIBUTE_WEIGHT] = { "weight", "thin", "bold" },
    [ATTRIBUTE_SLANT] = { "slant", "upright", "slanted" },
};

/* The pixel at (y, x); 0 outside. */
static int ink(const unsigned char *pixels, int height, int width, int y, int x)
{
    return y < 0 || x < 0 || y >= height || x >= width
               ? 0
               : pixels[(size_t)y * (size_t)width + (size_t)x];
}

/* A stroke of length L and thickness T, much longer than thick, has the area LT and the perimeter
 * 2L: T is twice the area by the perimeter. The perimeter is Crofton's: the number of times that
 * parallel lines cross the boundary measures it; here the lines run through the pixels' centres in
 * four directions, with distances 1, 1, 1/sqrt 2 and 1/sqrt 2, and each has the weight pi/8. A step
 * of the grey value by g counts as g/255 of a crossing, so that soft edges count once. */
static double thickness(const unsigned char *pixels, int height, int width)
{
    static const double half_root = 0.70710678118654752440, eighth_pi = 0.39269908169872415481;
    double area = 0, straight = 0, diagonal = 0; /* of whole numbers, so exact below 2^53 */
    for (int y = -1; y < height; y++)
        for (int x = -1; x < width; x++) {
            int a = ink(pixels, height, width, y, x), b = ink(pixels, height, width, y, x + 1);
            int c = ink(pixels, height, width, y + 1, x),
                d = ink(pixels, height, width, y + 1, x + 1);
            area += a;
            straight += abs(a - b) + abs(a - c);
            diagonal += abs(a - d) + abs(b - c);
        }
    double perimeter = eighth_pi * (straight + half_root * diagonal);
    return perimeter > 0 ? 2 * area / perimeter : 0;
}

/* The shear that makes the covariance of x and y vanish: -mu11/mu02, with y downwards. */
static double slant(const unsigned char *pixels, int height, int width)
{
    double m00 = 0, m10 = 0, m01 = 0, m11 = 0, m02 = 0; /* sums of ink x^i y^j */
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double v = pixels[(size_t)y * (size_t)width + (size_t)x];
            m00 += v;
            m10 += v * x;
            m01 += v * y;
            m11 += v * x * y;
            m02 += v * y * y;
        }
    double mu11 = m00 * m11 - m10 * m01, mu02 = m00 * m02 - m01 * m01; /* both times m00 */
    return mu02 > 0 ? -mu11 / mu02 : 0;
}

void attributes_measure(const unsigned char *pixels, int height, int width,
                        double values[ATTRIBUTES])
{
    values[ATTRIBUTE_WEIGHT] = thickness(pixels, height, width);
    values[ATTRIBUTE_SLANT] = slant(pixels, height, width);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void attributes_limits(double *values, int count, attribute_limits *l)
{
    for (int a = 0; a < ATTRIBUTES; a++) {
        double *sorted = values + (size_t)a * (size_t)count;
        qsort(sorted, (size_t)count, sizeof *sorted, compare);
        l->low[a] = sorted[count / 3];
        l->high[a] = sorted[count - 1 - count / 3];
    }
}

int attribute_level(const attribute_limits *l, attribute a, double value)
{
    return value > l->high[a] ? 1 : value < l->low[a] ? -1 : 0;
}
