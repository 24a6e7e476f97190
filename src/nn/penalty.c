/* nn/penalty.c - a penalty on the gradient of a net's output by its input.
 *
 * It walks the stages of nn/stage.h three times, with the names of docs/numerics.md: back (a),
 * forward along dP/dg (u), and back through the curvature (c). The tail of a stage works on each
 * block of its head's product while that is in the cache.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/penalty.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "nn/dot.h"
#include "nn/gradients.h"
#include "nn/stage.h"

#include "base/banned.h"

static bool is_curved(const layer *l)
{
    return !layer_is_matrix(l) && l->ops->curve_block;
}

/* The parameters of the layer that has the most. */
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

void penalty_plan(penalty *q, net *n, arena *a, int rows, int batch)
{
    *q = (penalty){ .net = n, .top = -1 };
    q->kept = arena_take(a, (size_t)n->count, sizeof *q->kept);
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        if (is_curved(l) || l->ops->bend || (l->ops->closes_block && l->partner->index < q->top))
            q->top = i;
        if (!layer_is_matrix(l) && !is_curved(l))
            continue;
        float *kept = arena_take(a, (size_t)rows * (size_t)padded_stride(l->out), sizeof *kept);
        if (q->kept)
            q->kept[i] = kept;
    }
    q->gradient = arena_take(a, (size_t)rows * (size_t)padded_stride(n->in), sizeof *q->gradient);
    q->product =
        arena_take(a, n->group.ranks > 1 ? n->param_count : most_params(n), sizeof *q->product);
    q->rows = arena_take(a, (size_t)rows + (size_t)batch, sizeof *q->rows);
}

/* ---- the tails ---- */

/* The gradient kept for layer i, (B, out). */
static view kept_of(const stage *s, int i)
{
    return padded_view(s->kept[i], s->x.rows, s->net->layers[i].out);
}

/* The part of a layer's matrix that lies where a block does. */
static view part_at(view m, int row, int col, view block)
{
    return view_part(m, row, col, block.rows, block.cols);
}

static void tail_back(const void *context, int row, int col, view a)
{
    const stage *s = context;
    for (int i = s->end - 1; i >= stage_tail(s); i--) {
        const layer *l = &s->net->layers[i];
        const_view y = as_const(part_at(stage_output(s, i), row, col, a));
        if (is_curved(l)) {
            view kept = part_at(kept_of(s, i), row, col, a);
            for (int r = 0; r < a.rows; r++)
                memcpy(view_row(kept, r), view_row(a, r), (size_t)a.cols * sizeof *a.data);
        }
        l->ops->backward_block(l, s->pass, row, col, y, a);
    }
}

/* The derivative of most elementwise layers is a factor for each value, the same forward and back.
 */
static void tail_along(const void *context, int row, int col, view u)
{
    const stage *s = context;
    for (int i = stage_tail(s); i < s->end; i++) {
        const layer *l = &s->net->layers[i];
        const_view y = as_const(part_at(stage_output(s, i), row, col, u));
        if (is_curved(l))
            l->ops->curve_block(y, as_const(u), part_at(kept_of(s, i), row, col, u));
        if (l->ops->along_block)
            l->ops->along_block(l, s->pass, row, col, y, u);
        else
            l->ops->backward_block(l, s->pass, row, col, y, u);
    }
}

static void tail_curved(const void *context, int row, int col, view c)
{
    const stage *s = context;
    /* c is 0 above the top, where no block that ends higher left anything to add. */
    for (int i = least(s->end - 1, s->top); i >= stage_tail(s); i--) {
        const layer *l = &s->net->layers[i];
        const_view y = as_const(part_at(stage_output(s, i), row, col, c));
        l->ops->backward_block(l, s->pass, row, col, y, c);
        if (!is_curved(l))
            continue;
        view kept = part_at(kept_of(s, i), row, col, c);
        for (int r = 0; r < c.rows; r++)
            s->pass->compute->kernels->add(c.cols, view_row(kept, r), view_row(c, r));
    }
}

/* ---- the passes ---- */

/* The walk back from the last stage. */
static stage last_stage(const penalty *q, const pass *p, const_view x)
{
    return stage_previous((stage){
        .net = q->net, .pass = p, .x = x, .kept = q->kept, .top = q->top, .begin = q->net->count });
}

