/* math/bicubic.h - pictures made smaller and larger by the bicubic filter.
 *
 * Keys 1981 with a = -1/2, antialiased: the filter is stretched when a picture shrinks, so that
 * every pixel counts. Across first, then down; beyond an edge there is nothing, and the weights of
 * what remains add up to 1. This is Pillow's BICUBIC: bytes are the same, byte for byte.
 *
 * A plane is (height, width); a picture of several channels is several planes. The sums have one
 * order, so results are the same bytes on every machine.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_BICUBIC_H
#define GAN_MATH_BICUBIC_H

#include <stdint.h>

#include "base/arena.h"

/* One direction: pixel i of the result is the sum over k of weights[i taps + k] times pixel
 * first[i] + k of the source. All of these pixels are inside; a weight may be 0. */
typedef struct bicubic_axis {
    int from, to, taps;
    int *first;     /* (to) */
    float *weights; /* (to, taps) */
    int32_t *fixed; /* (to, taps), in units of 2^-22: for bytes */
} bicubic_axis;

/* Plans an axis of `from` pixels that become `to`, at least 1 each; measured first, then filled, as
 * base/arena.h says. */
void bicubic_plan(bicubic_axis *axis, arena *a, int from, int to);

/* A pixel of an enlarged picture depends on the source's pixel in which it lies and on this many to
 * either side. The weights depend on the place in that pixel alone, so an enlarged tile that has so
 * many pixels more around it is bit for bit that part of the enlarged picture. */
enum { BICUBIC_REACH = 2 };

/* Pictures: from (y->from, x->from), to (y->to, x->to), scratch (y->from, x->to). The results of
 * bytes are rounded, after each direction, and cut off at 0 and 255; those of floats are not. */
void bicubic_bytes(const bicubic_axis *y, const bicubic_axis *x, const unsigned char *from,
                   unsigned char *scratch, unsigned char *to);
void bicubic_floats(const bicubic_axis *y, const bicubic_axis *x, const float *from, float *scratch,
                    float *to);

/* The adjoint: dfrom is overwritten with the gradient of the source, of which dto is that of the
 * result. Sizes as above. */
void bicubic_adjoint(const bicubic_axis *y, const bicubic_axis *x, const float *dto, float *scratch,
                     float *dfrom);

/* For callers that make a picture line by line: a row across, out (x->to); and row i of the result,
 * out (n), from y->taps rows (n) that begin with row y->first[i]. bicubic_floats gives the same. */
void bicubic_across(const bicubic_axis *x, const float *row, float *out);
void bicubic_down(const bicubic_axis *y, int i, const float *const *rows, int n, float *out);

#endif
