/* nn/minibatch_deviation.c - the layer "minibatch_deviation N": adds a channel that says how much
 * the samples of a group differ (Karras and others 2018).
 *
 *     y = x, then s in every place of one more channel
 *     s = mean over the values j of sqrt(variance of x_ij over the group's rows i + eps)
 *
 * A group is N rows in a row, the last one what remains; real samples and fakes are apart if the
 * pass is divided. Outside of training, where no sample may depend on another, s is the running
 * average of the deviations of training.
 *
 * Reached only through its row in nn/layer.c. I values of x, n rows of a group. With
 * q_ij = (x_ij - mean) / deviation_j, which the forward pass keeps,
 *
 *     ds / dx_ij = q_ij / (n I)
 *
 * so that back and along need no x. The penalty on D's gradient (nn/penalty.h) differentiates once
 * more: of S ds(u), where S is the gradient by s and u the direction, by x_ij it is
 *
 *     S / (n I) (u_ij - mean of u_j - q_ij (mean of q_j u_j)) / deviation_j
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

static const double eps = 1e-8, momentum = 0.1;

enum { SPAN = 128 }; /* values of a row that are worked on together */

/* State that forward leaves for the other passes. */
typedef struct deviations {
    float *q;       /* (B, I) */
    float *inverse; /* (groups, I): 1 / deviation_j */
    float *bent;    /* (B, I), of the penalty's pass along: see bend */
    double *s;      /* (groups) */
} deviations;

/* Rows first .. first+n-1. */
typedef struct member_rows {
    int first, n;
} member_rows;

static int size_of(const layer *l)
{
    return (int)l->arguments[0];
}

static int plane_of(const layer *l)
{
    return l->from.height * l->from.width;
}

/* Groups of a part of the rows. */
static int groups_in(const layer *l, int rows)
{
    return (rows + size_of(l) - 1) / size_of(l);
}

/* The rows before the second part of the pass, if it has two. */
static int first_part(const pass *p, int rows)
{
    return p->half > 0 && p->half < rows ? p->half : rows;
}

static int group_count(const layer *l, const pass *p, int rows)
{
    int part = first_part(p, rows);
    return groups_in(l, part) + groups_in(l, rows - part);
}

static member_rows group_at(const layer *l, const pass *p, int rows, int i)
{
    int begin = 0, end = first_part(p, rows);
    if (i >= groups_in(l, end)) {
        i -= groups_in(l, end);
        begin = end;
        end = rows;
    }
    int first = begin + i * size_of(l);
    return (member_rows){ first, end - first < size_of(l) ? end - first : size_of(l) };
}

static bool deviation_fit(layer *l, text *why)
{
    (void)why;
    l->to = l->from;
    l->to.channels++;
    return true;
}

static void deviation_plan(layer *l, arena *a, int rows, bool trains)
{
    size_t values = (size_t)rows * (size_t)l->in, groups = (size_t)groups_in(l, rows) + 1;
    if (!trains)
        return;
    l->saved = arena_take(a, 1, sizeof(deviations));
    deviations own = { .q = arena_take(a, values, sizeof *own.q),
                       .inverse = arena_take(a, groups * (size_t)l->in, sizeof *own.inverse),
                       .bent = arena_take(a, values, sizeof *own.bent),
                       .s = arena_take(a, groups, sizeof *own.s) };
    if (l->saved)
        *(deviations *)l->saved = own;
}

static void deviation_tensors(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    (void)l;
    shapes[0] = (tensor_shape){
        .name = "running_deviation", .sizes = { 1 }, .buffer = true, .variance = true
    };
    shapes[1] = (tensor_shape){ 0 };
}

static void deviation_init(layer *l, const kernels *kern, int way, random_stream s)
{
    (void)kern, (void)way, (void)s;
    l->buffers[0] = 1;
}

/* ---- tasks over the groups ---- */

typedef struct group_task {
    const layer *layer;
    const pass *pass;
    const_view x; /* x forward, dy back, u along */
    const_view a; /* of bend: the gradient by y */
    view y;       /* y forward, dx back, du along */
    bool bent;    /* back: with what bend left */
    block_task then;
} group_task;

static float *row_of(const layer *l, float *values, int row)
{
    return values + (ptrdiff_t)row * l->in;
}

/* Sums of columns col .. col+n-1 over the rows of a group: of the rows that are given, or of their
 * products with those of q. */
