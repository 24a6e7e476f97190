/* nn/penalty.c - a penalty on the gradient of a net's output by its input.
 *
 * As in net.c, a stage is a matrix layer, its head, and the elementwise layers behind it, its tail,
 * which works on each block of the head's product while that is in the cache. Three passes, with
 * the names of docs/numerics.md: back (a), forward along dP/dg (u), back through the curvature (c).
 *
 * SPDX-License-Identifier: MIT */
#include "nn/penalty.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "nn/dot.h"
#include "nn/spectral.h"

#include "base/banned.h"

static bool is_curved(const layer *l)
{
    return !layer_is_matrix(l) && l->ops->curve_block;
}

/* Of the layer with the most of them. */
static size_t most_params(const net *n)
{
    size_t most = 0, own = 0;
    for (int t = 0; t < n->tensor_count; t++) {
        own = t > 0 && n->tensors[t - 1].layer == n->tensors[t].layer ? own : 0;
        own += n->tensors[t].count;
        most = own > most ? own : most;
    }
    return most;
}

void penalty_plan(penalty *q, const net *n, arena *a, int rows)
{
    *q = (penalty){ .net = n, .top = -1 };
    q->heads = arena_take(a, (size_t)n->count + 1, sizeof *q->heads);
    q->kept = arena_take(a, (size_t)n->count, sizeof *q->kept);
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        if (layer_is_matrix(l)) {
            if (q->heads)
                q->heads[q->head_count] = i;
            q->head_count++;
        }
        if (is_curved(l))
            q->top = i;
        if (!layer_is_matrix(l) && !is_curved(l))
            continue;
        float *kept = arena_take(a, (size_t)rows * (size_t)l->out, sizeof *kept);
        if (q->kept)
            q->kept[i] = kept;
    }
    if (q->heads)
        q->heads[q->head_count] = n->count;
    q->gradient = arena_take(a, (size_t)rows * (size_t)n->in, sizeof *q->gradient);
    q->product = arena_take(a, most_params(n), sizeof *q->product);
    q->rows = arena_take(a, (size_t)rows, sizeof *q->rows);
}

/* ---- the tails ---- */

/* The elementwise layers first .. end-1, for so many rows. */
typedef struct tail {
    const penalty *penalty;
    const pass *pass;
    int first, end, rows;
} tail;

/* The tail of stage s; of stage -1: what stands before the first head. */
static tail tail_of(const penalty *q, const pass *p, int s, int rows)
{
    return (tail){ q, p, s < 0 ? 0 : q->heads[s] + 1, q->heads[s + 1], rows };
}

/* What layer i left, and what is kept for it, where a block is. */
static view output_part(const tail *t, int i, int row, int col, view block)
{
    const layer *l = &t->penalty->net->layers[i];
    return view_part(view_of(l->output, t->rows, l->out), row, col, block.rows, block.cols);
}

static view kept_part(const tail *t, int i, int row, int col, view block)
{
    const layer *l = &t->penalty->net->layers[i];
    return view_part(view_of(t->penalty->kept[i], t->rows, l->out), row, col, block.rows,
                     block.cols);
}

static void tail_back(const void *context, int row, int col, view a)
{
    const tail *t = context;
    for (int i = t->end - 1; i >= t->first; i--) {
        const layer *l = &t->penalty->net->layers[i];
        if (is_curved(l)) {
            view kept = kept_part(t, i, row, col, a);
            for (int r = 0; r < a.rows; r++)
                memcpy(view_row(kept, r), view_row(a, r), (size_t)a.cols * sizeof *a.data);
        }
        l->ops->backward_block(l, t->pass, row, col, output_part(t, i, row, col, a), a);
    }
}

/* The derivative of an elementwise layer is a factor for each value: forward as well as back. */
static void tail_along(const void *context, int row, int col, view u)
{
    const tail *t = context;
    for (int i = t->first; i < t->end; i++) {
        const layer *l = &t->penalty->net->layers[i];
        view y = output_part(t, i, row, col, u);
        if (is_curved(l))
            l->ops->curve_block(y, u, kept_part(t, i, row, col, u));
        l->ops->backward_block(l, t->pass, row, col, y, u);
    }
}

static void tail_curved(const void *context, int row, int col, view c)
{
    const tail *t = context;
    for (int i = t->end - 1; i >= t->first; i--) {
        const layer *l = &t->penalty->net->layers[i];
        l->ops->backward_block(l, t->pass, row, col, output_part(t, i, row, col, c), c);
        if (!is_curved(l))
            continue;
        view kept = kept_part(t, i, row, col, c);
        for (int r = 0; r < c.rows; r++)
            t->pass->compute->kernels->add(c.cols, view_row(kept, r), view_row(c, r));
    }
}

static void run_tail(const tail *t, view v, void (*run)(const void *, int, int, view))
{
    if (t->first < t->end)
        compute_blocks(t->pass->compute, v, (block_task){ run, t });
}

/* ---- the passes ---- */

static const layer *head_of(const penalty *q, int s)
{
    return &q->net->layers[q->heads[s]];
}

static view kept_of(const penalty *q, int s, int rows)
{
    return view_of(q->kept[q->heads[s]], rows, head_of(q, s)->out);
}

