/* tests/support/draws.h - draws the inputs of golden cases in the same way as make_goldens.py.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_DRAWS_H
#define GAN_TESTS_DRAWS_H

#include "nn/net.h"

/* Streams for inputs that training would supply. */
enum { TEST_PARAMS = 0xF0, TEST_X = 0xF1, TEST_DY = 0xF2 };

static inline void draw(const kernels *k, uint64_t seed, uint32_t step, uint32_t stream, view v)
{
    for (int i = 0; i < v.rows; i++)
        k->normal((random_stream){ seed, step, stream }, i, 0, v.cols, view_row(v, i));
}

static inline void draw_params(net *n, const kernels *k, uint64_t seed)
{
    draw(k, seed, 0, TEST_PARAMS, view_of(n->params, 1, (int)n->param_count));
    for (size_t i = 0; i < n->param_count; i++)
        n->params[i] *= 0.25f;
}

#endif
