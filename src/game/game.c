/* game/game.c - one step of the game between G and D.
 *
 * B rows in the batch, Z values in a z, S in a sample.
 *
 * SPDX-License-Identifier: MIT */
#include "game/game.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "game/augment.h"
#include "nn/average.h"
#include "nn/loss.h"
#include "nn/schedule.h"

#include "base/banned.h"

/* z ~ N(0, 1), (B, Z) */
static view draw_latents(const model *m, const pass *p)
{
    random_stream s = { p->seed, p->step, random_name(RANDOM_LATENT, 0, p->number) };
    return model_draw_latents(m, p->compute, s, p->first_row, m->options.batch);
}

/* What has become so: a loss, where `changed` is false, else the first thing that is found. */
static status not_finite(const model *m, const char *which, const net *n, bool changed)
{
    static const char advice[] = "try a smaller --lr, other layers or another --seed; the last "
                                 "checkpoint is untouched";
    const struct {
        const char *what;
        const tensor *first;
    } found[] = { { "gradient", net_nonfinite(n, n->grads) },
                  { "weight", net_nonfinite(n, n->params) },
                  { "moment", net_nonfinite(n, n->exp_avg_sq) },
                  { "buffer", net_nonfinite_buffer(n) } };
    for (size_t i = 0; changed && i < sizeof found / sizeof *found; i++) {
        char name[TENSOR_NAME_SIZE];
        if (!found[i].first)
            continue;
        tensor_name(found[i].first, name);
        return status_fail(STATUS_NONFINITE,
                           "a %s of %s.%s is not finite, in step %" PRIu32 " of epoch %" PRIu32
                           "; %s",
                           found[i].what, which, name, m->step + 1, m->epoch + 1, advice);
    }
    return status_fail(STATUS_NONFINITE,
                       "the loss of the %s is not finite, in step %" PRIu32 " of epoch %" PRIu32
                       "; %s",
                       which, m->step + 1, m->epoch + 1, advice);
}

/* The optimiser's step number t of a net, at that learning rate before the schedule; adds the
 * gradient's norm to *norm. */
static status update(model *m, const compute *c, const char *which, net *n, double lr, uint64_t t,
                     double *norm)
{
    const model_options *o = &m->options;
    uint64_t all = (uint64_t)o->lr_epochs * model_epoch_steps(m);
    adam a = m->optimizer;
    a.lr = lr * schedule_factor(o->lr_schedule, c->kernels, model_total_steps(m), all);
    double square =
        adam_step(&a, c, t, n->param_count, n->params, n->grads, n->exp_avg, n->exp_avg_sq);
    *norm += sqrt(square);
    return isfinite(square) ? STATUS_OK : not_finite(m, which, n, true);
}

/* Real samples and fakes of which points between are taken, each row by a share of its own. */
typedef struct mixture {
    const pass *pass;
    random_stream stream;
    const_view real, fake; /* (B, S) */
    view to;               /* (B, S) */
} mixture;

static void mix_row(const void *context, int row)
{
    const mixture *x = context;
    const float *real = const_view_row(x->real, row), *fake = const_view_row(x->fake, row);
    float *to = view_row(x->to, row);
    uint32_t word;
    x->pass->compute->kernels->words(x->stream, pass_row(x->pass, row), 0, 1, &word);
    float share = random_share(word);
    for (int i = 0; i < x->to.cols; i++)
        to[i] = fake[i] + share * (real[i] - fake[i]);
}

/* Adds the gradients of the penalties to D's, and returns what D pays. x (2B, S): what D saw. */
static double penalize(model *m, const compute *c, const_view x, pass p)
{
    const model_options *o = &m->options;
    int B = o->batch, S = x.cols;
    const_view real = const_view_part(x, 0, 0, B, S);
    view mixed = view_of(m->dfake, B, S);
    double sum = 0;
    if (o->r1 > 0)
        sum += penalty_backward(&m->penalty, &p, real, o->r1 / 2, 0);
    if (o->gradient_penalty == 0)
        return sum;
    random_stream s = { o->seed, p.step, random_name(RANDOM_MIX, 0, p.number) };
    p.half = 0;
    mixture between = { &p, s, real, const_view_part(x, B, 0, B, S), mixed };
    team_run(c->team, B, mix_row, &between);
    p.dropout = RANDOM_DROPOUT_MIX;
    net_forward(&m->discriminator, &p, as_const(mixed));
    return sum + penalty_backward(&m->penalty, &p, as_const(mixed), o->gradient_penalty, 1);
}

