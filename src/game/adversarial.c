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
#include <string.h>

#include "game/augment.h"
#include "game/game.h"
#include "nn/loss.h"
#include "nn/penalty.h"

#include "base/banned.h"

/* The game's memory for training. */
typedef struct adversarial {
    float *images;  /* (2B, S): real ones, then fakes, which G writes there itself */
    float *dlogit;  /* (3B, 1) */
    float *pair;    /* (B, 1): outputs, or derivatives, of one side of a pair */
    uint32_t *ids;  /* (3B): conditions of real samples, of fakes, and ones that do not fit the
                       real samples; NULL: there are none */
    float *scratch; /* (B, S): in D's step mixtures, in G's the gradient by the fakes */
    augmentation augment; /* of what D sees */
    penalty penalty;      /* of D; planned where the options have one */
} adversarial;

static bool has_penalty(const model_options *o)
{
    return o->r1 > 0 || o->r2 > 0 || o->gradient_penalty > 0;
}

/* Does D judge real samples with a wrong condition as well? */
static bool has_mismatch(const model_options *o)
{
    return o->condition != CONDITION_NONE && o->mismatch > 0;
}

static void plan(model *m, arena *a)
{
    const model_options *o = &m->options;
    size_t batch = (size_t)o->batch, size = (size_t)model_sample_size(m);
    adversarial own = { .images = arena_take(a, 2 * batch * size, sizeof(float)),
                        .dlogit = arena_take(a, 3 * batch, sizeof(float)),
                        .pair = arena_take(a, batch, sizeof(float)),
                        .scratch = arena_take(a, batch * size, sizeof(float)) };
    if (o->condition != CONDITION_NONE)
        own.ids = arena_take(a, 3 * batch, sizeof *own.ids);
    augment_plan(&own.augment, a, o, model_sample_shape(m));
    player_plan(&m->players[GENERATOR], a, o->batch, true);
    m->players[DISCRIMINATOR].net.again = has_mismatch(o) ? o->batch : 0;
    player_plan(&m->players[DISCRIMINATOR], a, 2 * o->batch, false);
    if (has_penalty(o))
        penalty_plan(&own.penalty, &m->players[DISCRIMINATOR].net, a,
                     o->r2 > 0 ? 2 * o->batch : o->batch);
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
    view dlogit;     /* (3B, 1) */
    condition
        conditions; /* of (3B) rows: of the images, then those that do not fit the real ones */
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
                      .dlogit = view_of(own->dlogit, 3 * B, 1),
                      .conditions = { m->taught, own->ids },
                      .sums = m->sums };
}

