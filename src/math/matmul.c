/* math/matmul.c - products as blocks of tiles: who computes what, and from where.
 *
 * The right operand is packed once into panels of tile_cols columns, k by k, so that the innermost
 * loop (kernels.tile) reads it as one stream; the left operand is read where it lies. A block of
 * BLOCK_ROWS x BLOCK_COLS results is one thread's work and stays in its L1 cache.
 *
 * Long sums are cut into parts of PACK_K, to bound the packed panel; the sums wait in the result
 * meanwhile, which changes no bit of them.
 *
 * SPDX-License-Identifier: MIT */
#include "math/matmul.h"

#include <string.h>

#include "base/banned.h"

enum { PACK_K = 512, MOST_TILE_ROWS = 12, MOST_TILE_COLS = 32 };

/* A matrix with any two strides: element (i, j) at data[i * row + j * col]. */
typedef struct operand {
    const float *data;
    ptrdiff_t row, col;
} operand;

static operand as_is(view v)
{
    return (operand){ .data = v.data, .row = v.stride, .col = 1 };
}

static operand transposed(view v)
{
    return (operand){ .data = v.data, .row = 1, .col = v.stride };
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

size_t matmul_pack_floats(int widest)
{
    size_t panels = ((size_t)widest + BLOCK_COLS - 1) / BLOCK_COLS;
    return panels * BLOCK_COLS * PACK_K;
}

/* One tile at the edge: what is missing of a is read as zeros, what is too much of c is dropped. */
static void edge_tile(const kernels *kern, int n, operand a, const float *panel, view out, bool add)
{
    float left[MOST_TILE_ROWS * PACK_K];
    float sums[MOST_TILE_ROWS * MOST_TILE_COLS] = { 0 };
    if (out.rows < kern->tile_rows) {
        memset(left, 0, (size_t)kern->tile_rows * (size_t)n * sizeof *left);
        for (int i = 0; i < out.rows; i++)
            for (int k = 0; k < n; k++)
                left[i * n + k] = a.data[i * a.row + k * a.col];
        a = (operand){ left, n, 1 };
    }
    for (int i = 0; add && i < out.rows; i++)
        memcpy(sums + i * kern->tile_cols, view_row(out, i), (size_t)out.cols * sizeof *sums);
    kern->tile(n, a.data, a.row, a.col, panel, sums, kern->tile_cols, add);
    for (int i = 0; i < out.rows; i++)
        memcpy(view_row(out, i), sums + i * kern->tile_cols, (size_t)out.cols * sizeof *sums);
}

/* A block of the result: all its tiles, for n values of k. */
static void block_sums(const kernels *kern, int n, operand a, const float *panels, view block,
                       bool add)
{
    for (int col = 0; col < block.cols; col += kern->tile_cols)
        for (int row = 0; row < block.rows; row += kern->tile_rows) {
            operand left = { a.data + row * a.row, a.row, a.col };
            const float *panel = panels + (ptrdiff_t)col * n;
            view part = view_part(block, row, col, least(kern->tile_rows, block.rows - row),
                                  least(kern->tile_cols, block.cols - col));
            if (part.rows == kern->tile_rows && part.cols == kern->tile_cols)
                kern->tile(n, left.data, left.row, left.col, panel, part.data, part.stride, add);
            else
                edge_tile(kern, n, left, panel, part, add);
        }
}

/* A product, and the part k .. k+n-1 of its sums that is being worked on. */
typedef struct product {
    const compute *compute;
    view out;
    operand a, b;
    int k, n;
    bool last;
    block_task then;
} product;

static void pack_task(const void *context, int i)
{
    const product *p = context;
    int tile_cols = p->compute->kernels->tile_cols;
    int col = i * tile_cols;
    p->compute->kernels->pack(p->n, least(tile_cols, p->out.cols - col),
                              p->b.data + p->k * p->b.row + col * p->b.col, p->b.row, p->b.col,
                              p->compute->pack + (ptrdiff_t)col * p->n);
}

static void multiply_task(const void *context, int i)
{
    const product *p = context;
    int row, col;
    view block = block_at(p->out, i, &row, &col);
    operand left = { p->a.data + row * p->a.row + p->k * p->a.col, p->a.row, p->a.col };
    block_sums(p->compute->kernels, p->n, left, p->compute->pack + (ptrdiff_t)col * p->n, block,
               p->k > 0);
    if (p->last && p->then.run)
        p->then.run(p->then.context, row, col, block);
}

static void multiply(const compute *c, view out, operand a, operand b, int K, block_task then)
{
    int panels = (out.cols + c->kernels->tile_cols - 1) / c->kernels->tile_cols;
    for (int k = 0; k < K; k += PACK_K) {
        int n = least(PACK_K, K - k);
        product p = { c, out, a, b, k, n, k + n == K, then };
        team_run(c->team, panels, pack_task, &p);
        team_run(c->team, block_count(out), multiply_task, &p);
    }
}

void matmul_nn(const compute *c, view out, view a, view b, block_task then)
{
    multiply(c, out, as_is(a), as_is(b), a.cols, then);
}

void matmul_nt(const compute *c, view out, view a, view b, block_task then)
{
    multiply(c, out, as_is(a), transposed(b), a.cols, then);
}

void matmul_tn(const compute *c, view out, view a, view b, block_task then)
{
    multiply(c, out, transposed(a), as_is(b), a.rows, then);
}

typedef struct row_sums {
    view m;
    float *out;
} row_sums;

static void sum_rows_task(const void *context, int i)
{
    const row_sums *r = context;
    int col = i * BLOCK_COLS, n = least(BLOCK_COLS, r->m.cols - col);
    float sums[BLOCK_COLS] = { 0 };
    for (int k = 0; k < r->m.rows; k++) {
        const float *row = view_row(r->m, k) + col;
        for (int j = 0; j < n; j++)
            sums[j] += row[j];
    }
    memcpy(r->out + col, sums, (size_t)n * sizeof *sums);
}

void matmul_sum_rows(const compute *c, float *out, view m)
{
    row_sums r = { m, out };
    team_run(c->team, (m.cols + BLOCK_COLS - 1) / BLOCK_COLS, sum_rows_task, &r);
}
