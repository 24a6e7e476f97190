/* math/windows.h - the windows of a convolution, as the left factor of a product.
 *
 * The values under a window form a row of a matrix, whose product with the weights gives all
 * outputs of that window. That matrix is never built. Instead a few images are copied with a border
 * of zeros, and element (place, tap) is in the copy at the sum of two offsets, one of the window's
 * place and one of the tap (kernels.product_placed).
 *
 * Backward, from maps to images, works the same way. With stride s the pixels fall into s x s
 * classes, by the remainders of y + p and x + p divided by s. The pixels of a class see the maps
 * through windows that lie side by side, with every s-th weight of the kernel, so no zeros are
 * inserted between the values of a map. The same numbers describe an axis in either direction:
 *
 *     forward    one class; output i sees k values of the source, from s i - p on
 *     back       s classes; y + p = s q + r is pixel q of class r, and sees ceil((k - r) / s)
 *                values of the source, up to q, with the weights r, r + s, ... in reverse
 *
 * Where lanes run over windows whose step is 2, the copy is split: a quarter of it for the even
 * rows and columns, one for the even rows and odd columns, and so on. So the values that
 * neighbouring windows see under a tap are neighbours.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_WINDOWS_H
#define GAN_MATH_WINDOWS_H

#include "math/convolve.h"
#include "math/scratch.h"

typedef struct axis {
    int source, outputs; /* lengths of the two sides */
    int kernel;
    int step;         /* values of the source from one window to the next */
    int classes;      /* also: outputs from one of a class to its next */
    int padding;      /* of the source forward, of the outputs backward */
    int first, count; /* the places q of all classes: first .. first+count-1 */
} axis;

/* The windows of a product, in one of the two directions. */
typedef struct windows {
    int channels, outputs; /* channels of the source, of the result */
    axis y, x;
    bool back;
    int split; /* parts into which rows, and columns, of the source are split: 1 or 2 */
} windows;

windows windows_of(const convolution *g, bool back);

/* The windows of one class: their number of taps, and where that of place 0 begins in the source.
 */
int window_taps(const axis *a, int class);
int window_begin(const windows *w, const axis *a, int class);

/* The places of a class among first .. first+count-1 whose outputs exist. */
typedef struct span {
    int first, count;
} span;
span window_span(const axis *a, bool back, int class, int first, int count);

/* The number of the output at a place of a class. */
int window_output(const axis *a, bool back, int class, int place);

/* How a job is cut: a task has `images` images and works on rows x cols places and `channels`
 * channels of the source at a time. Only the speed depends on `most_images`: the bands of an image
 * follow each other in the order of its memory. */
typedef struct cut {
    int images, rows, cols, channels;
} cut;
cut windows_cut(const windows *w, int most_images);

/* A part of the source: some channels of some images, and in them the rectangle that the windows of
 * rows x cols places see, which may reach beyond the edges. Its sides are multiples of `split`. */
typedef struct region {
    int channel, channels, image, images;
    int top, left, height, width;
} region;
region windows_region(const windows *w, int row, int rows, int col, int cols);

/* own->source = that region of `from`, with zeros beyond the edges. */
void windows_fill(const kernels *k, const windows *w, const region *r, const_view from,
                  scratch *own);

/* Fills own->places with the offsets of all windows in these spans of a class, images outermost,
 * from the first of them in own->source, which it returns. */
const float *windows_places(const windows *w, const region *r, int class_y, int class_x, span y,
                            span x, scratch *own);

/* Fills own->taps with the offsets of the values under a window, channels outermost. Returns their
 * number. */
int windows_taps(const windows *w, const region *r, int class_y, int class_x, scratch *own);

#endif