static void take_real(const contest *t, batch_source source)
{
    const step_context *s = &t->step;
    uint32_t number = s->index * (uint32_t)t->options->d_steps + (uint32_t)s->pass.number - 1;
    size_t B = (size_t)t->real.rows;
    uint32_t *ids = t->own->ids;
    real_batch real = { t->real.data, ids, ids ? ids + 2 * B : NULL };
    step_begin(s, (step_work){ .part = STEP_INPUT });
    source.next(source.context, number, &real);
    if (ids)
        memcpy(ids + B, ids, B * sizeof *ids); /* G makes samples for the same conditions */
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
    player_forward(t->g, s, t->conditions, as_const(t->z));
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

/* Adds the gradients of the penalties to D's, and returns what D pays. */
static double penalize(const contest *t, const_view x)
{
    double paid = 0;
    if (t->options->r1 > 0 || t->options->r2 > 0)
        paid += penalize_seen(t, x);
    if (t->options->gradient_penalty > 0)
        paid += penalize_between(t, x);
    return paid;
}

/* ---- the players' turns ---- */

/* What D says of real samples and of fakes, and what both together cost it. */
typedef struct verdicts {
    verdict real, fake;
    double loss;
} verdicts;

/* A share of a cost: scales the derivatives d (n), and returns the cost's part. */
static double share_of(double share, double cost, int n, float *d)
{
    if (share == 1)
        return cost;
    for (int i = 0; i < n; i++)
        d[i] *= (float)share;
    return share * cost;
}

/* D's loss where it judges each sample: real samples against fakes and, with a wrong condition,
 * against themselves. t.dlogit = its derivatives by D's outputs (2B or 3B). */
static verdicts judge_each(const contest *t, const float *logit)
{
    const model_options *o = t->options;
    const kernels *k = t->step.compute->kernels;
    int B = o->batch;
    float *d = t->dlogit.data;
    double wrong = has_mismatch(o) ? o->mismatch : 0;
    verdicts v = { .real = loss_real(t->loss, k, B, logit, o->label_smoothing, d),
                   .fake = loss_fake(t->loss, k, B, logit + B, d + B) };
    v.loss = v.real.loss + share_of(1 - wrong, v.fake.loss, B, d + B);
    if (wrong > 0) {
        verdict again = loss_fake(t->loss, k, B, logit + 2 * B, d + 2 * B);
        v.loss += share_of(wrong, again.loss, B, d + 2 * B);
    }
    return v;
}

/* The same where it compares each real sample with its opposites. */
static verdicts judge_pairs(const contest *t, const float *logit)
{
    const model_options *o = t->options;
    const kernels *k = t->step.compute->kernels;
    int B = o->batch;
    float *d = t->dlogit.data, *d_real = t->own->pair;
    double wrong = has_mismatch(o) ? o->mismatch : 0;
    const double shares[] = { 1 - wrong, wrong };
    verdicts v = { 0 };
    memset(d, 0, (size_t)B * sizeof *d);
    for (int i = 0; i < (wrong > 0 ? 2 : 1); i++) {
        float *d_opposite = d + (i + 1) * B;
        verdict now = loss_pairs(t->loss, k, B, logit, logit + (i + 1) * B, d_real);
        v.loss += share_of(shares[i], now.loss, B, d_real);
        for (int row = 0; row < B; row++) {
            d[row] += d_real[row];
            d_opposite[row] = -d_real[row];
        }
        if (i == 0) {
            v.real = now;
            v.fake = (verdict){ .score = B - now.score, .right = now.right };
        }
    }
    return v;
}

/* What D's last layer adds to every output cancels in their differences: its gradient is 0, and not
 * what roundings leave of it, which Adam would take for a direction. */
static void clear_last_bias(const net *d)
{
    for (int t = 0; t < d->tensor_count; t++) {
        const tensor *of = &d->tensors[t];
        if (of->layer == d->count - 1 && of->shape.added)
            memset(d->grads + of->offset, 0, of->count * sizeof *d->grads);
    }
}

/* Descends D's loss, of real samples and of fakes at once, (2B, S). */
static status update_discriminator(contest t)
{
    const model_options *o = t.options;
    int B = o->batch, again = has_mismatch(o) ? B : 0;
    t.step.pass.half = B;
    t.step.pass.again = again;
    const step_context *s = &t.step;
    const_view x = as_const(augment_apply(&t.own->augment, s, t.images));
    const_view logit = player_forward(t.d, s, t.conditions, x);
    verdicts v = t.loss->pairs ? judge_pairs(&t, logit.data) : judge_each(&t, logit.data);
    if (!isfinite(v.loss))
        return player_loss_nonfinite(t.d, s);
    player_backward(t.d, s, t.conditions, x, view_part(t.dlogit, 0, 0, 2 * B + again, 1),
                    (view){ 0 }, true);
    double penalties = penalize(&t, x);
    if (!isfinite(penalties))
        return player_loss_nonfinite(t.d, s);
    if (t.loss->pairs)
        clear_last_bias(&t.d->net);
    double mean = 1.0 / ((double)B * o->d_steps), norm = 0;
    t.sums[METRIC_D_LOSS] += v.loss * mean;
    t.sums[METRIC_PENALTY] += penalties * mean;
    t.sums[METRIC_D_REAL] += v.real.score * mean;
    t.sums[METRIC_D_FAKE] += v.fake.score * mean;
    t.sums[METRIC_RIGHT_REAL] += v.real.right * mean;
    t.sums[METRIC_RIGHT_FAKE] += v.fake.right * mean;
    uint64_t done = (uint64_t)s->pass.step * (uint64_t)o->d_steps;
    TRY(player_update(t.d, s, done + (uint64_t)s->pass.number, &norm));
    t.sums[METRIC_D_NORM] += norm / o->d_steps;
    return STATUS_OK;
}

/* t->own->pair = what D says of the real samples, changed as the fakes will be, row by row. */
static void judge_opposites(const contest *t)
{
    const_view x = as_const(augment_apply(&t->own->augment, &t->step, t->real));
    const_view logit = player_forward(t->d, &t->step, t->conditions, x);
    memcpy(t->own->pair, logit.data, (size_t)t->real.rows * sizeof *t->own->pair);
}

/* Descends G's loss, through D, on the fakes that G has made last. */
static status update_generator(const contest *t)
{
    const step_context *s = &t->step;
    const kernels *k = s->compute->kernels;
    int B = t->fake.rows;
    float *d = t->dlogit.data;
    if (t->loss->pairs)
        judge_opposites(t);
    const_view x = as_const(augment_apply(&t->own->augment, s, t->fake));
    view dfake = view_of(t->own->scratch, B, x.cols);
    const_view logit = player_forward(t->d, s, t->conditions, x);
    verdict v = t->loss->pairs ? loss_pairs(t->loss, k, B, logit.data, t->own->pair, d)
                               : loss_generator(t->loss, k, B, logit.data, d);
    if (!isfinite(v.loss))
        return player_loss_nonfinite(t->g, s);
    player_backward(t->d, s, t->conditions, x, view_part(t->dlogit, 0, 0, B, 1), dfake, false);
    augment_gradient(&t->own->augment, s, dfake);
    player_backward(t->g, s, t->conditions, as_const(t->z), dfake, (view){ 0 }, true);
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
static void judge_parts(model *m, const compute *c, const float *x, int first, int n, int most,
                        float *t)
{
    int size = model_sample_size(m);
    for (int i = 0; i < n; i += most) {
        int rows = n - i < most ? n - i : most;
        pass p = { .compute = c, .condition = model_conditions(m, first + i, rows) };
        const_view part = const_view_of(x + (ptrdiff_t)i * size, rows, size);
        const_view y = net_forward(&m->players[DISCRIMINATOR].net, &p, part);
        for (int r = 0; r < rows; r++)
            t[i + r] = y.data[r];
    }
}

static void judge(model *m, const compute *c, const float *x, int first, int n, float *t)
{
    judge_parts(m, c, x, first, n, m->rows, t);
}

static void score(model *m, const compute *c, const float *x, int n, float *scores)
{
    const loss *l = loss_nth(m->options.loss);
    judge_parts(m, c, x, 0, n, 2 * m->options.batch, scores);
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
