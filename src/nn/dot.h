/* nn/dot.h - an inner product in double, in an order that SIMD vectors can keep.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_DOT_H
#define GAN_NN_DOT_H

/* The sum of a[i] b[i], a product of floats being exact in double. Sum l of eight has the elements
 * i = l, l + 8, ...; then the eight are added in order. */
static inline double dot(int n, const float *a, const float *b)
{
    enum { LANES = 8 };
    double lanes[LANES] = { 0 }, sum = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++)
            lanes[l] += (double)a[i + l] * (double)b[i + l];
    for (int l = 0; i + l < n; l++)
        lanes[l] += (double)a[i + l] * (double)b[i + l];
    for (int l = 0; l < LANES; l++)
        sum += lanes[l];
    return sum;
}

#endif
