/* nn/net.c - forward and backward through a net, stage by stage (nn/stage.h).
 *
 * Forward, the head of a stage hands each block of its result to the stage's tail; backward, the
 * head hands each block of the gradient by its input to the tail of the stage before it.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/net.h"

#include <math.h>
#include <string.h>

#include "nn/adam.h"
#include "nn/gradients.h"
#include "nn/spectral.h"
#include "nn/stage.h"

#include "base/banned.h"

int net_widest(const net *n)
{
    int widest = n->in;
    for (int i = 0; i < n->count; i++)
        widest = n->layers[i].out > widest ? n->layers[i].out : widest;
    return widest;
}

static bool is_shared(const net *n)
{
    return n->group.ranks > 1;
}

/* The most rows that layer i makes in a pass of up to `rows` rows. */
static int net_rows(const net *n, int i, int rows)
{
    return i >= n->joins ? rows + n->again : rows;
}

/* The first of the layers that share the memory of the last output. */
static int last_output(const net *n)
{
    int i = n->count - 1;
    while (n->layers[i].in_place)
        i--;
    return i;
}

static void plan_outputs(net *n, arena *a, int rows, bool output_elsewhere)
{
    int last = last_output(n);
    for (int i = 0; i < n->count; i++) {
        layer *l = &n->layers[i];
        size_t most = (size_t)net_rows(n, i, rows);
        l->padded = i < last;
        size_t stride = (size_t)(l->padded ? padded_stride(l->out) : l->out);
        if (l->in_place)
            l->output = n->layers[i - 1].output;
        else if (i != last || !output_elsewhere)
            l->output = arena_take(a, most * stride, sizeof(float));
    }
}

/* Sets where each layer's tensors begin. It goes from last to first, so that the place of a layer's
 * first tensor is the one that stays. */
static void place_tensors(net *n)
{
    for (int t = n->tensor_count - 1; t >= 0; t--) {
        layer *l = &n->layers[n->tensors[t].layer];
        l->params = l->weights = n->params + n->tensors[t].offset;
        l->grads = n->grads ? n->grads + n->tensors[t].offset : NULL;
    }
    for (int t = n->buffer_tensor_count - 1; t >= 0; t--)
        n->layers[n->buffer_tensors[t].layer].buffers = n->buffers + n->buffer_tensors[t].offset;
}

/* The rows of all ranks where this rank has `rows`, in one or several segments. */
static size_t all_rows(const net *n, int rows)
{
    return (size_t)(rows / group_rows(n->group, n->batch)) * (size_t)n->batch;
}

static void plan_jobs(net *n, arena *a, int rows)
{
    n->jobs = arena_take(a, (size_t)n->count, sizeof *n->jobs);
    n->kept = arena_take(a, (size_t)n->count, sizeof *n->kept);
    n->gathered = arena_take(a, (size_t)n->count, sizeof *n->gathered);
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        int most = net_rows(n, i, rows);
        size_t size = (size_t)most * (size_t)padded_stride(l->in);
        float *kept = layer_is_matrix(l) ? arena_take(a, size, sizeof *kept) : NULL;
        size = all_rows(n, most) * gradients_gathered(l);
        float *all =
            gradients_gather(l, n->group, n->batch) ? arena_take(a, size, sizeof *all) : NULL;
        if (n->kept)
            n->kept[i] = kept;
        if (n->gathered)
            n->gathered[i] = all;
    }
}

static float *gradient_of_share(const net *n)
{
    return n->grads ? n->grads + n->share.begin : NULL;
}

void net_plan(net *n, arena *a, int rows, net_use use, bool output_elsewhere)
{
    n->params = arena_take(a, n->param_count, sizeof *n->params);
    n->buffers = arena_take(a, n->buffer_count, sizeof *n->buffers);
    plan_outputs(n, a, rows, output_elsewhere);
    if (use == NET_TRAINS) {
        n->grads = arena_take(a, n->param_count, sizeof *n->grads);
        n->share = adam_share(n->group, n->param_count);
        size_t own = n->share.end - n->share.begin;
        n->exp_avg =
            n->gradient_is_moment ? gradient_of_share(n) : arena_take(a, own, sizeof *n->exp_avg);
        n->exp_avg_sq = arena_take(a, own, sizeof *n->exp_avg_sq);
        for (int i = 0; i < 2; i++)
            n->d[i] = arena_take(
                a, (size_t)net_rows(n, n->count, rows) * (size_t)padded_stride(net_widest(n)),
                sizeof(float));
        if (is_shared(n))
            plan_jobs(n, a, rows);
    }
    for (int i = 0; i < n->count; i++)
        if (n->layers[i].ops->plan)
            n->layers[i].ops->plan(&n->layers[i], a, net_rows(n, i, rows), use == NET_TRAINS);
    if (a->block)
        place_tensors(n);
    for (int i = 0; i < n->count; i++)
        if (layer_is_spectral(&n->layers[i]))
            spectral_plan(&n->layers[i], a);
}

void net_place_output(net *n, float *output)
{
    for (int i = last_output(n); i < n->count; i++)
        n->layers[i].output = output;
}

