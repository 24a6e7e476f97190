/* nn/loss.c - the losses of the adversarial game, one row each.
 *
 * With D(x) = sigmoid(t), -log D = softplus(-t) and -log(1 - D) = softplus(t): computed from t they
 * stay exact where sigmoid rounds to 0 or 1.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/loss.h"

#include <string.h>

#include "base/banned.h"

static void negate(int n, const float *x, float *y)
{
    for (int i = 0; i < n; i++)
        y[i] = -x[i];
}

/* ---- D(x) is a probability ---- */

/* The cross entropy with the label a = 1 - smoothing: a softplus(-t) + (1 - a) softplus(t), which
 * is softplus(-t) + smoothing t. */
static void entropy_real(const kernels *k, int n, const float *t, float smoothing, float *cost,
                         float *d)
{
    negate(n, t, cost);
    k->sigmoid(n, cost, d);
    k->softplus(n, cost, cost);
    negate(n, d, d);
    for (int i = 0; smoothing > 0 && i < n; i++) {
        cost[i] += smoothing * t[i];
        d[i] += smoothing;
    }
}

static void entropy_fake(const kernels *k, int n, const float *t, float smoothing, float *cost,
                         float *d)
{
    (void)smoothing;
    k->softplus(n, t, cost);
    k->sigmoid(n, t, d);
}

/* G's side of the minimax game: log(1 - D), the negative of D's cost. */
static void minimax_generator(const kernels *k, int n, const float *t, float smoothing, float *cost,
                              float *d)
{
    entropy_fake(k, n, t, smoothing, cost, d);
    negate(n, cost, cost);
    negate(n, d, d);
}

/* ---- D(x) is t itself ---- */

static void squares_to(float label, int n, const float *t, float *cost, float *d)
{
    for (int i = 0; i < n; i++) {
        d[i] = t[i] - label;
        cost[i] = 0.5f * (d[i] * d[i]);
    }
}

static void squares_real(const kernels *k, int n, const float *t, float smoothing, float *cost,
                         float *d)
{
    (void)k;
    squares_to(1 - smoothing, n, t, cost, d);
}

static void squares_fake(const kernels *k, int n, const float *t, float smoothing, float *cost,
                         float *d)
{
    (void)k, (void)smoothing;
    squares_to(0, n, t, cost, d);
}

/* max(0, 1 - sign t); the derivative is 0 where that is 0. A NaN stays a NaN. */
static void hinge(float sign, int n, const float *t, float *cost, float *d)
{
    for (int i = 0; i < n; i++) {
        float margin = 1 - sign * t[i];
        cost[i] = margin <= 0 ? 0 : margin;
        d[i] = margin <= 0 ? 0 : -sign;
    }
}

static void hinge_real(const kernels *k, int n, const float *t, float smoothing, float *cost,
                       float *d)
{
    (void)k, (void)smoothing;
    hinge(1, n, t, cost, d);
}

static void hinge_fake(const kernels *k, int n, const float *t, float smoothing, float *cost,
                       float *d)
{
    (void)k, (void)smoothing;
    hinge(-1, n, t, cost, d);
}

/* -t */
static void critic_real(const kernels *k, int n, const float *t, float smoothing, float *cost,
                        float *d)
{
    (void)k, (void)smoothing;
    negate(n, t, cost);
    for (int i = 0; i < n; i++)
        d[i] = -1;
}

/* t */
static void critic_fake(const kernels *k, int n, const float *t, float smoothing, float *cost,
                        float *d)
{
    (void)k, (void)smoothing;
    memcpy(cost, t, (size_t)n * sizeof *cost);
    for (int i = 0; i < n; i++)
        d[i] = 1;
}

