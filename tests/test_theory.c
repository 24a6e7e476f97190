/* tests/test_theory.c - the theory of Goodfellow and others (2014), in a case that can be computed.
 *
 * p and q are Gaussians on the line. A D trained with the project's own nets, loss and Adam finds
 * the D* of proposition 1 and the value of theorem 1, and shows why section 3 gives G another loss
 * than the game's. Integrals are sums in double over a fine grid. Random numbers come from fixed
 * seeds, so the figures are the same in every run.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "nn/adam.h"
#include "nn/init.h"
#include "nn/loss.h"
#include "nn/net.h"

#include "base/banned.h"

enum { BATCH = 256 };

typedef struct gaussian {
    double mean, deviation;
} gaussian;

static double density(gaussian g, double x)
{
    double z = (x - g.mean) / g.deviation;
    return exp(-z * z / 2) / (g.deviation * sqrt(2 * M_PI));
}

/* ---- D* and the value of the game ---- */

/* Proposition 1 */
static double best_verdict(gaussian p, gaussian q, double x)
{
    return density(p, x) / (density(p, x) + density(q, x));
}

static const double from = -12, to = 12, width = 1.0 / 512;

/* a log(a / b), 0 for a = 0 */
static double divergence(double a, double b)
{
    return a > 0 ? a * log(a / b) : 0;
}

/* JSD(p, q) = KL(p, m)/2 + KL(q, m)/2 with m = (p + q)/2 */
static double jensen_shannon(gaussian p, gaussian q)
{
    double sum = 0;
    for (double x = from; x < to; x += width) {
        double a = density(p, x), b = density(q, x), m = (a + b) / 2;
        sum += divergence(a, m) / 2 + divergence(b, m) / 2;
    }
    return sum * width;
}

/* ---- a D that learns ---- */

typedef struct student {
    net net;
    compute compute;
    arena arena;
    adam optimizer;
    uint32_t step;
    float *x; /* (2 BATCH, 1): samples of p, then of q */
    float *dlogit, *dx;
} student;

static void plan(student *s)
{
    s->x = arena_take(&s->arena, 2 * BATCH, sizeof *s->x);
    s->dlogit = arena_take(&s->arena, 2 * BATCH, sizeof *s->dlogit);
    s->dx = arena_take(&s->arena, 2 * BATCH, sizeof *s->dx);
    net_plan(&s->net, &s->arena, 2 * BATCH, NET_TRAINS, false);
    adam_plan(&s->optimizer, &s->arena, s->net.param_count);
}

static void student_open(student *s)
{
    *s = (student){ .optimizer = { .lr = 4e-3, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 } };
    assert_ok(compute_open(&s->compute, NULL, 1));
    assert_ok(net_open(&s->net, "linear 32, tanh, linear 32, tanh, linear 1", shape_flat(1), "D"));
    plan(s);
    assert_ok(arena_open(&s->arena));
    plan(s);
    net_init(&s->net, s->compute.kernels, INIT_LISTING, 1, RANDOM_INIT_DISCRIMINATOR);
}

static void student_close(student *s)
{
    arena_close(&s->arena);
    net_close(&s->net);
    compute_close(&s->compute);
}

/* BATCH samples of g; `side` is 0 for p and 1 for q. */
static void draw(const student *s, int side, gaussian g, float *x)
{
    random_stream stream = { 1, s->step, 0xF7 };
    s->compute.kernels->normal(stream, side, 0, BATCH, x);
    for (int i = 0; i < BATCH; i++)
        x[i] = (float)(g.mean + g.deviation * (double)x[i]);
}

static const float *judge(student *s, int rows)
{
    pass p = { .compute = &s->compute };
    return net_forward(&s->net, &p, const_view_of(s->x, rows, 1)).data;
}