/* a of every head's output, into kept, and g. */
static view pass_back(const penalty *q, const pass *p, int rows)
{
    int s = q->head_count - 1;
    const net *n = q->net;
    view a = kept_of(q, s, rows), g = view_of(q->gradient, rows, n->in), none = { 0 };
    tail t = tail_of(q, p, s, rows);
    for (int i = 0; i < rows * a.cols; i++)
        a.data[i] = 1;
    run_tail(&t, a, tail_back);
    for (; s >= 0; s--) {
        view below = s > 0 ? kept_of(q, s - 1, rows) : g;
        t = tail_of(q, p, s - 1, rows);
        head_of(q, s)->ops->backward(head_of(q, s), p, none, a, NULL, below,
                                     (block_task){ tail_back, &t });
        a = below;
    }
    return g;
}

/* Adds what x and dy make for a layer's weights, and for its bias too where `bias`, to its grads.
 */
static void add_gradient(const penalty *q, const pass *p, const layer *l, view x, view dy,
                         bool bias)
{
    const kernels *k = p->compute->kernels;
    const tensor *t = q->net->tensors, *end = t + q->net->tensor_count;
    while (t < end && t->layer != l->index)
        t++;
    if (t == end)
        return;
    l->ops->backward(l, p, x, dy, q->product, (view){ 0 }, (block_task){ 0 });
    if (l->spectral)
        spectral_gradient(l, p->compute, q->product);
    float *from = q->product, *to = l->grads;
    for (const tensor *first = t; t < end && t->layer == l->index && (bias || t == first); t++) {
        k->add((int)t->count, from, to);
        from += t->count;
        to += t->count;
    }
}

/* u from dP/dg on: its products with a are the gradients of the weights, and what a curved layer
 * gives to the pass that follows takes the place of its a. */
static void pass_along(const penalty *q, const pass *p, view u)
{
    int last = q->head_count - 1;
    tail t = tail_of(q, p, -1, u.rows);
    run_tail(&t, u, tail_along);
    for (int s = 0; s <= last; s++) {
        const layer *head = head_of(q, s);
        add_gradient(q, p, head, u, kept_of(q, s, u.rows), false);
        if (s == last && q->top < q->heads[s])
            return;
        view next = view_of(q->net->d[s & 1], u.rows, head->out);
        t = tail_of(q, p, s, u.rows);
        head->ops->tangent(head, p, u, next, (block_task){ tail_along, &t });
        u = next;
    }
}

/* c from the last curved layer down to the first head. */
static void pass_curved(const penalty *q, const pass *p, view x)
{
    int s = q->head_count - 1;
    while (s >= 0 && q->heads[s] > q->top)
        s--;
    if (s < 0)
        return;
    view c = view_of(q->net->d[s & 1], x.rows, head_of(q, s)->out);
    tail t = tail_of(q, p, s, x.rows);
    memset(c.data, 0, (size_t)x.rows * (size_t)c.cols * sizeof *c.data);
    run_tail(&t, c, tail_curved);
    for (;; s--) {
        const layer *head = head_of(q, s), *before = q->heads[s] > 0 ? head - 1 : NULL;
        view in = before ? view_of(before->output, x.rows, head->in) : x;
        add_gradient(q, p, head, in, c, true);
        if (s == 0)
            return;
        view below = view_of(q->net->d[(s - 1) & 1], x.rows, head->in);
        t = tail_of(q, p, s - 1, x.rows);
        head->ops->backward(head, p, in, c, NULL, below, (block_task){ tail_curved, &t });
        c = below;
    }
}

/* ---- the penalty ---- */

/* Each head has a product back, one forward and one for its weights; where c reaches it, two more,
 * but for c of the input, which nobody asks for. */
double penalty_work(const penalty *q, bool forward)
{
    double sum = 0;
    for (int s = 0; s < q->head_count; s++) {
        const layer *head = head_of(q, s);
        double work = head->ops->work ? head->ops->work(head) : 0;
        bool curved = q->heads[s] < q->top;
        if (s < q->head_count - 1 || curved)
            sum += (forward ? 4 : 3) * work;
        if (curved)
            sum += (s > 0 ? 2 : 1) * work;
    }
    return sum;
}

typedef struct direction {
    view g;
    double weight, target;
    double *rows;
} direction;

/* g -> dP/dg = 2 weight (1 - target / |g|) g */
static void turn_row(const void *context, int row)
{
    const direction *d = context;
    float *g = view_row(d->g, row);
    double square = dot(d->g.cols, g, g), norm = sqrt(square), off = norm - d->target;
    double factor = norm > 0 ? 1 - d->target / norm : 0;
    float scale = (float)(2 * d->weight * factor);
    for (int i = 0; i < d->g.cols; i++)
        g[i] *= scale;
    d->rows[row] = d->weight * (d->target == 0 ? square : off * off);
}

double penalty_backward(const penalty *q, const pass *p, view x, double weight, double target)
{
    double sum = 0;
    assert(q->head_count > 0);
    view g = pass_back(q, p, x.rows);
    direction d = { g, weight, target, q->rows };
    team_run(p->compute->team, x.rows, turn_row, &d);
    for (int i = 0; i < x.rows; i++)
        sum += q->rows[i];
    pass_along(q, p, g);
    pass_curved(q, p, x);
    return sum;
}