static const loss losses[] = {
    { .choice = { "non-saturating",
                  "D: -log D(x) - log(1 - D(G(z))), G: -log D(G(z)) (Goodfellow 2014, section 3)" },
      .real = entropy_real,
      .fake = entropy_fake,
      .generator = entropy_real,
      .labels = true,
      .probability = true },
    { .choice = { "minimax", "D the same, G: log(1 - D(G(z))) (Goodfellow 2014, equation 1)" },
      .real = entropy_real,
      .fake = entropy_fake,
      .generator = minimax_generator,
      .labels = true,
      .probability = true },
    { .choice = { "least-squares",
                  "D: (D(x) - 1)^2/2 + D(G(z))^2/2, G: (D(G(z)) - 1)^2/2 (Mao 2017)" },
      .real = squares_real,
      .fake = squares_fake,
      .generator = squares_real,
      .labels = true,
      .middle = 0.5f },
    { .choice = { "hinge",
                  "D: max(0, 1 - D(x)) + max(0, 1 + D(G(z))), G: -D(G(z)) (Lim and Ye 2017)" },
      .real = hinge_real,
      .fake = hinge_fake,
      .generator = critic_real },
    { .choice = { "wasserstein", "D: D(G(z)) - D(x), G: -D(G(z)); with --gradient-penalty "
                                 "(Arjovsky 2017)" },
      .real = critic_real,
      .fake = critic_fake,
      .generator = critic_real,
      .drifts = true },
    { .choice = { "relativistic",
                  "D: -log sigmoid(t(x) - t(G(z))), G: the same with the two exchanged, pair by "
                  "pair; with --r1 and --r2 (Jolicoeur-Martineau 2019, Huang 2024)" },
      .real = entropy_real,
      .probability = true,
      .pairs = true },
};
enum { LOSS_COUNT = sizeof losses / sizeof *losses };

const loss *loss_nth(int i)
{
    return i < LOSS_COUNT ? &losses[i] : NULL;
}

const option_choice *loss_choice(int i)
{
    return i < LOSS_COUNT ? &losses[i].choice : NULL;
}

/* `right` counts the outputs above the middle if `above`, else those below it. */
static verdict judge(const loss *l, loss_side *side, bool above, const kernels *k, int n,
                     const float *t, double smoothing, float *d)
{
    verdict v = { 0 };
    for (int from = 0; from < n; from += LOSS_PART) {
        int part = n - from < LOSS_PART ? n - from : LOSS_PART;
        float cost[LOSS_PART], probability[LOSS_PART];
        const float *ti = t + from, *score = ti;
        side(k, part, ti, (float)smoothing, cost, d + from);
        if (l->probability) {
            k->sigmoid(part, ti, probability);
            score = probability;
        }
        for (int i = 0; i < part; i++) {
            v.loss += (double)cost[i];
            v.score += (double)score[i];
            v.right += above ? ti[i] > l->middle : ti[i] < l->middle;
        }
    }
    return v;
}

verdict loss_real(const loss *l, const kernels *k, int n, const float *t, double smoothing,
                  float *d)
{
    return judge(l, l->real, true, k, n, t, smoothing, d);
}

verdict loss_pairs(const loss *l, const kernels *k, int n, const float *over, const float *under,
                   float *d)
{
    verdict v = { 0 };
    for (int from = 0; from < n; from += LOSS_PART) {
        int part = n - from < LOSS_PART ? n - from : LOSS_PART;
        float ahead[LOSS_PART];
        for (int i = 0; i < part; i++)
            ahead[i] = over[from + i] - under[from + i];
        verdict of = judge(l, l->real, true, k, part, ahead, 0, d + from);
        v.loss += of.loss;
        v.score += of.score;
        v.right += of.right;
    }
    return v;
}

verdict loss_fake(const loss *l, const kernels *k, int n, const float *t, float *d)
{
    return judge(l, l->fake, false, k, n, t, 0, d);
}

verdict loss_generator(const loss *l, const kernels *k, int n, const float *t, float *d)
{
    return judge(l, l->generator, true, k, n, t, 0, d);
}
