/* nn/spectral.c - weights divided by their largest singular value.
 *
 * The weights are a matrix w (O, I); u (O), v (I).
 *
 * SPDX-License-Identifier: MIT */
#include "nn/spectral.h"

#include <math.h>
#include <string.h>

#include "nn/dot.h"

#include "base/banned.h"

enum { FIRST_STEPS = 15 };

/* Shorter vectors are divided by this, not by their length. */
static const double least_norm = 1e-12;

typedef struct spectral {
    int rows, cols; /* O, I */
    double sigma;
    double *product; /* scratch: w v, w^T u, or a number for each row */
} spectral;

/* The columns of weights (O, ...) as a matrix. */
static int columns_of(const tensor_shape *weight)
{
    int columns = 1;
    for (int i = 1; i < TENSOR_MOST_SIZES && weight->sizes[i] > 0; i++)
        columns *= weight->sizes[i];
    return columns;
}

void spectral_tensors(tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    int count = 0, rows = shapes[0].sizes[0], cols = columns_of(&shapes[0]);
    while (shapes[count].name)
        count++;
    shapes[0].name = "parametrizations.weight.original";
    shapes[count] =
        (tensor_shape){ .name = "parametrizations.weight.0._u", .sizes = { rows }, .buffer = true };
    shapes[count + 1] =
        (tensor_shape){ .name = "parametrizations.weight.0._v", .sizes = { cols }, .buffer = true };
    shapes[count + 2] = (tensor_shape){ 0 };
}

void spectral_plan(layer *l, arena *a)
{
    tensor_shape shapes[LAYER_MOST_TENSORS + 1] = { { 0 } };
    l->ops->tensors(l, shapes);
    int rows = shapes[0].sizes[0], cols = columns_of(&shapes[0]);
    spectral *s = arena_take(a, 1, sizeof *s);
    double *product = arena_take(a, (size_t)(rows > cols ? rows : cols), sizeof *product);
    l->weights = arena_take(a, (size_t)rows * (size_t)cols, sizeof *l->weights);
    l->spectral = s;
    if (s)
        *s = (spectral){ .rows = rows, .cols = cols, .product = product };
}

/* The weights as a matrix (O, I), in a block that begins with them. */
static view matrix_of(const layer *l, float *block)
{
    return view_of(block, l->spectral->rows, l->spectral->cols);
}

static const_view read_matrix(const layer *l, const float *block)
{
    return const_view_of(block, l->spectral->rows, l->spectral->cols);
}

static float *u_of(const layer *l)
{
    return l->buffers;
}

static float *v_of(const layer *l)
{
    return l->buffers + l->spectral->rows;
}

/* ---- the power method ---- */

typedef struct power_task {
    const_view w;
    const float *u, *v;
    double *product;
} power_task;

/* product[o] = w_o v */
static void row_task(const void *context, int o)
{
    const power_task *t = context;
    t->product[o] = dot(t->w.cols, const_view_row(t->w, o), t->v);
}

enum { SPAN = 256 }; /* columns that are summed together: 2 KB of sums */

/* product[j] = w(0, j) u[0] + w(1, j) u[1] + ..., for a span of the columns. */
static void column_task(const void *context, int i)
{
    const power_task *t = context;
    int col = i * SPAN, n = t->w.cols - col < SPAN ? t->w.cols - col : SPAN;
    double sums[SPAN] = { 0 };
    for (int o = 0; o < t->w.rows; o++) {
        const float *w = const_view_row(t->w, o) + col;
        double u = (double)t->u[o];
        for (int j = 0; j < n; j++)
            sums[j] += (double)w[j] * u;
    }
    memcpy(t->product + col, sums, (size_t)n * sizeof *sums);
}

/* Runs the tasks on the threads of c, or, if c is NULL, on this thread alone. */
static void run_tasks(const compute *c, int n, void (*task)(const void *, int), const void *context)
{
    if (c)
        team_run(c->team, n, task, context);
    else
        for (int i = 0; i < n; i++)
            task(context, i);
}

/* to (n) = x / |x| */
static void set_direction(int n, const double *x, float *to)
{
    double square = 0;
    for (int i = 0; i < n; i++)
        square += x[i] * x[i];
    double norm = sqrt(square);
    norm = norm < least_norm ? least_norm : norm;
    for (int i = 0; i < n; i++)
        to[i] = (float)(x[i] / norm);
}

/* If `move`, u = w v / |w v| and v = w^T u / |w^T u|. Then sigma = (w^T u) v. */
static void power_step(const layer *l, const compute *c, bool move)
{
    spectral *s = l->spectral;
    const_view w = read_matrix(l, l->params);
    float *u = u_of(l), *v = v_of(l);
    power_task t = { w, u, v, s->product };
    if (move) {
        run_tasks(c, w.rows, row_task, &t);
        set_direction(w.rows, s->product, u);
    }
    run_tasks(c, (w.cols + SPAN - 1) / SPAN, column_task, &t);
    if (move)
        set_direction(w.cols, s->product, v);
    s->sigma = 0;
    for (int j = 0; j < w.cols; j++)
        s->sigma += s->product[j] * (double)v[j];
}

void spectral_init(layer *l, const kernels *kern, random_stream s)
{
    const_view w = read_matrix(l, l->params);
    float *v = v_of(l);
    kern->normal(s, w.rows, 0, w.cols, v); /* the row after those of the weights */
    double norm = sqrt(dot(w.cols, v, v));
    for (int j = 0; j < w.cols; j++)
        v[j] = (float)((double)v[j] / norm);
    for (int i = 0; i < FIRST_STEPS; i++)
        power_step(l, NULL, true);
}

/* ---- weights and their gradients ---- */

typedef struct rows_task {
    const_view from;
    view to;
    const float *u, *v;
    float inverse; /* 1 / sigma */
    double *sums, along;
} rows_task;

static void divide_row(const void *context, int o)
{
    const rows_task *t = context;
    const float *from = const_view_row(t->from, o);
    float *to = view_row(t->to, o);
    for (int i = 0; i < t->to.cols; i++)
        to[i] = from[i] * t->inverse;
}

void spectral_normalize(layer *l, const pass *p)
{
    const spectral *s = l->spectral;
    power_step(l, p->compute, p->training);
    rows_task t = { .from = read_matrix(l, l->params),
                    .to = matrix_of(l, l->weights),
                    .inverse = (float)(1 / s->sigma) };
    team_run(p->compute->team, t.to.rows, divide_row, &t);
}

static void sum_row(const void *context, int o)
{
    const rows_task *t = context;
    t->sums[o] = dot(t->to.cols, const_view_row(t->from, o), view_row(t->to, o));
}

static void turn_row(const void *context, int o)
{
    const rows_task *t = context;
    float *g = view_row(t->to, o), share = (float)(t->along * (double)t->u[o]);
    for (int i = 0; i < t->to.cols; i++)
        g[i] = (g[i] - share * t->v[i]) * t->inverse;
}

/* With n = w / sigma and d sigma / dw = u v^T: dw = (dn - (sum of dn n) u v^T) / sigma. */
void spectral_gradient(layer *l, const compute *c, float *grads)
{
    const spectral *s = l->spectral;
    const_view w = read_matrix(l, l->weights);
    rows_task t = { .from = w,
                    .to = matrix_of(l, grads),
                    .u = u_of(l),
                    .v = v_of(l),
                    .inverse = (float)(1 / s->sigma),
                    .sums = s->product };
    team_run(c->team, w.rows, sum_row, &t);
    for (int o = 0; o < w.rows; o++)
        t.along += s->product[o];
    team_run(c->team, w.rows, turn_row, &t);
}
