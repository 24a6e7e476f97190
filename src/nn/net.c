/* nn/net.c - forward and backward through a net.
 *
 * A net is run in stages: a matrix layer with the elementwise layers behind it. The matrix layer
 * hands each block of its result, while that is in the cache, to the stage's tail; backward, the
 * layer that makes the gradient of a stage's output hands its blocks to the tail in reverse. (A
 * net may begin with elementwise layers: then the first stage has a tail only.)
 *
 * SPDX-License-Identifier: MIT */
#include "nn/net.h"

#include <math.h>
#include <string.h>

#include "nn/spectral.h"

#include "base/banned.h"

/* One past the last layer of the stage that begins at layer i. */
static int stage_end(const net *n, int i)
{
    for (i++; i < n->count && !layer_is_matrix(&n->layers[i]);)
        i++;
    return i;
}

/* The first layer of the stage that ends before layer i. */
static int stage_begin(const net *n, int i)
{
    for (i--; i > 0 && !layer_is_matrix(&n->layers[i]);)
        i--;
    return i;
}

int net_widest(const net *n)
{
    int widest = n->in;
    for (int i = 0; i < n->count; i++)
        widest = n->layers[i].out > widest ? n->layers[i].out : widest;
    return widest;
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
    for (int i = 0; i < n->count; i++) {
        layer *l = &n->layers[i];
        if (l->in_place)
            l->output = n->layers[i - 1].output;
        else if (i != last_output(n) || !output_elsewhere)
            l->output = arena_take(a, (size_t)rows * (size_t)l->out, sizeof(float));
    }
}

/* Where each layer's tensors begin: the first one's place, so that is the last to be written. */
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

void net_plan(net *n, arena *a, int rows, net_use use, bool output_elsewhere)
{
    n->params = arena_take(a, n->param_count, sizeof *n->params);
    n->buffers = arena_take(a, n->buffer_count, sizeof *n->buffers);
    plan_outputs(n, a, rows, output_elsewhere);
    if (use == NET_TRAINS) {
        n->grads = arena_take(a, n->param_count, sizeof *n->grads);
        n->exp_avg = arena_take(a, n->param_count, sizeof *n->exp_avg);
        n->exp_avg_sq = arena_take(a, n->param_count, sizeof *n->exp_avg_sq);
        for (int i = 0; i < 2; i++)
            n->d[i] = arena_take(a, (size_t)rows * (size_t)net_widest(n), sizeof(float));
    }
    for (int i = 0; i < n->count; i++)
        if (n->layers[i].ops->plan)
            n->layers[i].ops->plan(&n->layers[i], a, rows, use == NET_TRAINS);
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

/* The elementwise layers first .. end-1 of a stage; in: what goes into the first of them. */
typedef struct tail {
    const net *net;
    const pass *pass;
    int first, end;
    view in;
} tail;

/* The tail of the stage begin .. end-1. */
static tail tail_of(const net *n, const pass *p, int begin, int end, view in)
{
    return (tail){ n, p, layer_is_matrix(&n->layers[begin]) ? begin + 1 : begin, end, in };
}

static view output_of(const layer *l, int rows)
{
    return view_of(l->output, rows, l->out);
}

static void tail_forward(const void *context, int row, int col, view block)
{
    const tail *t = context;
    view x = view_part(t->in, row, col, block.rows, block.cols);
    for (int i = t->first; i < t->end; i++) {
        const layer *l = &t->net->layers[i];
        view y = view_part(output_of(l, t->in.rows), row, col, block.rows, block.cols);
        l->ops->forward_block(l, t->pass, row, col, x, y);
        x = y;
    }
}

static void tail_backward(const void *context, int row, int col, view dy)
{
    const tail *t = context;
    for (int i = t->end - 1; i >= t->first; i--) {
        const layer *l = &t->net->layers[i];
        view y = view_part(output_of(l, t->in.rows), row, col, dy.rows, dy.cols);
        l->ops->backward_block(l, t->pass, row, col, y, dy);
    }
}

view net_forward(const net *n, const pass *p, view x)
{
    for (int i = 0; i < n->count; i = stage_end(n, i)) {
        const layer *head = &n->layers[i];
        int end = stage_end(n, i);
        tail t = tail_of(n, p, i, end, x);
        if (head->spectral)
            spectral_normalize(head, p);
        if (layer_is_matrix(head)) {
            t.in = output_of(head, x.rows);
            head->ops->forward(head, p, x, t.in, (block_task){ tail_forward, &t });
        } else {
            compute_blocks(p->compute, x, (block_task){ tail_forward, &t });
        }
        x = output_of(&n->layers[end - 1], x.rows);
    }
    return x;
}

static void copy_rows(view to, view from)
{
    for (int i = 0; i < from.rows; i++)
        memcpy(view_row(to, i), view_row(from, i), (size_t)from.cols * sizeof *from.data);
}

void net_backward(const net *n, const pass *p, view x, view dy, view dx, bool params)
{
    int end = n->count;
    int begin = stage_begin(n, end);
    tail t = tail_of(n, p, begin, end, dy);
    if (t.first < t.end)
        compute_blocks(p->compute, dy, (block_task){ tail_backward, &t });
    /* Here dy is the gradient of what the head of the stage made: its tail is behind us. */
    for (int turn = 0; layer_is_matrix(&n->layers[begin]); turn ^= 1) {
        const layer *head = &n->layers[begin];
        view in = begin > 0 ? output_of(&n->layers[begin - 1], x.rows) : x;
        float *grads = params ? head->grads : NULL;
        bool first = begin == 0;
        view below = first ? dx : view_of(n->d[turn], dy.rows, head->in);
        end = begin;
        begin = first ? 0 : stage_begin(n, end);
        t = tail_of(n, p, begin, end, dy);
        head->ops->backward(head, p, in, dy, grads, below,
                            first ? (block_task){ 0 } : (block_task){ tail_backward, &t });
        if (grads && head->spectral)
            spectral_gradient(head, p->compute, grads);
        if (first)
            return;
        dy = below;
    }
    if (dx.data)
        copy_rows(dx, dy);
}

static const tensor *nonfinite(const tensor *tensors, int count, const float *block)
{
    for (int t = 0; t < count; t++)
        for (size_t i = 0; i < tensors[t].count; i++)
            if (!isfinite(block[tensors[t].offset + i]))
                return &tensors[t];
    return NULL;
}

const tensor *net_nonfinite(const net *n, const float *block)
{
    return nonfinite(n->tensors, n->tensor_count, block);
}

const tensor *net_nonfinite_buffer(const net *n)
{
    return nonfinite(n->buffer_tensors, n->buffer_tensor_count, n->buffers);
}
