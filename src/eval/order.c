/* eval/order.c - the fixed shuffles of the evaluation.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/order.h"

#include "math/random.h"

#include "base/banned.h"

enum { SEED = 1 };

void order_shuffle(order_of what, int n, uint32_t *order)
{
    random_shuffle((random_stream){ SEED, (uint32_t)what, random_name(RANDOM_ORDER_EVAL, 0, 0) }, n,
                   order);
}
