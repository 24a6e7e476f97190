/* tests/test_loss.c - compares the losses of the game with PyTorch's values.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "nn/loss.h"

typedef struct golden_loss {
    const char *name;
    double smoothing, t;
    double real, dreal, fake, dfake, generator, dgenerator; /* costs and their derivatives by t */
    double score;
} golden_loss;

#include "golden/losses.h"

#include "base/banned.h"

enum { LOSS_COUNT = sizeof golden_losses / sizeof *golden_losses };

/* The distance between neighbouring floats near x. */
static double ulp(double x)
{
    float f = fabsf((float)x);
    return (double)(nextafterf(f, INFINITY) - f);
}

static void check_loss(const golden_loss *g, const char *what, double got, double expected)
{
    /* With a smoothed label, terms of the sizes of 1 and t may cancel each other. */
    double size = g->smoothing > 0 ? fmax(fmax(1, fabs(g->t)), fabs(expected)) : expected;
    if (!(fabs(got - expected) <= 3 * ulp(size)))
        fail_msg("%s, output %g: %s: expected %.9g, got %.9g", g->name, g->t, what, expected, got);
}

static const loss *loss_named(const char *name)
{
    for (int i = 0; loss_nth(i); i++)
        if (strcmp(loss_nth(i)->choice.name, name) == 0)
            return loss_nth(i);
    fail_msg("there is no loss %s", name);
    return NULL;
}

static void losses_match_the_golden_values_at_any_output(void **state)
{
    (void)state;
    const kernels *k = kernels_usable(0);
    for (int i = 0; i < LOSS_COUNT; i++) {
        const golden_loss *g = &golden_losses[i];
        const loss *l = loss_named(g->name);
        const float t = (float)g->t;
        float d;
        verdict v = loss_real(l, k, 1, &t, g->smoothing, &d);
        check_loss(g, "real", v.loss, g->real);
        check_loss(g, "derivative of real", (double)d, g->dreal);
        check_loss(g, "D(x)", v.score, g->score);
        assert_int_equal(v.right, t > l->middle);
        v = loss_fake(l, k, 1, &t, &d);
        check_loss(g, "fake", v.loss, g->fake);
        check_loss(g, "derivative of fake", (double)d, g->dfake);
        check_loss(g, "D(x)", v.score, g->score);
        assert_int_equal(v.right, t < l->middle);
        v = loss_generator(l, k, 1, &t, &d);
        check_loss(g, "generator", v.loss, g->generator);
        check_loss(g, "derivative of generator", (double)d, g->dgenerator);
    }
}

/* If real samples and fakes cannot be told apart, the loss is least for D(x) at its middle, and
 * there G's derivative is not 0. */
static void where_nothing_can_be_told_apart_the_middle_is_best(void **state)
{
    (void)state;
    for (int i = 0; loss_nth(i); i++) {
        const loss *l = loss_nth(i);
        float dreal, dfake, dgenerator;
        if (l->pairs)
            continue;
        loss_real(l, kernels_usable(0), 1, &l->middle, 0, &dreal);
        loss_fake(l, kernels_usable(0), 1, &l->middle, &dfake);
        loss_generator(l, kernels_usable(0), 1, &l->middle, &dgenerator);
        assert_true(dreal < 0 && dreal + dfake == 0 && dgenerator < 0);
    }
}

static void losses_are_summed_in_order_by_every_instruction_set(void **state)
{
    (void)state;
    enum { N = 200 };
    float t[N], d[N], one;
    const random_stream s = { .seed = 4, .stream = 0xF1 };
    kernels_usable(0)->normal(s, 0, 0, N, t);
    for (int which = 0; loss_nth(which); which++)
        for (int k = 0; kernels_usable(k); k++) {
            const loss *l = loss_nth(which);
            verdict sum = { 0 }, v = loss_real(l, kernels_usable(k), N, t, 0.125, d);
            for (int i = 0; i < N; i++) {
                verdict each = loss_real(l, &kernels_generic, 1, &t[i], 0.125, &one);
                sum.loss += each.loss;
                sum.score += each.score;
                sum.right += each.right;
                assert_memory_equal(&d[i], &one, sizeof one);
            }
            assert_true(v.loss == sum.loss && v.score == sum.score);
            assert_int_equal(v.right, sum.right);
        }
}

/* softplus(-a) and -sigmoid(-a) of the difference a, in double. */
static void a_loss_of_pairs_is_that_of_the_difference(void **state)
{
    (void)state;
    enum { N = 100 };
    const random_stream s = { .seed = 4, .stream = 0xF1 };
    float over[N], under[N], d[N];
    kernels_usable(0)->normal(s, 0, 0, N, over);
    kernels_usable(0)->normal(s, 1, 0, N, under);
    for (int i = 0; loss_nth(i); i++) {
        double cost = 0, score = 0;
        int right = 0;
        if (!loss_nth(i)->pairs)
            continue;
        verdict v = loss_pairs(loss_nth(i), kernels_usable(0), N, over, under, d);
        for (int k = 0; k < N; k++) {
            double a = (double)over[k] - (double)under[k];
            cost += log1p(exp(-a));
            score += 1 / (1 + exp(-a));
            right += a > 0;
            assert_true(fabs((double)d[k] + 1 / (1 + exp(a))) < 1e-6);
        }
        assert_true(fabs(v.loss - cost) < 1e-4 && fabs(v.score - score) < 1e-4);
        assert_int_equal(v.right, right);
    }
}

static void a_loss_of_a_nan_is_nan(void **state)
{
    (void)state;
    const kernels *k = kernels_usable(0);
    const float t[3] = { 1, NAN, 2 };
    float d[3];
    for (int i = 0; loss_nth(i); i++) {
        assert_true(isnan(loss_real(loss_nth(i), k, 3, t, 0, d).loss));
        if (loss_nth(i)->pairs) {
            assert_true(isnan(loss_pairs(loss_nth(i), k, 3, t, t, d).loss));
            continue;
        }
        assert_true(isnan(loss_fake(loss_nth(i), k, 3, t, d).loss));
        assert_true(isnan(loss_generator(loss_nth(i), k, 3, t, d).loss));
    }
    const float infinite = -INFINITY;
    assert_true(isinf(loss_real(loss_nth(0), k, 1, &infinite, 0, d).loss));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_match_the_golden_values_at_any_output),
        cmocka_unit_test(where_nothing_can_be_told_apart_the_middle_is_best),
        cmocka_unit_test(losses_are_summed_in_order_by_every_instruction_set),
        cmocka_unit_test(a_loss_of_pairs_is_that_of_the_difference),
        cmocka_unit_test(a_loss_of_a_nan_is_nan),
    };
    return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
