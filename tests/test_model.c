/* tests/test_model.c - a model: its first weights, its average, its samples.
 *
 * SPDX-License-Identifier: MIT */
#include "play.h"
#include "test.h"

#include <math.h>

#include "game/adversarial.h"

#include "base/banned.h"

/* ---- initial weights ---- */

static void first_weights_are_cut_off_at_two_deviations(void **state)
{
    (void)state;
    model_options o = small_options();
    training b;
    o.generator = "linear 200, relu, linear 8, tanh";
    o.latent = 100;
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    const net *g = &b.model.players[GENERATOR].net;
    double sum = 0, squares = 0;
    float most = 0;
    for (int i = 0; i < 20000; i++) {
        sum += (double)g->params[i];
        squares += (double)g->params[i] * (double)g->params[i];
        most = fmaxf(most, fabsf(g->params[i]));
    }
    /* A normal distribution cut off at 2 has the deviation 0.8796; the bounds are 4 standard
     * errors. */
    assert_true(most <= 0.2f && most > 0.199f);
    assert_true(fabs(sum / 20000) < 4 * 0.088 / sqrt(20000));
    assert_true(fabs(sqrt(squares / 20000) - 0.08796) < 0.0012);
    for (int i = 0; i < 200; i++)
        assert_true(g->params[20000 + i] == 0);
    assert_memory_not_equal(g->params, g->params + 20000 + 200, 8 * sizeof(float));
    assert_memory_not_equal(g->params, b.model.players[DISCRIMINATOR].net.params,
                            8 * sizeof(float));
    for (int i = 0; i < GAME_BLOCKS; i++)
        if (i % 3 != 0)
            assert_true(nth_block(&b.model, i)[0] == 0);
    training_close(&b);
}

static void first_weights_have_the_deviation_of_their_way(void **state)
{
    (void)state;
    enum { IN = 100, OUT = 300 };
    static const struct {
        const char *name;
        double deviation;
    } cases[] = { { "he", 0.14142136 }, { "xavier", 0.070710678 }, { "dcgan", 0.02 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model_options o = small_options();
        training b;
        double squares = 0;
        o.generator = "linear 300, relu, linear 8, tanh";
        o.latent = IN;
        assert_ok(option_set(option_find(&model_option_table, "init"), &o, cases[i].name));
        training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
        for (int k = 0; k < IN * OUT; k++)
            squares += pow((double)b.model.players[GENERATOR].net.params[k], 2);
        /* The relative standard error of a deviation from n values is 1 / sqrt(2 n); 4 of these. */
        double ratio = sqrt(squares / (IN * OUT)) / cases[i].deviation;
        assert_true(fabs(ratio - 1) < 4 / sqrt(2.0 * IN * OUT));
        assert_true(b.model.players[GENERATOR].net.params[IN * OUT] == 0);
        training_close(&b);
    }
}

/* ---- the average of G ---- */

static void check_average(const char *generator)
{
    model_options o = small_options();
    training with, without;
    if (generator)
        o.generator = generator;
    training_start(&without, &o, &small_data, NULL, 1, MODEL_TRAINS);
    o.ema = 0.9;
    training_start(&with, &o, &small_data, NULL, 1, MODEL_TRAINS);
    size_t n = with.model.players[GENERATOR].net.param_count * sizeof(float);
    assert_memory_equal(with.model.players[GENERATOR].average.params,
                        with.model.players[GENERATOR].net.params, n);
    for (int i = 0; i < 3; i++) {
        assert_ok(training_step(&with));
        assert_ok(training_step(&without));
        if (i == 0)
            assert_memory_equal(with.model.players[GENERATOR].average.params,
                                with.model.players[GENERATOR].net.params, n);
    }
    assert_memory_not_equal(with.model.players[GENERATOR].average.params,
                            with.model.players[GENERATOR].net.params, n);
    assert_same_bits(&without, &with);
    training_close(&with);
    training_close(&without);
}

static void the_average_begins_as_the_first_weights_and_takes_no_part_in_the_game(void **state)
{
    (void)state;
    check_average(NULL);
    check_average("linear 8"); /* of a net of a single layer, too */
}

/* ---- sampling ---- */

static void samples_are_drawn_from_the_average_where_there_is_one(void **state)
{
    (void)state;
    enum { N = 5, SIZE = 8 };
    float average[N * SIZE], last[N * SIZE];
    model_options o = small_options();
    training b;
    o.ema = 0.9;
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    for (int i = 0; i < 3; i++)
        assert_ok(training_step(&b));
    model_sample(&b.model, &b.compute, model_sample_stream(1), 0, N, average);
    memcpy(b.model.players[GENERATOR].average.params, b.model.players[GENERATOR].net.params,
           b.model.players[GENERATOR].net.param_count * sizeof(float));
    model_sample(&b.model, &b.compute, model_sample_stream(1), 0, N, last);
    assert_memory_not_equal(average, last, sizeof last);
    training_close(&b);
}

static void a_sample_depends_on_the_seed_and_its_number_only(void **state)
{
    (void)state;
    enum { N = 1500, SIZE = 8 }; /* several passes */
    static float all[N * SIZE], some[N * SIZE];
    model_options o = small_options();
    training b;
    random_stream s = model_sample_stream(77);
    o.generator = "linear 70, relu, dropout 0.5, linear 8, tanh";
    training_start(&b, &o, &small_data, NULL, 2, MODEL_SAMPLES);
    model_sample(&b.model, &b.compute, s, 0, N, all);
    model_sample(&b.model, &b.compute, s, 0, 0, some);
    for (int first = 0; first < N; first += 131) {
        int n = first % 640 + 1 < N - first ? first % 640 + 1 : N - first;
        model_sample(&b.model, &b.compute, s, first, n, some);
        assert_memory_equal(some, all + first * SIZE, (size_t)n * SIZE * sizeof *some);
    }
    model_sample(&b.model, &b.compute, model_sample_stream(78), 0, 1, some);
    assert_memory_not_equal(some, all, SIZE * sizeof *some);
    training_close(&b);
    static const int threads[] = { 1, 3, 8 };
    for (int k = 0; kernels_usable(k); k++)
        for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
            /* A model planned for training computes other parts at a time. */
            training_start(&b, &o, &small_data, kernels_usable(k)->name, threads[t],
                           t == 0 ? MODEL_TRAINS : MODEL_SAMPLES);
            model_sample(&b.model, &b.compute, s, 0, N, some);
            assert_memory_equal(some, all, sizeof all);
            training_close(&b);
        }
}

