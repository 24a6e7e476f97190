/* game/contest.c - the memory of a step, its real samples and its fakes.
 *
 * SPDX-License-Identifier: MIT */
#include "game/contest.h"

#include <string.h>

#include "base/banned.h"

static bool has_penalty(const model_options *o)
{
    return o->r1 > 0 || o->r2 > 0 || o->gradient_penalty > 0;
}

/* The share of D's fake side that real samples with a wrong condition have in an epoch. */
static double wrong_share(const model_options *o, uint32_t epoch)
{
    bool ended = o->mismatch_epochs > 0 && epoch >= (uint32_t)o->mismatch_epochs;
    return o->condition == CONDITION_NONE || ended ? 0 : o->mismatch;
}

/* D's part, and its net. */
static void plan_judge(model *m, arena *a, contest_memory *own)
{
    const model_options *o = &m->options;
    int rows = group_rows(m->group, o->batch);
    size_t batch = (size_t)o->batch;
    player *d = &m->players[DISCRIMINATOR];
    own->dlogit = arena_take(a, 3 * batch, sizeof(float));
    own->pair = arena_take(a, batch, sizeof(float));
    if (m->group.ranks > 1) {
        own->logits = arena_take(a, 3 * batch, sizeof(float));
        own->derivatives = arena_take(a, 3 * batch, sizeof(float));
    }
    if (o->condition != CONDITION_NONE)
        own->ids = arena_take(a, 3 * batch, sizeof *own->ids);
    augment_plan(&own->augment, a, o, model_sample_shape(m));
    d->net.again = wrong_share(o, 0) > 0 ? rows : 0;
    player_plan(d, a, 2 * rows, false);
    if (has_penalty(o))
        penalty_plan(&own->penalty, &d->net, a, o->r2 > 0 ? 2 * rows : rows, 2 * o->batch);
}

void contest_plan(model *m, arena *a)
{
    const model_options *o = &m->options;
    int rows = group_rows(m->group, o->batch);
    size_t values = (size_t)rows * (size_t)model_sample_size(m);
    contest_memory own = { .images = arena_take(a, 2 * values, sizeof(float)),
                           .scratch = arena_take(a, values, sizeof(float)) };
    if (o->task != TASK_NONE)
        own.errors = arena_take(a, (size_t)rows + (size_t)o->batch, sizeof *own.errors);
    for (int i = 0; i < m->game->player_count; i++) {
        m->players[i].net.group = m->group;
        m->players[i].net.batch = o->batch;
    }
    player_plan(&m->players[GENERATOR], a, rows, true);
    if (m->game->player_count > DISCRIMINATOR)
        plan_judge(m, a, &own);
    contest_memory *place = arena_take(a, 1, sizeof own);
    if (place)
        *place = own;
    m->own = place;
}

contest contest_of(model *m, step_context s)
{
    contest_memory *own = m->own;
    own->augment.level = m->augment_level;
    int B = group_rows(m->group, m->options.batch), S = model_sample_size(m);
    view images = view_of(own->images, 2 * B, S);
    return (contest){ .step = s,
                      .options = &m->options,
                      .loss = loss_nth(m->options.loss),
                      .g = &m->players[GENERATOR],
                      .d = &m->players[DISCRIMINATOR],
                      .own = own,
                      .given = view_of(m->given, B, model_given_size(m)),
                      .draws = m->options.task == TASK_NONE,
                      .images = images,
                      .real = view_part(images, 0, 0, B, S),
                      .fake = view_part(images, B, 0, B, S),
                      .dlogit = view_of(own->dlogit, 3 * B, 1),
                      .conditions = { m->taught, own->ids },
                      .judged = model_judged_steps(m),
                      .augment_level = &m->augment_level,
                      .wrong = wrong_share(&m->options, s.epoch),
                      .sums = m->sums };
}

void contest_take_real(const contest *t, batch_source source)
{
    const step_context *s = &t->step;
    uint32_t steps = (uint32_t)t->options->d_steps, number = (uint32_t)s->pass.number;
    size_t B = (size_t)t->real.rows;
    uint32_t *ids = t->own->ids;
    real_batch real = { .first = s->pass.first_row,
                        .rows = t->real.rows,
                        .x = t->real.data,
                        .poor = t->draws ? NULL : t->given.data,
                        .ids = ids,
                        .others = ids ? ids + 2 * B : NULL };
    step_begin(s, (step_work){ .part = STEP_INPUT });
    source.next(source.context, s->index * steps + number - 1, &real);
    if (ids)
        memcpy(ids + B, ids, B * sizeof *ids); /* G makes samples for the same conditions */
    step_end(s);
    augment_flip(&t->own->augment, s, t->real);
}

const float *contest_gather(const contest *t, const_view logit, float *all)
{
    group g = t->step.compute->group;
    if (g.ranks == 1)
        return logit.data;
    group_gather(g, t->options->batch, logit.rows / t->real.rows, sizeof(float), logit.data, all);
    return all;
}

float *contest_derivatives(const contest *t)
{
    return t->step.compute->group.ranks == 1 ? t->dlogit.data : t->own->derivatives;
}

void contest_scatter(const contest *t, int segments)
{
    size_t rows = (size_t)t->real.rows;
    if (t->step.compute->group.ranks == 1)
        return;
    for (int i = 0; i < segments; i++)
        memcpy(t->dlogit.data + (size_t)i * rows,
               t->own->derivatives + (ptrdiff_t)i * t->options->batch + t->step.pass.first_row,
               rows * sizeof(float));
}

void contest_make_fakes(const contest *t)
{
    const step_context *s = &t->step;
    if (t->draws) {
        step_begin(s, (step_work){ .part = STEP_LATENTS });
        latents_draw(s->compute, step_stream(s, RANDOM_LATENT), s->pass.first_row, t->given);
        step_end(s);
    }
    net_place_output(&t->g->net, t->fake.data);
    player_forward(t->g, s, t->conditions, as_const(t->given));
}