/* Trains D on fresh samples of p and q. */
static void learn(student *s, gaussian p, gaussian q, int steps)
{
    pass now = { .compute = &s->compute, .training = true };
    for (int i = 0; i < steps; i++, s->step++) {
        draw(s, 0, p, s->x);
        draw(s, 1, q, s->x + BATCH);
        const_view x = const_view_of(s->x, 2 * BATCH, 1);
        const_view logit = net_forward(&s->net, &now, x);
        loss_real(loss_nth(0), s->compute.kernels, BATCH, logit.data, 0, s->dlogit);
        loss_fake(loss_nth(0), s->compute.kernels, BATCH, logit.data + BATCH, s->dlogit + BATCH);
        net_backward(&s->net, &now, x, view_of(s->dlogit, 2 * BATCH, 1), (view){ 0 }, true);
        adam_block b = { .n = s->net.param_count,
                         .w = s->net.params,
                         .g = s->net.grads,
                         .m = s->net.exp_avg,
                         .v = s->net.exp_avg_sq };
        adam_step(&s->optimizer, &s->compute, s->step + 1, &b);
    }
}

/* Trains D to the end, with smaller last steps so that D comes to rest. */
static void learn_well(student *s, gaussian p, gaussian q)
{
    for (int part = 0; part < 4; part++, s->optimizer.lr /= 4)
        learn(s, p, q, 2000);
}

/* The logit at one place. */
static double logit_at(student *s, double x)
{
    s->x[0] = (float)x;
    return (double)judge(s, 1)[0];
}

/* V(D) = E_p log D + E_q log(1 - D) */
static double value(student *s, gaussian p, gaussian q)
{
    double sum = 0;
    for (double x = from; x < to; x += width) {
        double logit = logit_at(s, x);
        sum -= density(p, x) * log1p(exp(-logit)) + density(q, x) * log1p(exp(logit));
    }
    return sum * width;
}

static const gaussian pairs[][2] = {
    { { -1, 1 }, { 1, 1 } },      /* the logit of D* is a line, */
    { { -1, 1 }, { 1, 0.5 } },    /* a parabola, */
    { { 0, 0.6 }, { 0, 1.5 } },   /* a symmetric parabola */
    { { 0.5, 1 }, { 0.5, 1 } },   /* p = q: 0 */
    { { -1.5, 0.6 }, { 2, 0.7 } } /* nearly disjoint */
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

/* D is compared where there are samples to learn from: where the sum of both densities is at least
 * `seen`. */
static const double seen = 0.05, tolerance = 0.03;

static void a_trained_D_is_p_over_p_plus_q(void **state)
{
    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        gaussian p = pairs[i][0], q = pairs[i][1];
        double worst = 0;
        student s;
        student_open(&s);
        learn_well(&s, p, q);
        for (double x = -4; x <= 4; x += 1.0 / 16) {
            double d = 1 / (1 + exp(-logit_at(&s, x))), best = best_verdict(p, q, x);
            if (density(p, x) + density(q, x) > seen && fabs(d - best) > worst)
                worst = fabs(d - best);
        }
        double v = value(&s, p, q), bound = -log(4) + 2 * jensen_shannon(p, q);
        print_message("N(%g, %g) and N(%g, %g): |D - D*| at most %.4f, V %.5f, "
                      "-log 4 + 2 JSD %.5f\n",
                      p.mean, p.deviation, q.mean, q.deviation, worst, v, bound);
        assert_true(worst < tolerance);
        /* V is largest at D*: no D exceeds it, and near D* V is flat. */
        assert_true(v <= bound && v > bound - 0.001);
        student_close(&s);
    }
}

static void the_value_at_the_best_D_is_theorem_1(void **state)
{
    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        gaussian p = pairs[i][0], q = pairs[i][1];
        double sum = 0;
        for (double x = from; x < to; x += width) {
            double a = density(p, x), b = density(q, x);
            sum += divergence(a, a + b) + divergence(b, a + b);
        }
        assert_true(fabs(sum * width - (-log(4) + 2 * jensen_shannon(p, q))) < 1e-12);
    }
    assert_true(fabs(jensen_shannon(pairs[3][0], pairs[3][1])) < 1e-12);
    assert_true(fabs(jensen_shannon((gaussian){ -8, 0.3 }, (gaussian){ 8, 0.3 }) - log(2)) < 1e-9);
}

