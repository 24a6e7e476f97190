/* game/adversarial.c - the game between G and D: algorithm 1 of Goodfellow and others (2014).
 *
 * A step is k steps of D, each on fresh real samples and fresh fakes, then one of G through the
 * updated D, on the fakes of D's last step. Both minimise the loss that the options choose from
 * nn/loss.h, summed over the batch. Everything that takes time goes through game/step.h.
 *
 * With a task G is given a poorer copy of each real sample, and pays for what its fake misses of
 * the sample too (game/regression.c).
 *
 * B rows in the batch, S values in a sample.
 *
 * SPDX-License-Identifier: MIT */
#include "game/adversarial.h"

#include <math.h>
#include <string.h>

#include "game/contest.h"
#include "game/regression.h"

#include "base/banned.h"

/* D's verdicts on real samples and on fakes, and its loss on both. */
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
static verdicts judge_each(const contest *t, const float *logit, float *d)
{
    const model_options *o = t->options;
    const kernels *k = t->step.compute->kernels;
    int B = o->batch;
    verdicts v = { .real = loss_real(t->loss, k, B, logit, o->label_smoothing, d),
                   .fake = loss_fake(t->loss, k, B, logit + B, d + B) };
    v.loss = v.real.loss + share_of(1 - t->wrong, v.fake.loss, B, d + B);
    if (t->wrong > 0) {
        verdict again = loss_fake(t->loss, k, B, logit + 2 * B, d + 2 * B);
        v.loss += share_of(t->wrong, again.loss, B, d + 2 * B);
    }
    return v;
}

