/* nn/shape.h - the shape of a row of a batch: channels x height x width values, in this order.
 *
 * A row that is not an image has as many channels as values, a height of 1 and a width of 1.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_SHAPE_H
#define GAN_NN_SHAPE_H

#include <stdbool.h>

typedef struct image_shape {
    int channels, height, width;
} image_shape;

/* The most values of a row, here and in data sets. */
enum { SHAPE_MOST_VALUES = 1 << 24 };

static inline image_shape shape_flat(int values)
{
    return (image_shape){ values, 1, 1 };
}

/* The number of its values; s must fit SHAPE_MOST_VALUES. */
static inline int shape_size(image_shape s)
{
    return s.channels * s.height * s.width;
}

static inline bool shape_same(image_shape a, image_shape b)
{
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

/* True if all three are at least 1 and their product is at most SHAPE_MOST_VALUES. */
bool shape_fits(image_shape s);

/* Writes "64x7x7", or "100" if height and width are 1. */
enum { SHAPE_TEXT_SIZE = 48 };
void shape_text(image_shape s, char out[SHAPE_TEXT_SIZE]);

/* Reads either form; false if the word is neither or the shape is too large. */
bool shape_parse(const char *word, image_shape *s);

#endif