static void samples_of_given_latents_are_those_of_the_seed(void **state)
{
    (void)state;
    enum { N = 700, SIZE = 8, LATENT = 4 }; /* more than a pass */
    static float from_seed[N * SIZE], from_latents[N * SIZE], z[N * LATENT];
    model_options o = small_options();
    training b;
    training_start(&b, &o, &small_data, NULL, 2, MODEL_SAMPLES);
    random_stream s = model_sample_stream(5);
    for (int i = 0; i < N; i++)
        b.compute.kernels->normal(s, i, 0, LATENT, z + i * LATENT);
    model_sample(&b.model, &b.compute, s, 0, N, from_seed);
    model_sample_latents(&b.model, &b.compute, z, 0, N, from_latents);
    assert_memory_equal(from_seed, from_latents, sizeof from_seed);
    training_close(&b);
}

/* D for one sample at a time, and its sigmoid in double. */
static void D_judges_as_many_as_it_is_asked_to_and_each_alone(void **state)
{
    (void)state;
    enum { N = 47, S = 8 }; /* two passes of 2B = 20 and part of a third */
    const model_options o = small_options();
    const random_stream s = { .seed = 5, .stream = TEST_REAL };
    float x[N * S], all[N + 1];
    training b;
    training_start(&b, &o, &small_data, NULL, 2, MODEL_TRAINS);
    b.compute.kernels->normal(s, 0, 0, N * S, x);
    all[N] = 5;
    model_score(&b.model, &b.compute, x, N, all);
    assert_true(all[N] == 5);
    for (int i = 0; i < N; i++) {
        float one;
        pass p = { .compute = &b.compute };
        model_score(&b.model, &b.compute, x + (ptrdiff_t)i * S, 1, &one);
        assert_memory_equal(&one, &all[i], sizeof one);
        const_view logit = net_forward(&b.model.players[DISCRIMINATOR].net, &p,
                                       const_view_of(x + (ptrdiff_t)i * S, 1, S));
        assert_true(fabs(1 / (1 + exp(-(double)logit.data[0])) - (double)one) < 1e-7);
    }
    training_close(&b);
}

static void sampling_and_judging_between_steps_change_nothing(void **state)
{
    (void)state;
    model_options o = small_options();
    float samples[64 * 8], verdicts[64];
    training a, b;
    o.generator = "linear 6, relu, dropout 0.5, linear 8, tanh";
    training_start(&a, &o, &small_data, NULL, 1, MODEL_TRAINS);
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    for (int i = 0; i < 3; i++) {
        assert_ok(training_step(&a));
        assert_ok(training_step(&b));
        model_sample(&b.model, &b.compute, model_sample_stream(1), 0, 64, samples);
        model_score(&b.model, &b.compute, samples, 64, verdicts);
    }
    assert_same_bits(&a, &b);
    training_close(&a);
    training_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_weights_are_cut_off_at_two_deviations),
        cmocka_unit_test(first_weights_have_the_deviation_of_their_way),
        cmocka_unit_test(the_average_begins_as_the_first_weights_and_takes_no_part_in_the_game),
        cmocka_unit_test(samples_are_drawn_from_the_average_where_there_is_one),
        cmocka_unit_test(a_sample_depends_on_the_seed_and_its_number_only),
        cmocka_unit_test(samples_of_given_latents_are_those_of_the_seed),
        cmocka_unit_test(D_judges_as_many_as_it_is_asked_to_and_each_alone),
        cmocka_unit_test(sampling_and_judging_between_steps_change_nothing),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
