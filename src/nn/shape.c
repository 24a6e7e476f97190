/* nn/shape.c - shapes as texts, and their limits.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/shape.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "base/banned.h"

bool shape_fits(image_shape s)
{
    return s.channels >= 1 && s.height >= 1 && s.width >= 1 && s.channels <= SHAPE_MOST_VALUES &&
           s.height <= SHAPE_MOST_VALUES / s.channels &&
           s.width <= SHAPE_MOST_VALUES / s.channels / s.height;
}

void shape_text(image_shape s, char out[SHAPE_TEXT_SIZE])
{
    if (s.height == 1 && s.width == 1)
        snprintf(out, SHAPE_TEXT_SIZE, "%d", s.channels);
    else
        snprintf(out, SHAPE_TEXT_SIZE, "%dx%dx%d", s.channels, s.height, s.width);
}

bool shape_parse(const char *word, image_shape *s)
{
    int sizes[3] = { 1, 1, 1 }, count = 0;
    for (const char *next = word;; next++) {
        char part[16];
        double value;
        size_t length = strcspn(next, "x");
        if (count == 3 || length >= sizeof part)
            return false;
        snprintf(part, sizeof part, "%.*s", (int)length, next);
        if (!text_to_double(part, &value) || !(value >= 1 && value <= SHAPE_MOST_VALUES) ||
            floor(value) != value)
            return false;
        sizes[count++] = (int)value;
        next += length;
        if (*next == 0)
            break;
    }
    *s = (image_shape){ sizes[0], sizes[1], sizes[2] };
    return count != 2 && shape_fits(*s);
}
