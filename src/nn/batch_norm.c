/* nn/batch_norm.c - the layer "batch_norm": normalises each channel to mean 0 and variance 1, then
 * applies a weight and a bias for the channel (Ioffe and Szegedy 2015).
 *
 *     y = (x - mean) / sqrt(variance + eps) * weight + bias
 *
 * In training, mean and variance are those of the channel's values in the batch, or in each half of
 * it if the pass is divided, and running averages of them are updated; otherwise these averages are
 * used. Names and factors are those of PyTorch's BatchNorm1d and BatchNorm2d.
 *
 * It is a matrix layer. It reads its input twice: once for the sums, columns in any order, and once
 * block by block, each followed by the tail of the stage.
 *
 * Reached only through its row in nn/layer.c. C channels of P values each; weight, bias and the
 * running averages are (C).
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>

#include "nn/describe.h"

#include "base/banned.h"

static const double eps = 1e-5, momentum = 0.1;

/* A channel in the rows that share statistics. */
typedef struct statistics {
    double sum, product;        /* left by sum_channels */
    double mean, inverse;       /* 1 / sqrt(variance + eps) */
    float center, scale;        /* y = (x - center) scale + bias */
    float mean_gradient, slope; /* dx = (dy - mean_gradient - (x - center) slope) scale */
} statistics;

static statistics *statistics_of(const layer *l, int half)
{
    return (statistics *)l->saved + (ptrdiff_t)half * l->to.channels;
}

static int plane_of(const layer *l)
{
    return l->to.height * l->to.width;
}

/* The number of parts of the rows that have statistics of their own. */
static int halves_of(const pass *p)
{
    return p->training && p->half > 0 ? 2 : 1;
}

static void batch_norm_plan(layer *l, arena *a, int rows, bool trains)
{
    (void)rows, (void)trains;
    l->saved = arena_take(a, 2 * (size_t)l->to.channels, sizeof(statistics));
}

static void batch_norm_tensors(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    int channels = l->to.channels;
    shapes[0] = (tensor_shape){ .name = "weight", .sizes = { channels } };
    shapes[1] = (tensor_shape){ .name = "bias", .sizes = { channels } };
    shapes[2] = (tensor_shape){ .name = "running_mean", .sizes = { channels }, .buffer = true };
    shapes[3] = (tensor_shape){
        .name = "running_var", .sizes = { channels }, .buffer = true, .variance = true
    };
}

static float *weight_of(float *block)
{
    return block;
}

static float *bias_of(const layer *l, float *block)
{
    return block + l->to.channels;
}

static float *running_mean(const layer *l)
{
    return l->buffers;
}

static float *running_variance(const layer *l)
{
    return l->buffers + l->to.channels;
}

static void batch_norm_init(layer *l, const kernels *kern, int way, random_stream s)
{
    (void)kern, (void)way, (void)s;
    for (int c = 0; c < l->to.channels; c++) {
        weight_of(l->params)[c] = 1;
        bias_of(l, l->params)[c] = 0;
        running_mean(l)[c] = 0;
        running_variance(l)[c] = 1;
    }
}

/* ---- sums ---- */

/* Columns that are summed together: 1 KB of a row, 4 KB of the stack. */
enum { SPAN = 256 };

/* The sums of a and of a b for each channel, in each half. */
typedef struct sums_task {
    const layer *layer;
    const_view a, b;
    int halves, span, spans; /* span: channels of a task; spans: tasks of a half */
    group group;
} sums_task;

/* For n columns: sums[j] += a(0, j) + a(1, j) + ..., products[j] += a(0, j) b(0, j) + ... A product
 * of floats is exact in double. */
static void sum_columns(int rows, int n, const float *restrict a, ptrdiff_t a_stride,
                        const float *restrict b, ptrdiff_t b_stride, double *restrict sums,
                        double *restrict products)
{
    for (int i = 0; i < rows; i++, a += a_stride, b += b_stride)
        for (int j = 0; j < n; j++) {
            sums[j] += (double)a[j];
            products[j] += (double)a[j] * (double)b[j];
        }
}

