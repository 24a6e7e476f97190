/* math/pixel.h - the byte of a pixel, from its value in [-1, 1].
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_PIXEL_H
#define GAN_MATH_PIXEL_H

/* The byte nearest to 255 (x + 1) / 2; ties go up. 0 for x <= -1 and for a NaN, 255 for x >= 1.
 * Inline and without branches, because a file of raw samples has millions. */
static inline unsigned char pixel_byte(float x)
{
    /* floor(t + 127.5 + 1/2) = floor(t) + 128. t is exact: 24 bits times 8 bits. */
    double t = 127.5 * (double)x;
    t = t > -128 ? t : -128; /* a NaN becomes -128 */
    t = t < 127 ? t : 127;
    int whole = (int)t; /* rounds towards 0 */
    return (unsigned char)(whole - (whole > t) + 128);
}

#endif
