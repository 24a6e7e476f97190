/* game/contest_penalty.c - the penalties on D's gradient in a step.
 *
 * SPDX-License-Identifier: MIT */
#include "game/contest.h"

#include "base/banned.h"

/* Each row of `to` lies between one of `real` and one of `fake`, by a share of its own; (B, S). */
typedef struct interpolation {
    const pass *pass;
    random_stream stream;
    const_view real, fake;
    view to;
} interpolation;

static void interpolate_row(const void *context, int row)
{
    const interpolation *x = context;
    const float *real = const_view_row(x->real, row), *fake = const_view_row(x->fake, row);
    float *to = view_row(x->to, row);
    uint32_t word;
    x->pass->compute->kernels->words(x->stream, pass_row(x->pass, row), 0, 1, &word);
    float share = random_share(word);
    for (int i = 0; i < x->to.cols; i++)
        to[i] = fake[i] + share * (real[i] - fake[i]);
}

/* R1 at the real samples and R2 at the fakes; x (2B, S): what D saw in its last pass. */
static double penalize_seen(const contest *t, const_view x)
{
    const step_context *s = &t->step;
    const model_options *o = t->options;
    penalty *q = &t->own->penalty;
    pass p = player_pass(t->d, s, t->conditions);
    const_view at = const_view_part(x, 0, 0, o->r2 > 0 ? x.rows : t->real.rows, x.cols);
    step_begin(
        s, (step_work){ .part = STEP_PENALTY, .multiply_adds = penalty_work(q, false) * at.rows });
    double paid = penalty_backward(q, &p, at, (penalty_weights){ o->r1 / 2, o->r2 / 2 }, 0);
    step_end(s);
    return paid;
}

/* The gradient penalty between real samples and fakes, where D has not been yet. */
static double penalize_between(const contest *t, const_view x)
{
    const step_context *s = &t->step;
    penalty *q = &t->own->penalty;
    int B = t->real.rows;
    pass p = player_pass(t->d, s, t->conditions);
    p.dropout = RANDOM_DROPOUT_MIX;
    p.half = p.again = 0;
    interpolation between = { .pass = &p,
                              .stream = step_stream(s, RANDOM_MIX),
                              .real = const_view_part(x, 0, 0, B, x.cols),
                              .fake = const_view_part(x, B, 0, B, x.cols),
                              .to = view_of(t->own->scratch, B, x.cols) };
    step_begin(s, (step_work){ .part = STEP_PENALTY, .multiply_adds = penalty_work(q, true) * B });
    team_run(s->compute->team, B, interpolate_row, &between);
    net_forward(&t->d->net, &p, as_const(between.to));
    double paid = penalty_backward(q, &p, as_const(between.to),
                                   (penalty_weights){ t->options->gradient_penalty, 0 }, 1);
    step_end(s);
    return paid;
}

double contest_penalize(const contest *t, const_view x)
{
    double paid = 0;
    if (t->options->r1 > 0 || t->options->r2 > 0)
        paid += penalize_seen(t, x);
    if (t->options->gradient_penalty > 0)
        paid += penalize_between(t, x);
    return paid;
}
