/* eval/contrast.c - the contrastive loss of pairs of pictures and captions.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/contrast.h"

#include <math.h>
#include <string.h>

#include "math/matmul.h"

#include "base/banned.h"

void contrast_plan(contrast *k, arena *a, const compute *c, int rows, int size)
{
    size_t square = (size_t)rows * (size_t)rows, flat = (size_t)rows * (size_t)size;
    *k = (contrast){ .compute = c, .rows = rows, .size = size };
    k->u = arena_take(a, flat, sizeof *k->u);
    k->v = arena_take(a, flat, sizeof *k->v);
    k->dot = arena_take(a, square, sizeof *k->dot);
    k->by_column = arena_take(a, square, sizeof *k->by_column);
    k->row_part = arena_take(a, square, sizeof *k->row_part);
    k->sizes = arena_take(a, 2 * (size_t)rows, sizeof *k->sizes);
    k->fits = arena_take(a, square, sizeof *k->fits);
}

/* ---- lengths ---- */

typedef struct normalising {
    const_view from;
    view to;
    float *sizes;
} normalising;

static float product(int n, const float *a, const float *b)
{
    float sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void normalise_row(const void *context, int row)
{
    const normalising *t = context;
    const float *x = const_view_row(t->from, row);
    float size = sqrtf(product(t->to.cols, x, x)), *y = view_row(t->to, row);
    t->sizes[row] = size;
    for (int i = 0; i < t->to.cols; i++)
        y[i] = size > 0 ? x[i] / size : 0;
}

void contrast_normalise(const compute *c, const_view from, view to, float *sizes)
{
    normalising t = { from, to, sizes };
    team_run(c->team, to.rows, normalise_row, &t);
}

typedef struct lengthening {
    const_view at; /* vectors of length 1 */
    view d;        /* their gradients, which become those of the vectors before */
    const float *sizes;
} lengthening;

/* d(x / |x|): dx = (d - <d, x'> x') / |x|. */
static void lengthen_row(const void *context, int row)
{
    const lengthening *t = context;
    const float *x = const_view_row(t->at, row);
    float *d = view_row(t->d, row), along = product(t->d.cols, d, x), size = t->sizes[row];
    for (int i = 0; i < t->d.cols; i++)
        d[i] = size > 0 ? (d[i] - along * x[i]) / size : 0;
}

/* ---- softmax ---- */

typedef struct softening {
    const kernels *kernels;
    int n;
    float *t, *d;              /* (B, B): the logits of a row; their gradient */
    const unsigned char *fits; /* (i, j), or (j, i) if `turned` */
    bool turned;
} softening;

static bool takes_part(const softening *s, int row, int j)
{
    ptrdiff_t n = s->n;
    return j == row || !s->fits[s->turned ? j * n + row : row * n + j];
}

/* The gradient of half the mean cross entropy: (p - 1 where j = row) * CONTRAST_SCALE / 2B. */
static void soften_row(const void *context, int row)
{
    const softening *s = context;
    ptrdiff_t n = s->n;
    const float *t = s->t + row * n;
    float *d = s->d + row * n, largest = t[row], sum = 0;
    for (int j = 0; j < s->n; j++)
        largest = takes_part(s, row, j) && t[j] > largest ? t[j] : largest;
    for (int j = 0; j < s->n; j++)
        d[j] = (float)CONTRAST_SCALE * (takes_part(s, row, j) ? t[j] - largest : 0);
    s->kernels->exp(s->n, d, d);
    for (int j = 0; j < s->n; j++)
        sum += takes_part(s, row, j) ? d[j] : 0;
    for (int j = 0; j < s->n; j++) {
        float p = takes_part(s, row, j) ? d[j] / sum : 0;
        d[j] = (p - (j == row ? 1.0f : 0.0f)) * ((float)CONTRAST_SCALE / (2 * (float)s->n));
    }
}

/* Adds the gradient of the columns to that of the rows. */
typedef struct joining {
    int n;
    float *row_part;
    const float *column_part;
} joining;

static void join_row(const void *context, int row)
{
    const joining *t = context;
    ptrdiff_t n = t->n;
    for (int j = 0; j < t->n; j++)
        t->row_part[row * n + j] += t->column_part[j * n + row];
}

static int count_right(const softening *s)
{
    int right = 0;
    for (int i = 0; i < s->n; i++) {
        const float *t = s->t + (ptrdiff_t)i * s->n;
        bool nearest = true;
        for (int j = 0; j < s->n && nearest; j++)
            nearest = j == i || !takes_part(s, i, j) || t[j] < t[i];
        right += nearest;
    }
    return right;
}

int contrast_gradient(contrast *k, const_view u, const_view v, view du, view dv)
{
    const compute *c = k->compute;
    int n = u.rows;
    view at_u = view_of(k->u, n, k->size), at_v = view_of(k->v, n, k->size);
    contrast_normalise(c, u, at_u, k->sizes);
    contrast_normalise(c, v, at_v, k->sizes + k->rows);
    matmul_nt(c, view_of(k->dot, n, n), as_const(at_u), as_const(at_v), (block_task){ 0 });
    c->kernels->transpose(n, n, k->dot, n, k->by_column, n);
    softening rows = { c->kernels, n, k->dot, k->row_part, k->fits, false };
    softening columns = { c->kernels, n, k->by_column, k->by_column, k->fits, true };
    int right = count_right(&rows);
    team_run(c->team, n, soften_row, &rows);
    team_run(c->team, n, soften_row, &columns);
    joining both = { n, k->row_part, k->by_column };
    team_run(c->team, n, join_row, &both);
    const_view dt = const_view_of(k->row_part, n, n);
    matmul_nn(c, du, dt, as_const(at_v), (block_task){ 0 });
    matmul_tn(c, dv, dt, as_const(at_u), (block_task){ 0 });
    team_run(c->team, n, lengthen_row, &(lengthening){ as_const(at_u), du, k->sizes });
    team_run(c->team, n, lengthen_row, &(lengthening){ as_const(at_v), dv, k->sizes + k->rows });
    return right;
}
