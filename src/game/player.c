/* game/player.c - what a game asks of a player: passes, updates, and what is not finite.
 *
 * SPDX-License-Identifier: MIT */
#include "game/player.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "nn/average.h"

#include "base/banned.h"

static const char advice[] =
    "try a smaller --lr, other layers or another --seed; the last checkpoint is untouched";

void player_plan(player *p, arena *a, int rows, bool output_elsewhere)
{
    p->net.gradient_is_moment = p->optimizer.beta1 == 0;
    net_plan(&p->net, a, rows, NET_TRAINS, output_elsewhere);
    if (p->average.count > 0 && p->net.group.rank == 0)
        net_plan(&p->average, a, rows, NET_SAMPLES, output_elsewhere);
    adam_plan(&p->optimizer, a, p->net.param_count);
}

void player_init(player *p, const kernels *k, int way, uint64_t seed)
{
    const net *n = &p->net;
    net_init(&p->net, k, way, seed, p->init);
    if (!p->average.params)
        return;
    memcpy(p->average.params, n->params, n->param_count * sizeof *n->params);
    memcpy(p->average.buffers, n->buffers, n->buffer_count * sizeof *n->buffers);
}

net *player_best(player *p)
{
    return p->average.params ? &p->average : &p->net;
}

pass player_pass(const player *p, const step_context *s, condition c)
{
    pass now = s->pass;
    now.dropout = p->dropout;
    now.condition = c;
    return now;
}

const_view player_forward(player *p, const step_context *s, condition c, const_view x)
{
    pass now = player_pass(p, s, c);
    step_begin(s,
               (step_work){ .part = STEP_PASS, .player = p, .rows = x.rows, .again = now.again });
    const_view y = net_forward(&p->net, &now, x);
    step_end(s);
    return y;
}

void player_backward(player *p, const step_context *s, condition c, const_view x, view dy, view dx,
                     bool params)
{
    pass now = player_pass(p, s, c);
    step_begin(s, (step_work){ .part = STEP_PASS,
                               .player = p,
                               .rows = x.rows,
                               .again = now.again,
                               .backward = true,
                               .params = params,
                               .input = dx.data != NULL });
    net_backward(&p->net, &now, x, dy, dx, params);
    step_end(s);
}

status player_update(player *p, const step_context *s, uint64_t t, double *norm)
{
    const net *n = &p->net;
    adam a = p->optimizer;
    a.lr *= s->rate;
    adam_block b = { .n = n->param_count,
                     .w = n->params,
                     .g = n->grads,
                     .m = n->exp_avg,
                     .v = n->exp_avg_sq,
                     .average = p->average.params,
                     .averaging = average_factors(p->decay, t) };
    step_begin(s, (step_work){ .part = STEP_ADAM });
    double square = adam_step(&a, s->compute, t, &b);
    if (p->average.params)
        average_step(b.averaging, n->buffer_count, n->buffers, p->average.buffers);
    step_end(s);
    *norm += sqrt(square);
    if (!isfinite(square))
        return player_nonfinite(p, s);
    return STATUS_OK;
}

status player_loss_nonfinite(const player *p, const step_context *s)
{
    return status_fail(STATUS_NONFINITE,
                       "the loss of the %s is not finite, in step %" PRIu32 " of epoch %" PRIu32
                       "; %s",
                       p->name, s->index + 1, s->epoch + 1, advice);
}

/* The first tensor that is not finite in what the ranks of the group have, each its share. */
static const tensor *first_of_shares(const net *n, group g, const float *share)
{
    const tensor *own = net_nonfinite(n, n->share, share);
    int first = own ? (int)(own - n->tensors) : n->tensor_count;
    first = -group_most(g, -first);
    return first < n->tensor_count ? &n->tensors[first] : NULL;
}

status player_nonfinite(const player *p, const step_context *s)
{
    const net *n = &p->net;
    group g = s->compute->group;
    const tensor *gradient = first_of_shares(n, g, n->grads + n->share.begin);
    const tensor *moment = first_of_shares(n, g, n->exp_avg_sq);
    const struct {
        const char *what;
        const tensor *first;
    } found[] = { { "gradient", gradient },
                  { "weight", net_nonfinite(n, (group_part){ 0, n->param_count }, n->params) },
                  { "moment", moment },
                  { "buffer", net_nonfinite_buffer(n) } };
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        char name[TENSOR_NAME_SIZE];
        if (!found[i].first)
            continue;
        tensor_name(found[i].first, name);
        return status_fail(STATUS_NONFINITE,
                           "a %s of %s.%s is not finite, in step %" PRIu32 " of epoch %" PRIu32
                           "; %s",
                           found[i].what, p->name, name, s->index + 1, s->epoch + 1, advice);
    }
    return player_loss_nonfinite(p, s);
}

void player_close(player *p)
{
    net_close(&p->net);
    net_close(&p->average);
}
