/* game/adversarial.c - the game between G and D: algorithm 1 of Goodfellow and others (2014).
 *
 * A step is k steps of D, each on fresh real samples and fresh fakes, then one of G through the
 * updated D, on the fakes of D's last step. Both minimise the loss that the options choose from
 * nn/loss.h, summed over the batch. Everything that takes time goes through game/step.h.
 *
 * B rows in the batch, Z values in a z, S in a sample.
 *
 * SPDX-License-Identifier: MIT */
#include "game/adversarial.h"

#include <math.h>

#include "game/augment.h"
#include "game/game.h"
#include "nn/loss.h"
#include "nn/penalty.h"

#include "base/banned.h"

/* The game's memory for training. */
typedef struct adversarial {
    float *images;        /* (2B, S): real ones, then fakes, which G writes there itself */
    float *dlogit;        /* (2B, 1) */
    float *scratch;       /* (B, S): in D's step mixtures, in G's the gradient by the fakes */
    augmentation augment; /* of what D sees */
    penalty penalty;      /* of D; planned where the options have one */
} adversarial;

static bool has_penalty(const model_options *o)
{
    return o->r1 > 0 || o->gradient_penalty > 0;
}

static void plan(model *m, arena *a)
{
    const model_options *o = &m->options;
    size_t batch = (size_t)o->batch, size = (size_t)model_sample_size(m);
    adversarial own = { .images = arena_take(a, 2 * batch * size, sizeof(float)),
                        .dlogit = arena_take(a, 2 * batch, sizeof(float)),
                        .scratch = arena_take(a, batch * size, sizeof(float)) };
    augment_plan(&own.augment, a, o, model_sample_shape(m));
    player_plan(&m->players[GENERATOR], a, o->batch, true);
    player_plan(&m->players[DISCRIMINATOR], a, 2 * o->batch, false);
    if (has_penalty(o))
        penalty_plan(&own.penalty, &m->players[DISCRIMINATOR].net, a, o->batch);
    adversarial *place = arena_take(a, 1, sizeof own);
    if (place)
        *place = own;
    m->own = place;
}

/* ---- a step, and what its parts work on ---- */

typedef struct contest {
    step_context step;
    const model_options *options;
    const loss *loss;
    player *g, *d;
    adversarial *own;
    view z;          /* (B, Z) */
    view images;     /* (2B, S): */
    view real, fake; /* its halves, (B, S) */
    view dlogit;     /* (2B, 1) */
    double *sums;
} contest;

static contest contest_of(model *m, step_context s)
{
    adversarial *own = m->own;
    int B = m->options.batch, S = model_sample_size(m);
    view images = view_of(own->images, 2 * B, S);
    return (contest){ .step = s,
                      .options = &m->options,
                      .loss = loss_nth(m->options.loss),
                      .g = &m->players[GENERATOR],
                      .d = &m->players[DISCRIMINATOR],
                      .own = own,
                      .z = view_of(m->z, B, m->options.latent),
                      .images = images,
                      .real = view_part(images, 0, 0, B, S),
                      .fake = view_part(images, B, 0, B, S),
                      .dlogit = view_of(own->dlogit, 2 * B, 1),
                      .sums = m->sums };
}

static void take_real(const contest *t, batch_source source)
{
    const step_context *s = &t->step;
    uint32_t number = s->index * (uint32_t)t->options->d_steps + (uint32_t)s->pass.number - 1;
    step_begin(s, (step_work){ .part = STEP_INPUT });
    source.next(source.context, number, t->real.data);
    step_end(s);
    augment_flip(&t->own->augment, s, t->real);
}

/* z ~ N(0, 1), and G(z) in the fake half of the images. */
static void make_fakes(const contest *t)
{
    const step_context *s = &t->step;
    step_begin(s, (step_work){ .part = STEP_LATENTS });
    latents_draw(s->compute, step_stream(s, RANDOM_LATENT), s->pass.first_row, t->z);
    step_end(s);
    net_place_output(&t->g->net, t->fake.data);
    player_forward(t->g, s, as_const(t->z));
}

/* ---- the penalties on D's gradient ---- */

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

/* R1 at the real samples; x (2B, S): what D saw in its last pass. */
static double penalize_real(const contest *t, const_view x)
{
    const step_context *s = &t->step;
    penalty *q = &t->own->penalty;
    pass p = player_pass(t->d, s);
    const_view real = const_view_part(x, 0, 0, t->real.rows, x.cols);
    step_begin(s, (step_work){ .part = STEP_PENALTY,
                               .multiply_adds = penalty_work(q, false) * real.rows });
    double paid = penalty_backward(q, &p, real, t->options->r1 / 2, 0);
    step_end(s);
    return paid;
}

/* The gradient penalty between real samples and fakes, where D has not been yet. */
static double penalize_between(const contest *t, const_view x)
{
    const step_context *s = &t->step;
    penalty *q = &t->own->penalty;
    int B = t->real.rows;
    pass p = player_pass(t->d, s);
    p.dropout = RANDOM_DROPOUT_MIX;
    p.half = 0;
    interpolation between = { .pass = &p,
                              .stream = step_stream(s, RANDOM_MIX),
                              .real = const_view_part(x, 0, 0, B, x.cols),
                              .fake = const_view_part(x, B, 0, B, x.cols),
                              .to = view_of(t->own->scratch, B, x.cols) };
    step_begin(s, (step_work){ .part = STEP_PENALTY, .multiply_adds = penalty_work(q, true) * B });
    team_run(s->compute->team, B, interpolate_row, &between);
    net_forward(&t->d->net, &p, as_const(between.to));
    double paid = penalty_backward(q, &p, as_const(between.to), t->options->gradient_penalty, 1);
    step_end(s);
    return paid;
}