static void sum_columns(const group_task *t, member_rows g, int col, int n, const float *q,
                        double *sums)
{
    for (int j = 0; j < n; j++)
        sums[j] = 0;
    for (int i = 0; i < g.n; i++) {
        const float *x = const_view_row(t->x, g.first + i) + col;
        const float *by = q ? q + (ptrdiff_t)i * t->layer->in + col : NULL;
        for (int j = 0; j < n; j++)
            sums[j] += by ? (double)x[j] * (double)by[j] : (double)x[j];
    }
}

/* Writes a row of y or du: the row itself, then `value` in the new channel. */
static void write_row(const group_task *t, int row, float value)
{
    float *y = view_row(t->y, row), *added = y + t->layer->in;
    memcpy(y, const_view_row(t->x, row), (size_t)t->layer->in * sizeof *y);
    for (int k = 0; k < plane_of(t->layer); k++)
        added[k] = value;
}

static void finish(const group_task *t, member_rows g)
{
    if (t->then.run)
        t->then.run(t->then.context, g.first, 0, view_part(t->y, g.first, 0, g.n, t->y.cols));
}

/* Runs a task on every group, in parallel: each owns its rows. */
static void run_groups(const group_task *t, void (*run)(const void *, int))
{
    team_run(t->pass->compute->team, group_count(t->layer, t->pass, t->x.rows), run, t);
}

/* ---- forward ---- */

/* Fills q and the inverse deviations of some columns; returns the sum of the deviations. */
static double measure_columns(const group_task *t, member_rows g, int number, int col, int n)
{
    const layer *l = t->layer;
    const deviations *own = l->saved;
    double mean[SPAN], square[SPAN], sum = 0;
    sum_columns(t, g, col, n, NULL, mean);
    for (int j = 0; j < n; j++) {
        mean[j] /= g.n;
        square[j] = 0;
    }
    for (int i = 0; i < g.n; i++) {
        const float *x = const_view_row(t->x, g.first + i) + col;
        for (int j = 0; j < n; j++)
            square[j] += ((double)x[j] - mean[j]) * ((double)x[j] - mean[j]);
    }
    for (int j = 0; j < n; j++) {
        double deviation = sqrt(square[j] / g.n + eps);
        sum += deviation;
        square[j] = 1 / deviation;
        row_of(l, own->inverse, number)[col + j] = (float)square[j];
    }
    for (int i = 0; i < g.n; i++) {
        const float *x = const_view_row(t->x, g.first + i) + col;
        float *q = row_of(l, own->q, g.first + i) + col;
        for (int j = 0; j < n; j++)
            q[j] = (float)(((double)x[j] - mean[j]) * square[j]);
    }
    return sum;
}

static void forward_group(const void *context, int number)
{
    const group_task *t = context;
    const layer *l = t->layer;
    const deviations *own = l->saved;
    member_rows g = group_at(l, t->pass, t->x.rows, number);
    double sum = 0;
    for (int col = 0; col < l->in; col += SPAN)
        sum += measure_columns(t, g, number, col, l->in - col < SPAN ? l->in - col : SPAN);
    own->s[number] = sum / l->in;
    for (int i = 0; i < g.n; i++)
        write_row(t, g.first + i, (float)own->s[number]);
    finish(t, g);
}

static void forward_known(const void *context, int number)
{
    const group_task *t = context;
    member_rows g = group_at(t->layer, t->pass, t->x.rows, number);
    for (int i = 0; i < g.n; i++)
        write_row(t, g.first + i, t->layer->buffers[0]);
    finish(t, g);
}

/* Moves the running average on by the mean of these groups, and of those of other ranks. */
static void learn(const layer *l, const pass *p, int first, int count)
{
    const deviations *own = l->saved;
    group g = p->training ? p->compute->group : (group){ .ranks = 1 };
    struct {
        double sum, count;
    } all = { 0 };
    if (count == 0)
        return;
    group_chain_receive(g, &all, sizeof all);
    for (int i = 0; i < count; i++)
        all.sum += own->s[first + i];
    all.count += count;
    group_chain_send(g, &all, sizeof all);
    if (g.ranks > 1)
        group_spread(g, &all, sizeof all);
    l->buffers[0] =
        (float)((1 - momentum) * (double)l->buffers[0] + momentum * all.sum / all.count);
}

static void deviation_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    group_task t = { .layer = l, .pass = p, .x = x, .y = y, .then = then };
    run_groups(&t, p->training ? forward_group : forward_known);
    if (!p->training)
        return;
    int part = first_part(p, x.rows), before = groups_in(l, part);
    learn(l, p, 0, before);
    learn(l, p, before, groups_in(l, x.rows - part));
}

/* ---- backward and along ---- */