static void run_sums(const void *context, int i)
{
    const sums_task *t = context;
    int plane = plane_of(t->layer), channels = t->layer->to.channels;
    int half = i / t->spans, first = i % t->spans * t->span;
    int end = first + t->span < channels ? first + t->span : channels;
    int rows = t->a.rows / t->halves, row = half * rows;
    statistics *s = statistics_of(t->layer, half);
    for (int c = first; c < end; c++)
        s[c].sum = s[c].product = 0;
    for (int col = first * plane, n; col < end * plane; col += n) {
        double sums[2][SPAN] = { { 0 } };
        n = end * plane - col < SPAN ? end * plane - col : SPAN;
        group_chain_receive(t->group, sums, sizeof sums);
        sum_columns(rows, n, const_view_row(t->a, row) + col, t->a.stride,
                    const_view_row(t->b, row) + col, t->b.stride, sums[0], sums[1]);
        group_chain_send(t->group, sums, sizeof sums);
        for (int j = 0; j < n; j++) {
            s[(col + j) / plane].sum += sums[0][j];
            s[(col + j) / plane].product += sums[1][j];
        }
    }
}

/* The order of each sum is fixed: down each column, then over the P columns of the channel. Down a
 * column, the ranks of a group follow each other. */
static void sum_channels(const layer *l, const pass *p, const_view a, const_view b)
{
    int plane = plane_of(l), span = plane < SPAN ? SPAN / plane : 1;
    group alone = { .ranks = 1 }, g = p->training ? p->compute->group : alone;
    sums_task t = { l, a, b, halves_of(p), span, (l->to.channels + span - 1) / span, g };
    if (g.ranks == 1) {
        team_run(p->compute->team, t.halves * t.spans, run_sums, &t);
        return;
    }
    for (int i = 0; i < t.halves * t.spans; i++)
        run_sums(&t, i);
    group_spread(g, l->saved, (size_t)(t.halves * l->to.channels) * sizeof(statistics));
}

/* The number of values in each of a channel's sums, for a matrix of that many rows here. */
static int count_of(const layer *l, const pass *p, int rows)
{
    return (rows / halves_of(p) + p->other_rows) * plane_of(l);
}

/* ---- forward ---- */

/* The factors for each column of a block: of y = (x - center) scale + shift, and of dx likewise. */
typedef struct columns {
    float center[BLOCK_COLS], scale[BLOCK_COLS], shift[BLOCK_COLS], slope[BLOCK_COLS];
} columns;

/* Spreads the factors of channels over the columns col .. col+n-1. The shift is bias (C), or, if
 * that is NULL, the mean gradient. */
static void spread(const layer *l, int half, int col, int n, const float *bias, columns *to)
{
    const statistics *s = statistics_of(l, half);
    int plane = plane_of(l);
    for (int j = 0; j < n; j++) {
        int c = (col + j) / plane;
        to->center[j] = s[c].center;
        to->scale[j] = s[c].scale;
        to->shift[j] = bias ? bias[c] : s[c].mean_gradient;
        to->slope[j] = s[c].slope;
    }
}

/* A job over the blocks of y, or of dx. */
typedef struct blocks_task {
    const layer *layer;
    int middle; /* the first row of the second half */
    const_view x, dy;
    block_task then;
} blocks_task;

/* Runs `rows` on the part of a block that lies in each half, then t->then on the block. */
static void run_halves(const blocks_task *t, int row, int col, view block,
                       void (*rows)(const blocks_task *t, int half, int row, int col, view part))
{
    int above = t->middle - row;
    above = above < 0 ? 0 : above < block.rows ? above : block.rows;
    if (above > 0)
        rows(t, 0, row, col, view_part(block, 0, 0, above, block.cols));
    if (above < block.rows)
        rows(t, 1, row + above, col, view_part(block, above, 0, block.rows - above, block.cols));
    if (t->then.run)
        t->then.run(t->then.context, row, col, block);
}

static void normalize_rows(const blocks_task *t, int half, int row, int col, view part)
{
    columns f;
    spread(t->layer, half, col, part.cols, bias_of(t->layer, t->layer->params), &f);
    for (int i = 0; i < part.rows; i++) {
        const float *restrict x = const_view_row(t->x, row + i) + col;
        float *restrict y = view_row(part, i);
        for (int j = 0; j < part.cols; j++)
            y[j] = (x[j] - f.center[j]) * f.scale[j] + f.shift[j];
    }
}

static void normalize_block(const void *context, int row, int col, view y)
{
    run_halves(context, row, col, y, normalize_rows);
}

/* Sets the statistics from the sums of x and x^2 over n values, and updates the running averages.
 */
static void learn_channel(const layer *l, statistics *s, int c, int n)
{
    double mean = s->sum / n, variance = s->product / n - mean * mean;
    variance = variance > 0 ? variance : variance <= 0 ? 0 : variance; /* a NaN stays a NaN */
    float *m = &running_mean(l)[c], *v = &running_variance(l)[c];
    s->mean = mean;
    s->inverse = 1 / sqrt(variance + eps);
    *m = (float)((1 - momentum) * (double)*m + momentum * mean);
    *v = (float)((1 - momentum) * (double)*v + momentum * (variance * n / (n - 1)));
}

