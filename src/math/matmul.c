/* math/matmul.c - products as blocks of tiles: which thread computes what, and from where.
 *
 * The innermost loop (a tile of kernels.product) reads the left factor in place and the right one
 * in panels as wide as a tile. A right factor whose columns are adjacent in memory is read in place
 * as well; a transposed one, and columns at the edge that do not fill a vector, are packed first.
 *
 * A block of BLOCK_ROWS x BLOCK_COLS results is one task of a job, and stays in its thread's L1
 * cache until `then` is done with it. A thread goes down a column of blocks and packs the panels
 * for it itself. Sharing packed panels would save arithmetic, but a core waits longer for memory
 * that another core has just written than it takes to pack.
 *
 * Long sums are cut into parts of at most PART_K terms, so that the panels of a column of blocks
 * stay in the L2 cache. The partial sums wait in the result: they are floats in a register, too, so
 * no bit changes.
 *
 * SPDX-License-Identifier: MIT */
#include "math/matmul.h"

#include <stdint.h>

#include "math/scratch.h"
#include "math/whole.h"

#include "base/banned.h"

static strided as_is(const_view v)
{
    return (strided){ .data = v.data, .row = v.stride, .col = 1 };
}

static strided transposed(const_view v)
{
    return (strided){ .data = v.data, .row = 1, .col = v.stride };
}

static strided part_of(strided m, int row, int col)
{
    return (strided){ m.data + row * m.row + col * m.col, m.row, m.col };
}

/* A product, and the terms k .. k+n-1 of its sums that are being added. */
typedef struct multiplication {
    const compute *compute;
    view out;
    strided a, b;
    int direct; /* columns of b that are read in place; a whole number of panels, or all */
    int k, n;
    bool begins, last; /* the first terms, the last ones */
    block_task then;
} multiplication;

/* How many columns of b are read in place: none where its vectors would straddle cache lines, or
 * where its rows are a multiple of 4 KB apart, so that a column of them falls into a few sets of
 * the cache, which evict each other. */
static int direct_columns(const kernels *kern, strided b, bool padded, int cols)
{
    if (b.col != 1 || b.row % (2 * FEW_SETS) == 0 || b.row % LINE_FLOATS != 0)
        return 0;
    return padded || cols % kern->lanes == 0 ? cols : cols / kern->tile_cols * kern->tile_cols;
}

/* The packed panels of the columns from .. from+cols-1, part of the column of blocks at col. */
static const float *packed_panels(const multiplication *p, int col, int from, int cols)
{
    const kernels *kern = p->compute->kernels;
    scratch *own = &p->compute->scratch[team_member()];
    for (int j = from; own->packed != col && j < from + cols; j += kern->tile_cols)
        kern->pack(p->n, least(kern->tile_cols, from + cols - j), part_of(p->b, p->k, j),
                   own->panels + (ptrdiff_t)(j - from) * p->n);
    own->packed = col;
    return own->panels;
}

static void multiply_task(const void *context, int i)
{
    const multiplication *p = context;
    const kernels *kern = p->compute->kernels;
    int row, col;
    view block = block_at(p->compute, p->out, i, &row, &col);
    strided left = part_of(p->a, row, p->k);
    int direct = p->direct <= col ? 0 : least(p->direct - col, block.cols);
    int cols = block.padded ? round_up(block.cols, kern->lanes) : block.cols;
    if (direct > 0)
        kern->product(block.rows, direct == block.cols ? cols : direct, p->n, left,
                      (panels){ part_of(p->b, p->k, col).data, p->b.row, kern->tile_cols, 0, NULL },
                      block.data, block.stride, !p->begins);
    if (direct < block.cols)
        kern->product(block.rows, cols - direct, p->n, left,
                      (panels){ packed_panels(p, col, col + direct, block.cols - direct), 0,
                                kern->tile_cols * p->n, 0, NULL },
                      block.data + direct, block.stride, !p->begins);
    if (p->last && p->then.run)
        p->then.run(p->then.context, row, col, block);
}

static void forget_panels(const compute *c)
{
    for (int t = 0; t < c->threads; t++)
        c->scratch[t].packed = -1;
}

