/* math/pixel.h - the byte of a sample's value.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_PIXEL_H
#define GAN_MATH_PIXEL_H

/* The byte nearest to 255 (x + 1)/2: 0 for x <= -1, 255 for x >= 1; half-way goes up; 0 for a NaN.
 * Inline and without a branch, because raw samples are millions of them. */
static inline unsigned char pixel_byte(float x)
{
    /* floor(t + 127.5 + 1/2) = floor(t) + 128, where t is exact: 24 bits times 8 bits. */
    double t = 127.5 * (double)x;
    t = t > -128 ? t : -128; /* so is a NaN */
    t = t < 127 ? t : 127;
    int whole = (int)t; /* towards 0 */
    return (unsigned char)(whole - (whole > t) + 128);
}

#endif