static void batch_norm_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    int halves = halves_of(p), n = count_of(l, p, x.rows);
    if (p->training)
        sum_channels(l, p, x, x);
    for (int half = 0; half < halves; half++)
        for (int c = 0; c < l->to.channels; c++) {
            statistics *s = &statistics_of(l, half)[c];
            if (p->training) {
                learn_channel(l, s, c, n);
            } else {
                s->mean = (double)running_mean(l)[c];
                s->inverse = 1 / sqrt((double)running_variance(l)[c] + eps);
            }
            s->center = (float)s->mean;
            s->scale = (float)((double)weight_of(l->params)[c] * s->inverse);
        }
    blocks_task t = { .layer = l, .middle = x.rows / halves, .x = x, .then = then };
    compute_blocks(p->compute, y, (block_task){ normalize_block, &t });
}

/* ---- backward ---- */

static void backward_rows(const blocks_task *t, int half, int row, int col, view part)
{
    columns f;
    spread(t->layer, half, col, part.cols, NULL, &f);
    for (int i = 0; i < part.rows; i++) {
        const float *restrict x = const_view_row(t->x, row + i) + col;
        const float *restrict dy = const_view_row(t->dy, row + i) + col;
        float *restrict dx = view_row(part, i);
        for (int j = 0; j < part.cols; j++)
            dx[j] = ((dy[j] - f.shift[j]) - (x[j] - f.center[j]) * f.slope[j]) * f.scale[j];
    }
}

static void backward_block(const void *context, int row, int col, view dx)
{
    run_halves(context, row, col, dx, backward_rows);
}

/* With x^ = (x - mean) inverse, y = weight x^ + bias. In training, mean and inverse depend on all n
 * values x, so dx = weight inverse (dy - mean of dy - x^ (mean of dy x^)). Otherwise they are the
 * running averages, which do not depend on x, and the two means drop out. */
static void batch_norm_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                                view dx, block_task then)
{
    int halves = halves_of(p), n = count_of(l, p, x.rows);
    sum_channels(l, p, dy, x);
    for (int c = 0; c < l->to.channels; c++) {
        double dweight = 0, dbias = 0;
        for (int half = 0; half < halves; half++) {
            statistics *s = &statistics_of(l, half)[c];
            double along = (s->product - s->mean * s->sum) * s->inverse; /* sum of dy x^ */
            dweight += along;
            dbias += s->sum;
            s->mean_gradient = p->training ? (float)(s->sum / n) : 0;
            s->slope = p->training ? (float)(along * s->inverse / n) : 0;
        }
        if (grads) {
            weight_of(grads)[c] = (float)dweight;
            bias_of(l, grads)[c] = (float)dbias;
        }
    }
    /* A dx without data has no rows, hence no blocks. */
    blocks_task t = { l, x.rows / halves, x, dy, then };
    compute_blocks(p->compute, dx, (block_task){ backward_block, &t });
}

/* y = (x - mean) scale + bias, with the running averages, is scale x + (bias - mean scale). */
static void batch_norm_describe(const layer *l, float *values, net_operator *o)
{
    int channels = l->to.channels;
    float *weight = weight_of(values), *bias = bias_of(l, values);
    for (int c = 0; c < channels; c++) {
        double scale = (double)weight[c] / sqrt((double)running_variance(l)[c] + eps);
        weight[c] = (float)scale;
        bias[c] = (float)((double)bias[c] - (double)running_mean(l)[c] * scale);
    }
    *o = (net_operator){
        .name = "BatchNormalization",
        .tensors = { operator_vector("scale", channels, weight),
                     operator_vector("shift", channels, bias) },
        .role = OPERATOR_SCALE,
    };
}

/* With the running averages, a pixel depends on itself alone. */
static bool batch_norm_scale(const layer *l, layer_scale *s)
{
    (void)l, (void)s;
    return true;
}

const layer_ops batch_norm_ops = {
    .name = "batch_norm",
    .help = "each channel to mean 0 and variance 1 over the batch, real samples and fakes by "
            "themselves, then a weight and a bias for it (Ioffe and Szegedy 2015)",
    .couples_rows = true,
    .counts_batches = true,
    .describe = batch_norm_describe,
    .scale = batch_norm_scale,
    .plan = batch_norm_plan,
    .tensors = batch_norm_tensors,
    .init = batch_norm_init,
    .forward = batch_norm_forward,
    .backward = batch_norm_backward,
};
