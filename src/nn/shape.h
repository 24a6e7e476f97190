/* nn/shape.h - what a row of a batch is: channels x height x width values, in this order.
 *
 * A row that is no image has as many channels as values, 1 high and 1 wide.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_SHAPE_H
#define GAN_NN_SHAPE_H

#include <stdbool.h>

typedef struct image_shape {
    int channels, height, width;
} image_shape;

/* What a row may have at most, as data sets do. */
enum { SHAPE_MOST_VALUES = 1 << 24 };

static inline image_shape shape_flat(int values)
{
    return (image_shape){ values, 1, 1 };
}

/* Its values; of a shape that is within SHAPE_MOST_VALUES. */
static inline int shape_size(image_shape s)
{
    return s.channels * s.height * s.width;
}

static inline bool shape_same(image_shape a, image_shape b)
{
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

/* Are all three at least 1, and their product at most SHAPE_MOST_VALUES? */
bool shape_fits(image_shape s);

/* "64x7x7", or "100" where height and width are 1. */
enum { SHAPE_TEXT_SIZE = 48 };
void shape_text(image_shape s, char out[SHAPE_TEXT_SIZE]);

/* Reads either of these forms; false where the word is neither, or does not fit. */
bool shape_parse(const char *word, image_shape *s);

#endif
