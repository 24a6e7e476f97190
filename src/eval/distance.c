/* eval/distance.c - squared distances by products, a block at a time.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/distance.h"

#include <math.h>

#include "math/matmul.h"

#include "base/banned.h"

enum { LANES = 16 };

/* A product of K values as a chain of fmaf is off by at most K 2^-24 |x| |y|; the true error is
 * about sqrt(K) of that. With K = 784 this is the bound, with K = 128 six times the bound. */
static const float relative_doubt = 5e-5f;

void distances_plan(distances *d, arena *a, const compute *c, int size)
{
    d->compute = c;
    d->x = arena_take(a, (size_t)DISTANCE_ROWS * (size_t)size, sizeof *d->x);
    d->y = arena_take(a, (size_t)DISTANCE_COLS * (size_t)size, sizeof *d->y);
    d->x_norms = arena_take(a, DISTANCE_ROWS, sizeof *d->x_norms);
    d->y_norms = arena_take(a, DISTANCE_COLS, sizeof *d->y_norms);
    d->products = arena_take(a, (size_t)DISTANCE_ROWS * DISTANCE_COLS, sizeof *d->products);
}

/* |x|^2: in double, in LANES sums of every LANES-th value. */
static float norm_of(int n, const float *x)
{
    double lanes[LANES] = { 0 }, sum = 0;
    for (int i = 0; i < n; i += LANES) {
        int width = n - i < LANES ? n - i : LANES;
        for (int l = 0; l < width; l++)
            lanes[l] += (double)x[i + l] * (double)x[i + l];
    }
    for (int l = 0; l < LANES; l++)
        sum += lanes[l];
    return (float)sum;
}

/* Returns the points from .. from+n-1 as a matrix, and sets their norms. */
typedef struct fetching {
    const kernels *kernels;
    const points *points;
    int from, n;
    float *room, *norms;
} fetching;

enum { FETCH_ROWS = 64 };

static void fetch_task(const void *context, int i)
{
    const fetching *f = context;
    int first = i * FETCH_ROWS, n = f->n - first < FETCH_ROWS ? f->n - first : FETCH_ROWS;
    const_view v = points_block(f->points, f->kernels, f->from + first, n,
                                f->room + (ptrdiff_t)first * f->points->size);
    for (int k = 0; k < n; k++)
        f->norms[first + k] = norm_of(v.cols, const_view_row(v, k));
}

static const_view fetch(const compute *c, const points *p, int from, int n, float *room,
                        float *norms)
{
    fetching f = { c->kernels, p, from, n, room, norms };
    team_run(c->team, (n + FETCH_ROWS - 1) / FETCH_ROWS, fetch_task, &f);
    return p->data ? points_block(p, c->kernels, from, n, room) : const_view_of(room, n, p->size);
}

typedef struct block_rows {
    const distances *d;
    view products;
    int row, col;       /* of the block's first element */
    float largest_norm; /* of its ys */
    distance_task task;
} block_rows;

static void row_task(const void *context, int i)
{
    const block_rows *b = context;
    float *row = view_row(b->products, i);
    float norm = b->d->x_norms[i];
    for (int j = 0; j < b->products.cols; j++) {
        float squared = (norm + b->d->y_norms[j]) - 2 * row[j];
        row[j] = squared > 0 ? squared : 0;
    }
    row_distances r = { b->row + i, b->col, b->products.cols, row,
                        relative_doubt * (norm + b->largest_norm) };
    b->task.run(b->task.context, &r);
}

static int part_of(int count, int from, int most)
{
    return count - from < most ? count - from : most;
}

void distances_each(const distances *d, const points *x, const points *y, distance_task task)
{
    for (int col = 0; col < y->count; col += DISTANCE_COLS) {
        int cols = part_of(y->count, col, DISTANCE_COLS);
        const_view right = fetch(d->compute, y, col, cols, d->y, d->y_norms);
        float largest = 0;
        for (int j = 0; j < cols; j++)
            largest = d->y_norms[j] > largest ? d->y_norms[j] : largest;
        for (int row = 0; row < x->count; row += DISTANCE_ROWS) {
            int rows = part_of(x->count, row, DISTANCE_ROWS);
            const_view left = fetch(d->compute, x, row, rows, d->x, d->x_norms);
            block_rows b = { d, view_of(d->products, rows, cols), row, col, largest, task };
            matmul_nt(d->compute, b.products, left, right, (block_task){ 0 });
            team_run(d->compute->team, rows, row_task, &b);
        }
    }
}

float least_of(int n, const float *x)
{
    float lanes[LANES], least = INFINITY;
    for (int l = 0; l < LANES; l++)
        lanes[l] = INFINITY;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int l = 0; l < LANES; l++)
            lanes[l] = x[i + l] < lanes[l] ? x[i + l] : lanes[l];
    for (int l = 0; l < LANES; l++)
        least = lanes[l] < least ? lanes[l] : least;
    for (; i < n; i++)
        least = x[i] < least ? x[i] : least;
    return least;
}

typedef struct search {
    nearest *best;
    bool others; /* not the point itself */
} search;

/* Takes the nearest of the points from .. from+n-1 of the row, if it is nearer. */
static void take_nearest(nearest *b, const row_distances *r, int from, int n)
{
    float least = least_of(n, r->squared + from);
    if (!(least < b->squared))
        return;
    int j = from;
    while (r->squared[j] > least)
        j++;
    *b = (nearest){ least, r->first + j };
}

static void nearest_task(const void *context, const row_distances *r)
{
    const search *s = context;
    nearest *b = &s->best[r->i];
    int self = r->i - r->first;
    if (!s->others || self < 0 || self >= r->n) {
        take_nearest(b, r, 0, r->n);
        return;
    }
    take_nearest(b, r, 0, self);
    take_nearest(b, r, self + 1, r->n - self - 1);
}

static void find_nearest(const distances *d, const points *x, const points *y, search s,
                         double *squared)
{
    for (int i = 0; i < x->count; i++)
        s.best[i] = (nearest){ INFINITY, 0 };
    distances_each(d, x, y, (distance_task){ nearest_task, &s });
    for (int i = 0; i < x->count; i++)
        squared[i] = points_distance(x, i, y, s.best[i].index);
}

void distances_nearest(const distances *d, const points *x, const points *y, nearest *best,
                       double *squared)
{
    find_nearest(d, x, y, (search){ best, false }, squared);
}

void distances_nearest_other(const distances *d, const points *x, nearest *best, double *squared)
{
    find_nearest(d, x, x, (search){ best, true }, squared);
}
