/* eval/order.c - the fixed shuffles of the evaluation.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/order.h"

#include "math/random.h"

#include "base/banned.h"

enum { SEED = 1 };

static random_stream stream_of(order_of what, int draw)
{
    return (random_stream){ SEED, (uint32_t)what, random_name(RANDOM_ORDER_EVAL, 0, draw) };
}

void order_shuffle(order_of what, int n, uint32_t *order)
{
    random_shuffle(stream_of(what, 0), n, order);
}

uint32_t order_below(order_of what, int draw, int index, uint32_t n)
{
    return random_below(stream_of(what, draw), (uint32_t)index, n);
}
