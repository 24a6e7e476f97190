/* eval/kid.c - the kernel distance.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/kid.h"

#include <math.h>
#include <string.h>

#include "eval/order.h"
#include "math/matmul.h"

#include "base/banned.h"

void kid_plan(kid *k, arena *a, const compute *c, int size, int n, int m)
{
    k->compute = c;
    k->size = size;
    k->products = arena_take(a, (size_t)KID_BLOCK * KID_BLOCK, sizeof *k->products);
    k->x = arena_take(a, (size_t)KID_BLOCK * (size_t)size, sizeof *k->x);
    k->y = arena_take(a, (size_t)KID_BLOCK * (size_t)size, sizeof *k->y);
    k->x_order = arena_take(a, (size_t)n, sizeof *k->x_order);
    k->y_order = arena_take(a, (size_t)m, sizeof *k->y_order);
    k->sums = arena_take(a, KID_BLOCK, sizeof *k->sums);
}

typedef struct kernel_rows {
    const kid *kid;
    view products;
    int size;
    bool others; /* only pairs of different numbers */
} kernel_rows;

static void row_task(const void *context, int i)
{
    const kernel_rows *r = context;
    const float *row = view_row(r->products, i);
    double sum = 0;
    for (int j = 0; j < r->products.cols; j++) {
        double base = (double)row[j] / r->size + 1;
        if (!r->others || j != i)
            sum += base * base * base;
    }
    r->kid->sums[i] = sum;
}

/* The mean of k(x, y) over all pairs or, if `others`, over pairs of different numbers. */
static double kernel_mean(const kid *k, const_view x, const_view y, bool others)
{
    view products = view_of(k->products, x.rows, y.rows);
    kernel_rows r = { k, products, x.cols, others };
    double sum = 0;
    matmul_nt(k->compute, products, x, y, (block_task){ 0 });
    team_run(k->compute->team, x.rows, row_task, &r);
    for (int i = 0; i < x.rows; i++)
        sum += k->sums[i];
    return sum / ((double)x.rows * (others ? y.rows - 1 : y.rows));
}

/* room (rows, F) = the points order[0] .. order[rows-1] of x. */
static const_view gather(const float *x, int size, const uint32_t *order, int rows, float *room)
{
    for (ptrdiff_t i = 0; i < rows; i++)
        memcpy(room + i * size, x + (ptrdiff_t)order[i] * size, (size_t)size * sizeof *room);
    return const_view_of(room, rows, size);
}

estimate kid_estimate(const kid *k, int n, const float *x, int m, const float *y)
{
    int least = n < m ? n : m;
    int rows = least < KID_BLOCK ? least : KID_BLOCK, blocks = least / rows;
    double sum = 0, squares = 0;
    order_shuffle(ORDER_SAMPLES, n, k->x_order);
    order_shuffle(ORDER_TEST_IMAGES, m, k->y_order);
    for (ptrdiff_t i = 0; i < blocks; i++) {
        const_view xs = gather(x, k->size, k->x_order + i * rows, rows, k->x);
        const_view ys = gather(y, k->size, k->y_order + i * rows, rows, k->y);
        double one = kernel_mean(k, xs, xs, true) + kernel_mean(k, ys, ys, true) -
                     2 * kernel_mean(k, xs, ys, false);
        sum += one;
        squares += one * one;
    }
    if (blocks == 1)
        return (estimate){ sum, NAN };
    double mean = sum / blocks, variance = (squares - sum * mean) / (blocks - 1);
    return (estimate){ mean, variance > 0 ? sqrt(variance / blocks) : 0 };
}