/* ---- the two games of G ---- */

static const loss *game(const char *name)
{
    for (int i = 0; loss_nth(i); i++)
        if (strcmp(loss_nth(i)->choice.name, name) == 0)
            return loss_nth(i);
    fail_msg("no loss %s", name);
    return NULL;
}

static void at_the_logit_one_game_vanishes_where_the_other_is_strongest(void **state)
{
    (void)state;
    static const float logits[] = { -20, -10, -5, 0, 5 };
    enum { N = sizeof logits / sizeof *logits };
    float minimax[N], other[N];
    loss_generator(game("minimax"), kernels_usable(0), N, logits, minimax);
    loss_generator(game("non-saturating"), kernels_usable(0), N, logits, other);
    for (int i = 0; i < N; i++) {
        double d = 1 / (1 + exp(-(double)logits[i]));
        assert_true(fabs((double)minimax[i] + d) < 1e-6 * d);
        assert_true(fabs((double)other[i] + (1 - d)) < 1e-6);
    }
    assert_true(minimax[0] > -3e-9f && other[0] < -0.999f);
    assert_true(minimax[3] == -0.5f && other[3] == -0.5f); /* alike where D is undecided */
}

/* G maps z to deviation z + mean. Returns d loss / d mean, averaged over its samples. */
static double generator_gradient(student *s, gaussian g, const loss *l, double *d_fake)
{
    pass p = { .compute = &s->compute, .training = true };
    draw(s, 1, g, s->x);
    const_view x = const_view_of(s->x, BATCH, 1), logit = net_forward(&s->net, &p, x);
    double sum = 0;
    *d_fake = 0;
    for (int i = 0; i < BATCH; i++)
        *d_fake += 1 / (1 + exp(-(double)logit.data[i])) / BATCH;
    loss_generator(l, s->compute.kernels, BATCH, logit.data, s->dlogit);
    net_backward(&s->net, &p, x, view_of(s->dlogit, BATCH, 1), view_of(s->dx, BATCH, 1), false);
    for (int i = 0; i < BATCH; i++)
        sum += (double)s->dx[i];
    return sum / BATCH;
}

/* G's position after 300 steps of gradient descent from a start 4 away, each after some steps of D.
 */
static double walk(const loss *l)
{
    const gaussian p = { 0, 0.5 };
    gaussian g = { 4, 0.5 };
    double d_fake, first = 0;
    student s;
    student_open(&s);
    learn(&s, p, g, 500);
    for (int i = 0; i < 300; i++) {
        double gradient = generator_gradient(&s, g, l, &d_fake);
        if (i == 0)
            first = gradient;
        if (i % 50 == 0)
            print_message("  %-14s: step %3d: mean %6.3f, D(G(z)) %.5f, d loss / d mean %9.5f\n",
                          l->choice.name, i, g.mean, d_fake, gradient);
        g.mean -= 0.02 * gradient;
        learn(&s, p, g, 10);
    }
    print_message("  from 4 to %.3f; the first gradient was %.6f\n", g.mean, first);
    student_close(&s);
    return g.mean;
}

static void minimax_saturates_early_and_non_saturating_does_not(void **state)
{
    (void)state;
    assert_true(walk(game("minimax")) > 3.9);
    assert_true(fabs(walk(game("non-saturating"))) < 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trained_D_is_p_over_p_plus_q),
        cmocka_unit_test(the_value_at_the_best_D_is_theorem_1),
        cmocka_unit_test(at_the_logit_one_game_vanishes_where_the_other_is_strongest),
        cmocka_unit_test(minimax_saturates_early_and_non_saturating_does_not),
    };
    return cmocka_run_group_tests_name("theory", tests, NULL, NULL);
}
