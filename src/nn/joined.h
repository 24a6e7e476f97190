/* nn/joined.h - what the layers share that join a condition to their input.
 *
 * Such a layer may judge some rows again: where the conditions of a pass are more than the rows of
 * its input, the first layer that joins them makes the further rows of its output from the first
 * rows of its input, with the further conditions. So a discriminator looks at a picture once and
 * judges it with two texts.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_JOINED_H
#define GAN_NN_JOINED_H

#include "nn/layer.h"

/* State of a layer that joins a condition: the conditions' vectors e (rows, N), what the layer
 * computes from each (rows, M), and the gradients of both, if the net trains. */
typedef struct joined {
    float *e, *made, *de, *dmade;
} joined;

static inline void joined_plan(layer *l, arena *a, int rows, int n, int m, bool trains)
{
    size_t small = (size_t)rows * (size_t)n, large = (size_t)rows * (size_t)m;
    joined own = { 0 };
    own.e = arena_take(a, small, sizeof(float));
    own.made = arena_take(a, large, sizeof(float));
    if (trains) {
        own.de = arena_take(a, small, sizeof(float));
        own.dmade = arena_take(a, large, sizeof(float));
    }
    joined *place = arena_take(a, 1, sizeof own);
    if (place)
        *place = own;
    l->saved = place;
}

/* The row of x (rows, I) from which a row of the output is made. */
static inline int joined_row(const_view x, int row)
{
    return row < x.rows ? row : row - x.rows;
}

/* The stream of the number-th tensor that is drawn besides the weights, whose own stream is s. */
static inline random_stream joined_stream(random_stream s, int number)
{
    s.stream |= (uint32_t)number << 16; /* where passes are counted (math/random.h) */
    return s;
}

/* False, with the reason, where the run has no condition. */
static inline bool joined_fit(const layer *l, text *why)
{
    if (l->conditions > 0)
        return true;
    text_add(why, "it joins the condition of a sample, and this run has none: give --condition "
                  "label or caption, or leave the layer out");
    return false;
}

#endif