/* S / (n I): the gradient by every ds / q. */
static double slope_of(const group_task *t, const_view dy, member_rows g)
{
    const layer *l = t->layer;
    double sum = 0;
    for (int i = 0; i < g.n; i++) {
        const float *added = const_view_row(dy, g.first + i) + l->in;
        for (int k = 0; k < plane_of(l); k++)
            sum += (double)added[k];
    }
    return sum / ((double)g.n * l->in);
}

static void backward_group(const void *context, int number)
{
    const group_task *t = context;
    const layer *l = t->layer;
    const deviations *own = l->saved;
    member_rows g = group_at(l, t->pass, t->x.rows, number);
    float slope = t->pass->training ? (float)slope_of(t, t->x, g) : 0;
    for (int i = 0; i < g.n; i++) {
        const float *dy = const_view_row(t->x, g.first + i);
        float *dx = view_row(t->y, g.first + i);
        memcpy(dx, dy, (size_t)l->in * sizeof *dx);
        if (!t->pass->training)
            continue;
        const float *q = row_of(l, own->q, g.first + i), *bent = row_of(l, own->bent, g.first + i);
        for (int j = 0; j < l->in; j++)
            dx[j] += slope * q[j];
        for (int j = 0; t->bent && j < l->in; j++)
            dx[j] += bent[j];
    }
    finish(t, g);
}

static void deviation_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                               view dx, block_task then)
{
    group_task t = { .layer = l, .pass = p, .x = dy, .y = dx, .then = then };
    (void)x, (void)grads;
    if (dx.data)
        run_groups(&t, backward_group);
}

static void deviation_backward_bent(layer *l, const pass *p, const_view dy, view dx,
                                    block_task then)
{
    group_task t = { .layer = l, .pass = p, .x = dy, .y = dx, .bent = true, .then = then };
    run_groups(&t, backward_group);
}

static void along_group(const void *context, int number)
{
    const group_task *t = context;
    const layer *l = t->layer;
    const deviations *own = l->saved;
    member_rows g = group_at(l, t->pass, t->x.rows, number);
    double sum = 0;
    for (int i = 0; i < g.n; i++) {
        const float *u = const_view_row(t->x, g.first + i), *q = row_of(l, own->q, g.first + i);
        for (int j = 0; j < l->in; j++)
            sum += (double)q[j] * (double)u[j];
    }
    for (int i = 0; i < g.n; i++)
        write_row(t, g.first + i, (float)(sum / ((double)g.n * l->in)));
    finish(t, g);
}

static void deviation_tangent(layer *l, const pass *p, const_view u, view du, block_task then)
{
    group_task t = { .layer = l, .pass = p, .x = u, .y = du, .then = then };
    run_groups(&t, along_group);
}

static void bend_group(const void *context, int number)
{
    const group_task *t = context;
    const layer *l = t->layer;
    const deviations *own = l->saved;
    member_rows g = group_at(l, t->pass, t->x.rows, number);
    double slope = slope_of(t, t->a, g);
    for (int col = 0, n; col < l->in; col += n) {
        double mean[SPAN], along[SPAN];
        n = l->in - col < SPAN ? l->in - col : SPAN;
        sum_columns(t, g, col, n, NULL, mean);
        sum_columns(t, g, col, n, row_of(l, own->q, g.first), along);
        const float *inverse = row_of(l, own->inverse, number) + col;
        for (int i = 0; i < g.n; i++) {
            const float *u = const_view_row(t->x, g.first + i) + col;
            const float *q = row_of(l, own->q, g.first + i) + col;
            float *bent = row_of(l, own->bent, g.first + i) + col;
            for (int j = 0; j < n; j++)
                bent[j] = (float)(slope * (double)inverse[j] *
                                  ((double)u[j] - mean[j] / g.n - (double)q[j] * (along[j] / g.n)));
        }
    }
}

static void deviation_bend(layer *l, const pass *p, const_view u, const_view a)
{
    group_task t = { .layer = l, .pass = p, .x = u, .a = a };
    run_groups(&t, bend_group);
}

const layer_ops minibatch_deviation_ops = {
    .name = "minibatch_deviation",
    .arguments = { { .name = "N", .whole = true, .least = 2, .most = 65536, .initial = 4 } },
    .example = "minibatch_deviation 4",
    .help = "one more channel: how much the N samples of a group differ, so that D sees lost "
            "modes (Karras 2018); for D",
    .couples_rows = true,
    .rows_together = size_of,
    .only_judges = true,
    .fit = deviation_fit,
    .plan = deviation_plan,
    .tensors = deviation_tensors,
    .init = deviation_init,
    .forward = deviation_forward,
    .backward = deviation_backward,
    .tangent = deviation_tangent,
    .bend = deviation_bend,
    .backward_bent = deviation_backward_bent,
};