/* Adds the gradients of the penalties to D's, and returns what D pays. */
static double penalize(const contest *t, const_view x)
{
    double paid = 0;
    if (t->options->r1 > 0)
        paid += penalize_real(t, x);
    if (t->options->gradient_penalty > 0)
        paid += penalize_between(t, x);
    return paid;
}

/* ---- the players' turns ---- */

/* Descends D's loss, of real samples and of fakes at once, (2B, S). */
static status update_discriminator(contest t)
{
    t.step.pass.half = t.real.rows;
    const step_context *s = &t.step;
    const model_options *o = t.options;
    const compute *c = s->compute;
    int B = o->batch;
    const_view x = as_const(augment_apply(&t.own->augment, s, t.images));
    const_view logit = player_forward(t.d, s, x);
    const float *on_real = logit.data, *on_fake = logit.data + B;
    float *dlogit = t.dlogit.data;
    verdict r = loss_real(t.loss, c->kernels, B, on_real, o->label_smoothing, dlogit);
    verdict f = loss_fake(t.loss, c->kernels, B, on_fake, dlogit + B);
    if (!isfinite(r.loss + f.loss))
        return player_loss_nonfinite(t.d, s);
    player_backward(t.d, s, x, t.dlogit, (view){ 0 }, true);
    double penalties = penalize(&t, x);
    if (!isfinite(penalties))
        return player_loss_nonfinite(t.d, s);
    double mean = 1.0 / ((double)B * o->d_steps), norm = 0;
    t.sums[METRIC_D_LOSS] += (r.loss + f.loss) * mean;
    t.sums[METRIC_PENALTY] += penalties * mean;
    t.sums[METRIC_D_REAL] += r.score * mean;
    t.sums[METRIC_D_FAKE] += f.score * mean;
    t.sums[METRIC_RIGHT_REAL] += r.right * mean;
    t.sums[METRIC_RIGHT_FAKE] += f.right * mean;
    uint64_t done = (uint64_t)s->pass.step * (uint64_t)o->d_steps;
    TRY(player_update(t.d, s, done + (uint64_t)s->pass.number, &norm));
    t.sums[METRIC_D_NORM] += norm / o->d_steps;
    return STATUS_OK;
}

/* Descends G's loss, through D, on the fakes that G has made last. */
static status update_generator(const contest *t)
{
    const step_context *s = &t->step;
    int B = t->fake.rows;
    const_view x = as_const(augment_apply(&t->own->augment, s, t->fake));
    view dfake = view_of(t->own->scratch, B, x.cols);
    const_view logit = player_forward(t->d, s, x);
    verdict v = loss_generator(t->loss, s->compute->kernels, B, logit.data, t->dlogit.data);
    if (!isfinite(v.loss))
        return player_loss_nonfinite(t->g, s);
    player_backward(t->d, s, x, view_part(t->dlogit, 0, 0, B, 1), dfake, false);
    augment_gradient(&t->own->augment, s, dfake);
    player_backward(t->g, s, as_const(t->z), dfake, (view){ 0 }, true);
    t->sums[METRIC_G_LOSS] += v.loss / B;
    return player_update(t->g, s, (uint64_t)s->pass.step + 1, &t->sums[METRIC_G_NORM]);
}

static status gan_step(model *m, step_context s, batch_source source)
{
    contest t = contest_of(m, s);
    for (int number = 1; number <= m->options.d_steps; number++) {
        t.step.pass.number = number;
        take_real(&t, source);
        make_fakes(&t);
        TRY(update_discriminator(t));
    }
    t.step.pass.number = 0;
    return update_generator(&t);
}

/* t = D's output, `most` rows at a time. */
static void judge_parts(model *m, const compute *c, const float *x, int n, int most, float *t)
{
    pass p = { .compute = c };
    int size = model_sample_size(m);
    for (int i = 0; i < n; i += most) {
        int rows = n - i < most ? n - i : most;
        const_view part = const_view_of(x + (ptrdiff_t)i * size, rows, size);
        const_view y = net_forward(&m->players[DISCRIMINATOR].net, &p, part);
        for (int r = 0; r < rows; r++)
            t[i + r] = y.data[r];
    }
}

static void judge(model *m, const compute *c, const float *x, int n, float *t)
{
    judge_parts(m, c, x, n, m->rows, t);
}

static void score(model *m, const compute *c, const float *x, int n, float *scores)
{
    const loss *l = loss_nth(m->options.loss);
    judge_parts(m, c, x, n, 2 * m->options.batch, scores);
    for (int i = 0; i < n; i++)
        scores[i] -= l->middle;
    c->kernels->sigmoid(n, scores, scores);
}

const game_ops adversarial_game = {
    .player_count = 2,
    .metric_count = METRIC_COUNT,
    .open = adversarial_open,
    .plan = plan,
    .step = gan_step,
    .score = score,
    .judge = judge,
    .judges = DISCRIMINATOR,
};