/* padded: b's rows go on to whole vectors, as in math/view.h. */
static void multiply(const compute *c, bool goes_on, view out, strided a, strided b, bool padded,
                     int K, block_task then)
{
    int parts = (K + PART_K - 1) / PART_K;
    for (int i = 0; i < parts; i++) {
        int k = (int)((int64_t)K * i / parts), next = (int)((int64_t)K * (i + 1) / parts);
        int direct = direct_columns(c->kernels, b, padded, out.cols);
        bool begins = k == 0 && !goes_on;
        multiplication p = { c, out, a, b, direct, k, next - k, begins, next == K, then };
        forget_panels(c);
        team_run(c->team, block_count(out), multiply_task, &p);
    }
}

void matmul_nn(const compute *c, view out, const_view a, const_view b, block_task then)
{
    multiply(c, false, out, as_is(a), as_is(b), b.padded, a.cols, then);
}

/* ---- few rows ---- */

/* out (M, N) = a (M, K) b^T by way of out^T = b a^T: a task reads some rows of b in place and packs
 * a group of rows of a, once for all tasks of a thread. With few rows that is much less to
 * transpose than b. */
enum { GROUP_COLS = 64, STRIP = 8 };

typedef struct flipped {
    const compute *compute;
    view out;
    const_view a, b;
    block_task then;
} flipped;

/* How wide the panels of so many rows are: as equal as whole vectors allow. */
static int panel_width(const kernels *kern, int rows)
{
    return round_up(ceil_div(rows, ceil_div(rows, kern->tile_cols)), kern->lanes);
}

static void pack_group(const flipped *p, int row, int rows, int width, scratch *own)
{
    if (own->packed == row)
        return;
    for (int i = 0; i < rows; i += width)
        p->compute->kernels->pack(p->a.cols, least(width, rows - i),
                                  part_of(transposed(p->a), 0, row + i),
                                  own->panels + (ptrdiff_t)i * p->a.cols);
    own->packed = row;
}

static void flipped_task(const void *context, int task)
{
    const flipped *p = context;
    const kernels *kern = p->compute->kernels;
    scratch *own = &p->compute->scratch[team_member()];
    int across = ceil_div(p->out.cols, GROUP_COLS), K = p->a.cols;
    int row = task / across * GROUP_ROWS, col = task % across * GROUP_COLS;
    int rows = least(GROUP_ROWS, p->out.rows - row), cols = least(GROUP_COLS, p->out.cols - col);
    int width = panel_width(kern, rows), stride = round_up(rows, kern->lanes);
    view block = view_part(p->out, row, col, rows, cols);
    pack_group(p, row, rows, width, own);
    for (int i = 0; i < cols; i += STRIP)
        for (int j = 0; j < rows; j += width)
            kern->product(least(STRIP, cols - i), least(width, stride - j), K,
                          part_of(as_is(p->b), col + i, 0),
                          (panels){ own->panels + (ptrdiff_t)j * K, 0, 0, 0, NULL },
                          own->result + i * stride + j, stride, false);
    kern->transpose(cols, rows, own->result, stride, block.data, block.stride);
    if (p->then.run)
        p->then.run(p->then.context, row, col, block);
}

/* Whether less is packed and transposed that way. */
static bool has_few_rows(const compute *c, view out, int K)
{
    return K <= GROUP_K && out.cols >= GROUP_COLS &&
           (int64_t)out.rows * (K + out.cols) < (int64_t)c->threads * K * out.cols;
}

void matmul_nt(const compute *c, view out, const_view a, const_view b, block_task then)
{
    if (has_few_rows(c, out, a.cols)) {
        flipped p = { c, out, a, b, then };
        forget_panels(c);
        team_run(c->team, ceil_div(out.rows, GROUP_ROWS) * ceil_div(out.cols, GROUP_COLS),
                 flipped_task, &p);
        return;
    }
    multiply(c, false, out, as_is(a), transposed(b), false, a.cols, then);
}

void matmul_tn(const compute *c, view out, const_view a, const_view b, block_task then)
{
    matmul_tn_on(c, false, out, a, b, then);
}

void matmul_tn_on(const compute *c, bool goes_on, view out, const_view a, const_view b,
                  block_task then)
{
    multiply(c, goes_on, out, transposed(a), as_is(b), b.padded, a.rows, then);
}