/* a of every head's output, into kept, and g. */
static view pass_back(const penalty *q, const pass *p, const_view x)
{
    stage s = last_stage(q, p, x), below;
    view a = kept_of(&s, s.begin), g = padded_view(q->gradient, x.rows, q->net->in);
    for (int i = 0; i < a.rows * a.stride; i++)
        a.data[i] = 1;
    stage_run_tail(&s, a, tail_back);
    for (layer *head; (head = stage_head(&s)) != NULL; s = below) {
        below = stage_previous(s);
        view da = stage_head(&below) ? kept_of(&below, below.begin) : g;
        head->ops->backward(head, p, (const_view){ 0 }, as_const(a), NULL, da,
                            (block_task){ tail_back, &below });
        a = da;
    }
    return g;
}

typedef struct addition {
    const kernels *kernels;
    const float *from;
    float *to;
    int n;
} addition;

enum { ADDED = 8192 }; /* floats in a task */

static void add_part(const void *context, int i)
{
    const addition *a = context;
    int begin = i * ADDED;
    a->kernels->add(least(ADDED, a->n - begin), a->from + begin, a->to + begin);
}

/* The first tensor of a layer; NULL: it has none. */
static const tensor *first_tensor(const net *n, const layer *l)
{
    for (int t = 0; t < n->tensor_count; t++)
        if (n->tensors[t].layer == l->index)
            return &n->tensors[t];
    return NULL;
}

/* Computes the gradients of the jobs and adds them to those of the layers; to those of what a layer
 * only adds, such as its bias, if `added`. */
static void add_gradients(const penalty *q, const pass *p, const gradient_job *jobs, int count,
                          bool added)
{
    const tensor *end = q->net->tensors + q->net->tensor_count;
    gradients_run(p, jobs, count);
    for (int i = 0; i < count; i++) {
        const layer *l = jobs[i].layer;
        addition a = { .kernels = p->compute->kernels, .from = jobs[i].grads, .to = l->grads };
        for (const tensor *t = first_tensor(q->net, l); t < end && t->layer == l->index; t++) {
            a.n = (int)t->count;
            if (added || !t->shape.added)
                team_run(p->compute->team, ceil_div(a.n, ADDED), add_part, &a);
            a.from += t->count;
            a.to += t->count;
        }
    }
}

/* The same for what x and dy of a layer give. With other ranks it becomes the last of the jobs that
 * wait for the end of the pass, so that chains of all layers travel together. */
static void add_gradient(const penalty *q, const pass *p, layer *l, const_view x, view dy,
                         bool added, int *waiting)
{
    net *n = q->net;
    const tensor *t = first_tensor(n, l);
    if (!t)
        return;
    bool waits = n->group.ranks > 1;
    gradient_job job = net_job(n, l, x, as_const(dy), q->product + (waits ? t->offset : 0));
    if (waits)
        n->jobs[(*waiting)++] = job;
    else
        add_gradients(q, p, &job, 1, added);
}

/* Where a matrix of the size of the input of layer `index` goes: with other ranks it has to stay
 * until the end of the pass. After the last layer there is nothing that it waits for. */
static float *place_of(const net *n, int index, int turn)
{
    return n->group.ranks > 1 && index < n->count ? n->kept[index] : n->d[turn];
}

/* Takes u forward from dP/dg. Its products with a are the gradients of the weights; what a curved
 * layer contributes to the next pass replaces that layer's a. */
static void pass_along(const penalty *q, const pass *p, const_view x, view u)
{
    stage s = stage_next((stage){ .net = q->net, .pass = p, .x = x, .kept = q->kept });
    if (!stage_head(&s)) {
        stage_run_tail(&s, u, tail_along);
        s = stage_next(s);
    }
    int waiting = 0;
    for (int turn = 0;; turn ^= 1, s = stage_next(s)) {
        layer *head = stage_head(&s);
        add_gradient(q, p, head, as_const(u), kept_of(&s, s.begin), false, &waiting);
        if (s.end == q->net->count && q->top < s.begin)
            break;
        if (head->ops->bend)
            head->ops->bend(head, p, as_const(u), as_const(kept_of(&s, s.begin)));
        view next = padded_view(place_of(q->net, s.end, turn), u.rows, head->out);
        head->ops->tangent(head, p, as_const(u), next, (block_task){ tail_along, &s });
        if (s.end == q->net->count)
            break;
        u = next;
    }
    add_gradients(q, p, q->net->jobs, waiting, false);
}