/* The number-th of D's k steps, 1 .. k: on real samples and on fakes at once, (2B, S). */
static status discriminator_step(model *m, const compute *c, int number, batch_source real, pass p)
{
    net *d = &m->discriminator;
    const model_options *o = &m->options;
    const loss *l = loss_nth(o->loss);
    int B = o->batch, k = o->d_steps;
    uint32_t step = model_total_steps(m);
    p.number = number;
    real.next(real.context, m->step * (uint32_t)k + (uint32_t)number - 1, m->images);
    augment_flip(m, &p, view_of(m->images, B, model_sample_size(m)));
    p.dropout = RANDOM_DROPOUT_GENERATOR;
    net_forward(&m->generator, &p, as_const(draw_latents(m, &p))); /* into the lower half */
    p.dropout = RANDOM_DROPOUT;
    p.half = B;
    view seen = augment_seen(m, &p, view_of(m->images, 2 * B, model_sample_size(m)));
    const_view x = as_const(seen), logit = net_forward(d, &p, x);
    verdict r = loss_real(l, c->kernels, B, logit.data, o->label_smoothing, m->dlogit);
    verdict f = loss_fake(l, c->kernels, B, logit.data + B, m->dlogit + B);
    if (!isfinite(r.loss + f.loss))
        return not_finite(m, "discriminator", d, false);
    net_backward(d, &p, x, view_of(m->dlogit, 2 * B, 1), (view){ 0 }, true);
    double penalties = penalize(m, c, x, p);
    if (!isfinite(penalties))
        return not_finite(m, "discriminator", d, false);
    double mean = 1.0 / ((double)B * k), norm = 0;
    m->sums[METRIC_D_LOSS] += (r.loss + f.loss) * mean;
    m->sums[METRIC_PENALTY] += penalties * mean;
    m->sums[METRIC_D_REAL] += r.score * mean;
    m->sums[METRIC_D_FAKE] += f.score * mean;
    m->sums[METRIC_RIGHT_REAL] += r.right * mean;
    m->sums[METRIC_RIGHT_FAKE] += f.right * mean;
    uint64_t t = (uint64_t)step * (uint64_t)k + (uint64_t)number;
    TRY(update(m, c, "discriminator", d, o->lr_d, t, &norm));
    m->sums[METRIC_D_NORM] += norm / k;
    return STATUS_OK;
}

/* On the fakes of D's last step, which G has not changed since. */
static status generator_step(model *m, const compute *c, pass p)
{
    net *g = &m->generator, *d = &m->discriminator;
    int B = m->options.batch, S = model_sample_size(m);
    const_view fake = as_const(augment_seen(m, &p, view_of(m->images + (ptrdiff_t)B * S, B, S)));
    view dfake = view_of(m->dfake, B, S);
    p.dropout = RANDOM_DROPOUT;
    const_view logit = net_forward(d, &p, fake);
    verdict v = loss_generator(loss_nth(m->options.loss), c->kernels, B, logit.data, m->dlogit);
    if (!isfinite(v.loss))
        return not_finite(m, "generator", g, false);
    net_backward(d, &p, fake, view_of(m->dlogit, B, 1), dfake, false);
    augment_gradient(m, &p, dfake);
    p.dropout = RANDOM_DROPOUT_GENERATOR;
    net_backward(g, &p, const_view_of(m->z, B, m->options.latent), dfake, (view){ 0 }, true);
    m->sums[METRIC_G_LOSS] += v.loss / B;
    uint64_t t = (uint64_t)model_total_steps(m) + 1;
    TRY(update(m, c, "generator", g, m->options.lr_g, t, &m->sums[METRIC_G_NORM]));
    if (m->options.ema > 0) {
        average_step(c, m->options.ema, t, g->param_count, g->params, m->average.params);
        average_step(c, m->options.ema, t, g->buffer_count, g->buffers, m->average.buffers);
    }
    return STATUS_OK;
}

/* The variance of finite numbers can be beyond the floats, and no gradient tells. */
static status check_buffers(const model *m)
{
    if (net_nonfinite_buffer(&m->generator))
        return not_finite(m, "generator", &m->generator, true);
    if (net_nonfinite_buffer(&m->discriminator))
        return not_finite(m, "discriminator", &m->discriminator, true);
    return STATUS_OK;
}

status gan_step(model *m, const compute *c, batch_source real)
{
    pass p = { .compute = c,
               .training = true,
               .seed = m->options.seed,
               .step = model_total_steps(m),
               .first_row = group_first_row(c->group, m->options.batch),
               .other_rows = m->options.batch - group_rows(c->group, m->options.batch) };
    for (int number = 1; number <= m->options.d_steps; number++)
        TRY(discriminator_step(m, c, number, real, p));
    TRY(generator_step(m, c, p));
    TRY(check_buffers(m));
    m->step++;
    return STATUS_OK;
}

void model_end_epoch(model *m)
{
    m->epoch++;
    m->step = 0;
    memset(m->sums, 0, sizeof m->sums);
}
