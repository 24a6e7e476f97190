/* model/game.c - one step of the game between G and D.
 *
 * B rows in the batch, Z values in a z, S in a sample.
 *
 * SPDX-License-Identifier: MIT */
#include "model/game.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "nn/loss.h"

#include "base/banned.h"

/* z ~ N(0, 1), (B, Z) */
static view draw_latents(const model *m, const compute *c, int number)
{
    random_stream s = { m->options.seed, model_total_steps(m),
                        random_name(RANDOM_LATENT, 0, number) };
    return model_draw_latents(m, c, s, 0, m->options.batch);
}

static status not_finite(const model *m, const char *which, const net *n, const float *changed)
{
    static const char advice[] = "try a smaller --lr, other layers or another --seed; the last "
                                 "checkpoint is untouched";
    const struct {
        const char *what;
        const float *block;
    } blocks[] = { { "gradient", n->grads }, { "weight", n->params }, { "moment", n->exp_avg_sq } };
    for (size_t i = 0; changed && i < sizeof blocks / sizeof *blocks; i++) {
        const tensor *t = net_nonfinite(n, blocks[i].block);
        char name[TENSOR_NAME_SIZE];
        if (!t)
            continue;
        tensor_name(t, name);
        return status_fail(STATUS_NONFINITE,
                           "a %s of %s.%s is not finite, in step %" PRIu32 " of epoch %" PRIu32
                           "; %s",
                           blocks[i].what, which, name, m->step + 1, m->epoch + 1, advice);
    }
    return status_fail(STATUS_NONFINITE,
                       "the loss of the %s is not finite, in step %" PRIu32 " of epoch %" PRIu32
                       "; %s",
                       which, m->step + 1, m->epoch + 1, advice);
}

/* The optimiser's step number t of a net; adds the gradient's norm to *norm. */
static status update(model *m, const compute *c, const char *which, net *n, uint64_t t,
                     double *norm)
{
    double square = adam_step(&m->optimizer, c, t, n->param_count, n->params, n->grads, n->exp_avg,
                              n->exp_avg_sq);
    *norm += sqrt(square);
    return isfinite(square) ? STATUS_OK : not_finite(m, which, n, n->params);
}

/* The number-th of D's k steps, 1 .. k: on real samples and on fakes at once, (2B, S). */
static status discriminator_step(model *m, const compute *c, int number, batch_source real, pass p)
{
    net *d = &m->discriminator;
    int B = m->options.batch, k = m->options.d_steps;
    uint32_t step = model_total_steps(m);
    p.number = number;
    real.next(real.context, m->step * (uint32_t)k + (uint32_t)number - 1, m->images);
    p.dropout = RANDOM_DROPOUT_GENERATOR;
    net_forward(&m->generator, &p, draw_latents(m, c, number)); /* into the lower half */
    p.dropout = RANDOM_DROPOUT;
    view x = view_of(m->images, 2 * B, model_sample_size(m));
    view logit = net_forward(d, &p, x);
    verdict r = loss_real(c->kernels, B, logit.data, m->dlogit);
    verdict f = loss_fake(c->kernels, B, logit.data + B, m->dlogit + B);
    if (!isfinite(r.loss + f.loss))
        return not_finite(m, "discriminator", d, NULL);
    net_backward(d, &p, x, view_of(m->dlogit, 2 * B, 1), (view){ 0 }, true);
    double mean = 1.0 / ((double)B * k), norm = 0;
    m->sums[METRIC_D_LOSS] += (r.loss + f.loss) * mean;
    m->sums[METRIC_D_REAL] += r.probability * mean;
    m->sums[METRIC_D_FAKE] += f.probability * mean;
    m->sums[METRIC_RIGHT_REAL] += r.right * mean;
    m->sums[METRIC_RIGHT_FAKE] += f.right * mean;
    TRY(update(m, c, "discriminator", d, (uint64_t)step * (uint64_t)k + (uint64_t)number, &norm));
    m->sums[METRIC_D_NORM] += norm / k;
    return STATUS_OK;
}

/* On the fakes of D's last step, which G has not changed since. */
static status generator_step(model *m, const compute *c, pass p)
{
    net *g = &m->generator, *d = &m->discriminator;
    int B = m->options.batch, S = model_sample_size(m);
    view fake = view_of(m->images + (ptrdiff_t)B * S, B, S);
    view dfake = view_of(m->dfake, B, S);
    p.dropout = RANDOM_DROPOUT;
    view logit = net_forward(d, &p, fake);
    verdict v = loss_real(c->kernels, B, logit.data, m->dlogit);
    if (!isfinite(v.loss))
        return not_finite(m, "generator", g, NULL);
    net_backward(d, &p, fake, view_of(m->dlogit, B, 1), dfake, false);
    p.dropout = RANDOM_DROPOUT_GENERATOR;
    net_backward(g, &p, view_of(m->z, B, m->options.latent), dfake, (view){ 0 }, true);
    m->sums[METRIC_G_LOSS] += v.loss / B;
    return update(m, c, "generator", g, (uint64_t)model_total_steps(m) + 1,
                  &m->sums[METRIC_G_NORM]);
}

status gan_step(model *m, const compute *c, batch_source real)
{
    pass p = {
        .compute = c, .training = true, .seed = m->options.seed, .step = model_total_steps(m)
    };
    for (int number = 1; number <= m->options.d_steps; number++)
        TRY(discriminator_step(m, c, number, real, p));
    TRY(generator_step(m, c, p));
    m->step++;
    return STATUS_OK;
}

void model_end_epoch(model *m)
{
    m->epoch++;
    m->step = 0;
    memset(m->sums, 0, sizeof m->sums);
}