/* Takes c back from the last curved layer to the first head. */
static void pass_curved(const penalty *q, const pass *p, const_view x)
{
    stage s = last_stage(q, p, x), below;
    while (s.begin > q->top && s.begin > 0)
        s = stage_previous(s);
    layer *head = stage_head(&s);
    if (!head || q->top < 0)
        return;
    view c = padded_view(q->net->d[0], x.rows, head->out);
    memset(c.data, 0, (size_t)c.rows * (size_t)c.stride * sizeof *c.data);
    stage_run_tail(&s, c, tail_curved);
    int waiting = 0;
    for (int turn = 1;; turn ^= 1, s = below) {
        head = stage_head(&s);
        below = stage_previous(s);
        add_gradient(q, p, head, stage_input(&s, s.begin), c, true, &waiting);
        if (!stage_head(&below))
            break;
        view dc = padded_view(place_of(q->net, head->index, turn), x.rows, head->in);
        const block_task then = { tail_curved, &below };
        if (head->ops->backward_bent)
            head->ops->backward_bent(head, p, as_const(c), dc, then);
        else
            head->ops->backward(head, p, stage_input(&s, s.begin), as_const(c), NULL, dc, then);
        c = dc;
    }
    add_gradients(q, p, q->net->jobs, waiting, true);
}

/* ---- the penalty ---- */

/* Each head has a product back, one forward and one for its weights. Where c reaches it there are
 * two more, except that nobody asks for c of the first head's input. */
double penalty_work(const penalty *q, bool forward)
{
    double sum = 0;
    bool first = true;
    for (stage s = { .net = q->net }; s.end < q->net->count;) {
        s = stage_next(s);
        const layer *head = stage_head(&s);
        if (!head)
            continue;
        double work = head->ops->work ? head->ops->work(head) : 0;
        bool curved = s.begin < q->top;
        if (s.end < q->net->count || curved)
            sum += (forward ? 4 : 3) * work;
        if (curved)
            sum += (first ? 1 : 2) * work;
        first = false;
    }
    return sum;
}

typedef struct direction {
    view g;
    penalty_weights weights;
    int half;
    double target;
    double *rows;
} direction;

/* g -> dP/dg = 2 weight (1 - target / |g|) g */
static void turn_row(const void *context, int row)
{
    const direction *d = context;
    double weight = d->half > 0 && row >= d->half ? d->weights.fake : d->weights.real;
    float *g = view_row(d->g, row);
    double square = dot(d->g.cols, g, g), norm = sqrt(square), off = norm - d->target;
    double factor = norm > 0 ? 1 - d->target / norm : 0;
    float scale = (float)(2 * weight * factor);
    for (int i = 0; i < d->g.cols; i++)
        g[i] *= scale;
    d->rows[row] = weight * (d->target == 0 ? square : off * off);
}

/* Gathers the penalties of the rows of all ranks, in the order of the rows; *all: how many. */
static const double *all_rows(const pass *p, int rows, double *own, int *all)
{
    group g = p->compute->group;
    int segment = p->half > 0 ? p->half : rows, segments = rows / segment;
    int batch = segment + p->other_rows;
    *all = segments * batch;
    if (g.ranks == 1)
        return own;
    group_gather(g, batch, segments, sizeof *own, own, own + rows);
    return own + rows;
}

double penalty_backward(penalty *q, const pass *whole, const_view x, penalty_weights weights,
                        double target)
{
    double sum = 0;
    pass here = *whole, *p = &here;
    here.again = 0;
    here.rows = x.rows;
    assert(q->net->param_count > 0);
    view g = pass_back(q, p, x);
    direction d = { g, weights, p->half, target, q->rows };
    team_run(p->compute->team, x.rows, turn_row, &d);
    int rows;
    const double *paid = all_rows(p, x.rows, q->rows, &rows);
    for (int i = 0; i < rows; i++)
        sum += paid[i];
    pass_along(q, p, x, g);
    pass_curved(q, p, x);
    return sum;
}
