/* math/windows.h - the windows of a convolution, as the left factor of a product.
 *
 * The values under a window are a row of a matrix, and a product with the weights gives all outputs
 * of that window. Nobody makes that matrix: a few images are copied with the zeros around them, and
 * an element of it is found in the copy at the sum of two offsets, that of the window's place and
 * that of the tap (kernels.product_placed).
 *
 * Back, from maps to images, the same: with stride s the pixels fall into s x s classes, by the
 * remainders of y + p and x + p, and the pixels of a class see the maps through windows that lie
 * side by side, whose weights are every s-th of the kernel: no zero between the pixels of a map is
 * ever multiplied. So an axis of either direction is described by the same numbers:
 *
 *     forward    one class; output i sees the source from s i - p on, k values
 *     back       s classes; y + p = s q + r is pixel q of class r, and sees the source up to q,
 *                ceil((k - r) / s) values: of the kernel k_r, k_r + s, ... backwards
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_WINDOWS_H
#define GAN_MATH_WINDOWS_H

#include "math/convolve.h"
#include "math/scratch.h"

typedef struct axis {
    int source, outputs; /* how long both sides are */
    int kernel;
    int step;         /* from a window to the next, in the source */
    int classes;      /* and from an output of a class to the next */
    int padding;      /* of the source forward, of the outputs back */
    int first, count; /* the places q of all classes */
} axis;

/* A product of windows: of which source, and into what. */
typedef struct windows {
    int channels, outputs; /* of the source, of the result */
    axis y, x;
    bool back;
} windows;

windows windows_of(const convolution *g, bool back);

/* The windows of one class: how many taps, and where that of place 0 begins in the source. */
int window_taps(const axis *a, int class);
int window_begin(const windows *w, const axis *a, int class);

/* The places of a class among first .. first+count-1 whose outputs there are. */
typedef struct span {
    int first, count;
} span;
span window_span(const axis *a, bool back, int class, int first, int count);

/* The output of a place of a class. */
int window_output(const axis *a, bool back, int class, int place);

/* How the work is cut: an item has `images` images, and works on rows x cols places at a time, on
 * so many channels of the source at a time. Only its speed depends on `most_images`: where several
 * bands make an image, they are in the order of its memory. */
typedef struct cut {
    int images, rows, cols, channels;
} cut;
cut windows_cut(const windows *w, int most_images);

/* A part of the source in a thread's memory: so many channels of so many images, the values that
 * the windows of rows x cols places see. */
typedef struct region {
    int channel, channels, image, images;
    int top, left, height, width;
} region;
region windows_region(const windows *w, int row, int rows, int col, int cols);

/* own->source = that part of `from`, zeros where it is beyond an edge. */
void windows_fill(const kernels *k, const windows *w, const region *r, const_view from,
                  scratch *own);

/* own->places and own->taps: the offsets of all windows in these spans of a class, images first,
 * and of the values under a window, channels first. Returns how many there are. */
int windows_places(const windows *w, const region *r, int class_y, int class_x, span y, span x,
                   scratch *own);
int windows_taps(const windows *w, const region *r, int class_y, int class_x, scratch *own);

#endif
