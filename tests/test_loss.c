/* tests/test_loss.c - what D's verdicts cost, against PyTorch's values.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "golden/losses.h"
#include "nn/loss.h"

#include "base/banned.h"

enum { LOSS_COUNT = sizeof golden_losses / sizeof *golden_losses };

/* The distance of two neighbouring floats where x lies. */
static double ulp(double x)
{
    float f = fabsf((float)x);
    return (double)(nextafterf(f, INFINITY) - f);
}

static void check_loss(double logit, const char *what, double got, double expected)
{
    if (!(fabs(got - expected) <= 3 * ulp(expected)))
        fail_msg("logit %g: %s: expected %.9g, got %.9g", logit, what, expected, got);
}

static void losses_match_the_golden_values_at_any_logit(void **state)
{
    (void)state;
    for (int i = 0; i < LOSS_COUNT; i++) {
        const double *g = golden_losses[i];
        const float logit = (float)g[0];
        float d;
        verdict v = loss_real(kernels_usable(0), 1, &logit, &d);
        check_loss(g[0], "real", v.loss, g[1]);
        check_loss(g[0], "gradient of real", (double)d, g[2]);
        check_loss(g[0], "probability", v.probability, g[5]);
        assert_int_equal(v.right, logit > 0);
        v = loss_fake(kernels_usable(0), 1, &logit, &d);
        check_loss(g[0], "fake", v.loss, g[3]);
        check_loss(g[0], "gradient of fake", (double)d, g[4]);
        check_loss(g[0], "probability", v.probability, g[5]);
        assert_int_equal(v.right, logit < 0);
    }
}

static void losses_are_summed_in_order_by_every_instruction_set(void **state)
{
    (void)state;
    enum { N = 200 };
    float logit[N], d[N], one;
    const random_stream s = { .seed = 4, .stream = 0xF1 };
    kernels_usable(0)->normal(s, 0, 0, N, logit);
    for (int k = 0; kernels_usable(k); k++) {
        verdict sum = { 0 }, v = loss_fake(kernels_usable(k), N, logit, d);
        for (int i = 0; i < N; i++) {
            verdict each = loss_fake(&kernels_generic, 1, &logit[i], &one);
            sum.loss += each.loss;
            sum.probability += each.probability;
            sum.right += each.right;
            assert_memory_equal(&d[i], &one, sizeof one);
        }
        assert_true(v.loss == sum.loss && v.probability == sum.probability);
        assert_int_equal(v.right, sum.right);
    }
}

static void a_loss_of_a_nan_is_nan(void **state)
{
    (void)state;
    const float logits[3] = { 1, NAN, 2 };
    float d[3];
    assert_true(isnan(loss_real(kernels_usable(0), 3, logits, d).loss));
    assert_true(isnan(d[1]));
    assert_true(isnan(loss_fake(kernels_usable(0), 3, logits, d).loss));
    const float infinite = -INFINITY;
    assert_true(isinf(loss_real(kernels_usable(0), 1, &infinite, d).loss));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_match_the_golden_values_at_any_logit),
        cmocka_unit_test(losses_are_summed_in_order_by_every_instruction_set),
        cmocka_unit_test(a_loss_of_a_nan_is_nan),
    };
    return cmocka_run_group_tests_name("loss", tests, NULL, NULL);
}