void net_init(net *n, const kernels *k, int way, uint64_t seed, random_use use)
{
    for (int i = 0; i < n->count; i++) {
        layer *l = &n->layers[i];
        random_stream s = { seed, 0, random_name(use, i, 0) };
        if (l->ops->init)
            l->ops->init(l, k, way, s);
        if (l->spectral)
            spectral_init(l, k, s);
    }
}

static void tail_forward(const void *context, int row, int col, view block)
{
    const stage *s = context;
    for (int i = stage_tail(s); i < s->end; i++) {
        layer *l = &s->net->layers[i];
        const_view x = const_view_part(stage_input(s, i), row, col, block.rows, block.cols);
        view y = view_part(stage_output(s, i), row, col, block.rows, block.cols);
        l->ops->forward_block(l, s->pass, row, col, x, y);
    }
}

static void tail_backward(const void *context, int row, int col, view dy)
{
    const stage *s = context;
    for (int i = s->end - 1; i >= stage_tail(s); i--) {
        const layer *l = &s->net->layers[i];
        view y = view_part(stage_output(s, i), row, col, dy.rows, dy.cols);
        l->ops->backward_block(l, s->pass, row, col, as_const(y), dy);
    }
}

const_view net_forward(net *n, const pass *whole, const_view x)
{
    pass here = *whole, *p = &here;
    here.rows = x.rows;
    stage s = { .net = n, .pass = p, .x = x };
    while (s.end < n->count) {
        s = stage_next(s);
        layer *head = stage_head(&s);
        view y = stage_output(&s, s.begin);
        if (!head) {
            stage_run_tail(&s, y, tail_forward);
            continue;
        }
        if (head->spectral)
            spectral_normalize(head, p);
        head->ops->forward(head, p, stage_input(&s, s.begin), y, (block_task){ tail_forward, &s });
    }
    return as_const(stage_output(&s, n->count - 1));
}

static void copy_rows(view to, view from)
{
    for (int i = 0; i < from.rows; i++)
        memcpy(view_row(to, i), view_row(from, i), (size_t)from.cols * sizeof *from.data);
}

gradient_job net_job(const net *n, layer *l, const_view x, const_view dy, float *grads)
{
    return (gradient_job){ .layer = l,
                           .x = x,
                           .dy = dy,
                           .grads = grads,
                           .first = (size_t)(l->grads - n->grads),
                           .all = n->param_count,
                           .gathered = n->gathered ? n->gathered[l->index] : NULL };
}

/* Where the gradient by a head's input goes. */
static view gradient_below(const net *n, const layer *head, int rows, int turn)
{
    return padded_view(is_shared(n) ? n->kept[head->index] : n->d[turn], rows, head->in);
}

/* Does the backward pass end at this stage? It is the first one, or nobody asks for dx and only
 * elementwise layers lie below. */
static bool ends_at(const stage *s, view dx)
{
    stage below = stage_previous(*s);
    return s->begin == 0 || (!dx.data && !stage_head(&below));
}

void net_backward(net *n, const pass *whole, const_view x, view dy, view dx, bool params)
{
    pass here = *whole, *p = &here;
    here.rows = x.rows;
    stage s = stage_previous((stage){ .net = n, .pass = p, .x = x, .begin = n->count });
    stage_run_tail(&s, dy, tail_backward);
    /* dy is now the gradient by the result of the head of stage s. */
    int waiting = 0;
    bool done = false;
    for (int turn = 0; !done && stage_head(&s); turn ^= 1) {
        layer *head = stage_head(&s);
        stage below = stage_previous(s);
        const_view from = stage_input(&s, s.begin);
        done = ends_at(&s, dx);
        view dbelow = done ? dx : gradient_below(n, head, from.rows, turn);
        if (params && head->ops->gradients) {
            gradient_job job = net_job(n, head, from, as_const(dy), head->grads);
            if (is_shared(n))
                n->jobs[waiting++] = job;
            else
                gradients_run(p, &job, 1);
        }
        head->ops->backward(head, p, from, as_const(dy), params ? head->grads : NULL, dbelow,
                            done ? (block_task){ 0 } : (block_task){ tail_backward, &below });
        dy = dbelow;
        s = below;
    }
    if (!done && dx.data)
        copy_rows(dx, dy);
    gradients_run(p, n->jobs, waiting);
}

static const tensor *nonfinite(const tensor *tensors, int count, group_part part,
                               const float *values)
{
    size_t i = part.begin;
    while (i < part.end && isfinite(values[i - part.begin]))
        i++;
    for (int t = 0; t < count && i < part.end; t++)
        if (i < tensors[t].offset + tensors[t].count)
            return &tensors[t];
    return NULL;
}

const tensor *net_nonfinite(const net *n, group_part part, const float *values)
{
    return nonfinite(n->tensors, n->tensor_count, part, values);
}

const tensor *net_nonfinite_buffer(const net *n)
{
    return nonfinite(n->buffer_tensors, n->buffer_tensor_count, (group_part){ 0, n->buffer_count },
                     n->buffers);
}