/* The same where it compares each real sample with its opposites. */
static verdicts judge_pairs(const contest *t, const float *logit, float *d)
{
    const model_options *o = t->options;
    const kernels *k = t->step.compute->kernels;
    int B = o->batch;
    float *d_real = t->own->pair;
    const double shares[] = { 1 - t->wrong, t->wrong };
    verdicts v = { 0 };
    memset(d, 0, (size_t)B * sizeof *d);
    for (int i = 0; i < (t->wrong > 0 ? 2 : 1); i++) {
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

/* The bias of D's last layer cancels in the differences of outputs, so its gradient is 0. Adam
 * would take the rounding errors that are left of it for a direction. */
static void clear_last_bias(const net *d)
{
    for (int t = 0; t < d->tensor_count; t++) {
        const tensor *of = &d->tensors[t];
        if (of->layer == d->count - 1 && of->shape.added)
            memset(d->grads + of->offset, 0, of->count * sizeof *d->grads);
    }
}

/* From the next pass on, changes are as likely as D needs them. */
static void adapt_augmentation(const contest *t, int right)
{
    augmentation *g = &t->own->augment;
    if (g->adapts)
        *t->augment_level = g->level = augment_level_after(g, right, t->options->batch);
}

/* Descends D's loss, of real samples and of fakes at once, (2B, S). */
static status update_discriminator(contest t)
{
    const model_options *o = t.options;
    int own = t.real.rows, segments = t.wrong > 0 ? 3 : 2;
    t.step.pass.half = own;
    t.step.pass.again = segments > 2 ? own : 0;
    const step_context *s = &t.step;
    const_view x = as_const(augment_apply(&t.own->augment, s, t.images));
    const_view judged = player_forward(t.d, s, t.conditions, x);
    const float *logit = contest_gather(&t, judged, t.own->logits);
    float *derivatives = contest_derivatives(&t);
    verdicts v =
        t.loss->pairs ? judge_pairs(&t, logit, derivatives) : judge_each(&t, logit, derivatives);
    if (!isfinite(v.loss))
        return player_loss_nonfinite(t.d, s);
    contest_scatter(&t, segments);
    player_backward(t.d, s, t.conditions, x, view_part(t.dlogit, 0, 0, segments * own, 1),
                    (view){ 0 }, true);
    double penalties = contest_penalize(&t, x);
    if (!isfinite(penalties))
        return player_loss_nonfinite(t.d, s);
    if (t.loss->pairs)
        clear_last_bias(&t.d->net);
    double mean = 1.0 / ((double)o->batch * o->d_steps), norm = 0;
    t.sums[METRIC_D_LOSS] += v.loss * mean;
    t.sums[METRIC_PENALTY] += penalties * mean;
    t.sums[METRIC_D_REAL] += v.real.score * mean;
    t.sums[METRIC_D_FAKE] += v.fake.score * mean;
    t.sums[METRIC_RIGHT_REAL] += v.real.right * mean;
    t.sums[METRIC_RIGHT_FAKE] += v.fake.right * mean;
    uint64_t done = (uint64_t)t.judged * (uint64_t)o->d_steps;
    TRY(player_update(t.d, s, done + (uint64_t)s->pass.number, &norm));
    t.sums[METRIC_D_NORM] += norm / o->d_steps;
    adapt_augmentation(&t, v.real.right);
    return STATUS_OK;
}

/* t->own->pair = what D says of the real samples, changed as the fakes will be, row by row. */
static void judge_opposites(const contest *t)
{
    const_view x = as_const(augment_apply(&t->own->augment, &t->step, t->real));
    const_view judged = player_forward(t->d, &t->step, t->conditions, x);
    const float *logit = contest_gather(t, judged, t->own->pair);
    if (logit != t->own->pair)
        memcpy(t->own->pair, logit, (size_t)t->options->batch * sizeof *t->own->pair);
}

/* Descends G's loss, through D, on the fakes that G has made last. */
static status update_generator(const contest *t)
{
    const step_context *s = &t->step;
    const kernels *k = s->compute->kernels;
    int own = t->fake.rows, B = t->options->batch;
    float *d = contest_derivatives(t);
    if (t->loss->pairs)
        judge_opposites(t);
    const_view x = as_const(augment_apply(&t->own->augment, s, t->fake));
    view dfake = view_of(t->own->scratch, own, x.cols);
    const_view judged = player_forward(t->d, s, t->conditions, x);
    const float *logit = contest_gather(t, judged, t->own->logits);
    verdict v = t->loss->pairs ? loss_pairs(t->loss, k, B, logit, t->own->pair, d)
                               : loss_generator(t->loss, k, B, logit, d);
    if (!isfinite(v.loss))
        return player_loss_nonfinite(t->g, s);
    contest_scatter(t, 1);
    player_backward(t->d, s, t->conditions, x, view_part(t->dlogit, 0, 0, own, 1), dfake, false);
    augment_gradient(&t->own->augment, s, dfake);
    if (!t->draws && !isfinite(regression_gradient(t, t->options->adversarial, dfake)))
        return player_loss_nonfinite(t->g, s);
    player_backward(t->g, s, t->conditions, as_const(t->given), dfake, (view){ 0 }, true);
    t->sums[METRIC_G_LOSS] += v.loss / B;
    return player_update(t->g, s, (uint64_t)s->pass.step + 1, &t->sums[METRIC_G_NORM]);
}

static status adversarial_step(contest t, batch_source source)
{
    for (int number = 1; number <= t.options->d_steps; number++) {
        t.step.pass.number = number;
        contest_take_real(&t, source);
        contest_make_fakes(&t);
        TRY(update_discriminator(t));
    }
    t.step.pass.number = 0;
    return update_generator(&t);
}

static status step(model *m, step_context s, batch_source source)
{
    return adversarial_step(contest_of(m, s), source);
}

/* The phase decides whether D plays. */
static status restoring_step(model *m, step_context s, batch_source source)
{
    contest t = contest_of(m, s);
    if (model_is_judged(m))
        return adversarial_step(t, source);
    t.step.pass.number = 1;
    return regression_step(&t, source);
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
    judge_parts(m, c, x, 0, n, 2 * m->rows, scores);
    for (int i = 0; i < n; i++)
        scores[i] -= l->middle;
    c->kernels->sigmoid(n, scores, scores);
}

const game_ops adversarial_game = {
    .player_count = 2,
    .metric_count = METRIC_PIXEL,
    .open = adversarial_open,
    .plan = contest_plan,
    .step = step,
    .score = score,
    .judge = judge,
    .judges = DISCRIMINATOR,
};

const game_ops restoring_game = {
    .player_count = 2,
    .metric_count = METRIC_COUNT,
    .open = adversarial_open,
    .plan = contest_plan,
    .step = restoring_step,
    .score = score,
    .judge = judge,
    .judges = DISCRIMINATOR,
};
