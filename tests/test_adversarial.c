/* tests/test_adversarial.c - the game of G and D: PyTorch's values, the same bits from every set
 * and number of threads, what a step reports, values that are not finite.
 *
 * SPDX-License-Identifier: MIT */
#include "play.h"
#include "test.h"

#include <math.h>

#include "game/adversarial.h"

#include "base/banned.h"

/* ---- the game ---- */

static void the_game_matches_the_golden_values(void **state)
{
    (void)state;
    /* Roundings of a step affect the next one, and Adam, which divides a gradient by its own size,
     * makes the error of a small gradient as large as that of a large one. */
    const double tolerance = 2e-6;
    for (int k = 0; k < GAME_COUNT; k++) {
        const golden_game *g = &golden_games[k];
        training b;
        training_open_golden(&b, g, NULL, 2);
        const model *m = &b.model;
        const int counts[] = { (int)m->players[GENERATOR].net.param_count,
                               (int)m->players[DISCRIMINATOR].net.param_count };
        /* These are exact: the values are written with all their digits. */
        assert_golden(&g->start[0], m->players[GENERATOR].net.params, counts[0], 1e-8,
                      g->generator);
        assert_golden(&g->start[1], m->players[DISCRIMINATOR].net.params, counts[1], 1e-8,
                      g->generator);
        for (int step = 0; step < GAME_STEPS; step++) {
            const golden_step *expected = &g->steps[step];
            char where[32];
            snprintf(where, sizeof where, "game %d, step %d", k, step + 1);
            assert_ok(training_step(&b));
            for (int i = 0; i < GAME_BLOCKS; i++)
                assert_golden(&expected->tensors[i], nth_block(m, i), counts[i / 3], tolerance,
                              where);
            assert_int_equal(expected->tensors[GAME_BLOCKS].name != NULL, m->options.ema > 0);
            if (m->options.ema > 0)
                assert_golden(&expected->tensors[GAME_BLOCKS], m->players[GENERATOR].average.params,
                              counts[0], tolerance, where);
            for (int i = 0; i < METRIC_COUNT; i++)
                /* Outputs of both signs may nearly cancel in the sum. */
                if (!(fabs(m->sums[i] - expected->sums[i]) <=
                      tolerance * fmax(fabs(expected->sums[i]), 0.01)))
                    fail_msg("%s: metric %d: expected %.9g, got %.9g", where, i, expected->sums[i],
                             m->sums[i]);
            assert_int_equal(m->step, step + 1);
        }
        training_close(&b);
    }
}

static void every_instruction_set_and_any_threads_play_the_same_game(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 4, 8 };
    for (int g = 0; g < GAME_COUNT; g++) {
        training first, b;
        training_open_golden(&first, &golden_games[g], "generic", 1);
        for (int i = 0; i < GAME_STEPS; i++)
            assert_ok(training_step(&first));
        for (int k = 0; kernels_usable(k); k++)
            for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
                training_open_golden(&b, &golden_games[g], kernels_usable(k)->name, threads[t]);
                for (int i = 0; i < GAME_STEPS; i++)
                    assert_ok(training_step(&b));
                assert_same_bits(&first, &b);
                assert_memory_equal(first.model.sums, b.model.sums, sizeof b.model.sums);
                training_close(&b);
            }
        training_close(&first);
    }
}

static void the_end_of_an_epoch_changes_no_weight(void **state)
{
    (void)state;
    model_options o = small_options();
    data_identity two_steps = small_data;
    training whole, parts;
    o.d_steps = 2;
    two_steps.count = 10 * 2 * 2 + 19;
    training_start(&whole, &o, &small_data, NULL, 1, MODEL_TRAINS);
    training_start(&parts, &o, &two_steps, NULL, 1, MODEL_TRAINS);
    assert_int_equal(model_epoch_steps(&whole.model), 50);
    assert_int_equal(model_epoch_steps(&parts.model), 2);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(model_total_steps(&parts.model), i);
        assert_ok(training_step(&whole));
        assert_ok(training_step(&parts));
        if (parts.model.step == 2) {
            assert_true(parts.model.sums[METRIC_D_LOSS] > 0);
            model_end_epoch(&parts.model);
            for (int k = 0; k < METRIC_COUNT; k++)
                assert_true(parts.model.sums[k] == 0);
            parts.batches += 4;
        }
    }
    assert_int_equal(parts.model.epoch, 2);
    assert_int_equal(parts.model.step, 1);
    assert_same_bits(&whole, &parts);
    training_close(&whole);
    training_close(&parts);
}

/* ---- reports of a step ---- */

enum { MOST_WORKS = 64 };

typedef struct record {
    step_work works[MOST_WORKS];
    int count, ended;
} record;

static void record_begin(void *context, const step_work *w)
{
    record *r = context;
    assert_int_equal(r->count, r->ended); /* parts do not nest */
    assert_true(r->count < MOST_WORKS);
    r->works[r->count++] = *w;
}

static void record_end(void *context)
{
    ++((record *)context)->ended;
}

static void a_step_tells_its_watch_all_its_work_in_order(void **state)
{
    (void)state;
    enum { B = 10 };
    model_options o = small_options();
    record r = { 0 };
    const step_watch watch = { record_begin, record_end, &r };
    training watched, alone;
    o.d_steps = 2;
    o.r1 = 1;
    o.gradient_penalty = 1;
    o.ema = 0.9;
    o.flip = true;
    o.instance_noise = 0.1;
    training_start(&watched, &o, &small_data, NULL, 1, MODEL_TRAINS);
    training_start(&alone, &o, &small_data, NULL, 1, MODEL_TRAINS);
    watched.model.watch = &watch;
    assert_ok(training_step(&watched));
    assert_ok(training_step(&alone));
    assert_same_bits(&alone, &watched);

    const player *g = &watched.model.players[GENERATOR], *d = g + 1;
    const step_work d_step[] = {
        { .part = STEP_INPUT },
        { .part = STEP_CHANGES }, /* flips */
        { .part = STEP_LATENTS },
        { .part = STEP_PASS, .player = g, .rows = B },
        { .part = STEP_CHANGES },
        { .part = STEP_PASS, .player = d, .rows = 2 * B },
        { .part = STEP_PASS, .player = d, .rows = 2 * B, .backward = true, .params = true },
        { .part = STEP_PENALTY },
        { .part = STEP_PENALTY },
        { .part = STEP_ADAM },
    };
    const step_work g_step[] = {
        { .part = STEP_CHANGES },
        { .part = STEP_PASS, .player = d, .rows = B },
        { .part = STEP_PASS, .player = d, .rows = B, .backward = true, .input = true },
        { .part = STEP_PASS, .player = g, .rows = B, .backward = true, .params = true },
        { .part = STEP_ADAM },
    };
    enum { D = sizeof d_step / sizeof *d_step, G = sizeof g_step / sizeof *g_step };
    assert_int_equal(r.count, 2 * D + G);
    assert_int_equal(r.ended, r.count);
    for (int i = 0; i < r.count; i++) {
        const step_work *e = i < 2 * D ? &d_step[i % D] : &g_step[i - 2 * D], *w = &r.works[i];
        if (w->part != e->part || w->player != e->player || w->rows != e->rows ||
            w->backward != e->backward || w->params != e->params || w->input != e->input)
            fail_msg("work %d: expected part %d of %d rows, got %d of %d", i, e->part, e->rows,
                     w->part, w->rows);
        assert_true(w->part == STEP_PENALTY ? w->multiply_adds > 0 : w->multiply_adds == 0);
    }
    training_close(&watched);
    training_close(&alone);
}

/* ---- values that are not finite ---- */

#define ADVICE                                                                                     \
    "; try a smaller --lr, other layers or another --seed; the last checkpoint is "                \
    "untouched"

static void constant_batch(void *context, uint32_t number, real_batch *to)
{
    float *x = to->x;
    (void)number;
    for (int i = 0; i < 10 * 8; i++)
        x[i] = *(const float *)context;
}

static void a_batch_with_a_nan_stops_the_step(void **state)
{
    (void)state;
    model_options o = small_options();
    float nan = NAN;
    training b;
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    assert_fails(model_step(&b.model, &b.compute, (batch_source){ constant_batch, &nan }),
                 STATUS_NONFINITE,
                 "the loss of the discriminator is not finite, in step 1 of epoch 1" ADVICE);
    assert_int_equal(b.model.step, 0);
    training_close(&b);
}

static void a_learning_rate_that_is_too_large_stops_the_step(void **state)
{
    (void)state;
    model_options o = small_options();
    training b;
    o.lr = 1e300;
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    b.model.epoch = 4;
    b.model.step = 6;
    assert_fails(training_step(&b), STATUS_NONFINITE,
                 "a weight of discriminator.0.weight is not finite, in step 7 of epoch 5" ADVICE);
    training_close(&b);
    o.lr = 1e37;
    o.seed = 1;
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    assert_fails(training_step(&b), STATUS_NONFINITE,
                 "the loss of the generator is not finite, in step 1 of epoch 1" ADVICE);
    training_close(&b);
}

static void a_gradient_that_overflows_is_named(void **state)
{
    (void)state;
    model_options o = small_options();
    float huge = 1e38f, large = 1e25f;
    training b;
    o.discriminator = "linear 1";
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    /* Finite logits, far on the wrong side: ten derivatives of 1 times 1e38 overflow. */
    for (int i = 0; i < 8; i++)
        b.model.players[DISCRIMINATOR].net.params[i] = -0.1f;
    assert_fails(model_step(&b.model, &b.compute, (batch_source){ constant_batch, &huge }),
                 STATUS_NONFINITE,
                 "a gradient of discriminator.0.weight is not finite, in step 1 of epoch 1" ADVICE);
    training_close(&b);
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    for (int i = 0; i < 8; i++)
        b.model.players[DISCRIMINATOR].net.params[i] = -0.1f;
    assert_fails(model_step(&b.model, &b.compute, (batch_source){ constant_batch, &large }),
                 STATUS_NONFINITE,
                 "a moment of discriminator.0.weight is not finite, in step 1 of epoch 1" ADVICE);
    training_close(&b);
}

/* D's inputs and logits are 0; the slope that the penalty squares is 1e60. */
static void a_penalty_that_overflows_stops_the_step(void **state)
{
    (void)state;
    model_options o = small_options();
    float zero = 0;
    training b;
    o.discriminator = "linear 1, linear 1";
    o.r1 = 1;
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    memset(b.model.players[GENERATOR].net.params, 0,
           b.model.players[GENERATOR].net.param_count * sizeof(float));
    memset(b.model.players[DISCRIMINATOR].net.params, 0,
           b.model.players[DISCRIMINATOR].net.param_count * sizeof(float));
    b.model.players[DISCRIMINATOR].net.params[0] =
        b.model.players[DISCRIMINATOR].net.params[8 + 1] = 1e30f;
    assert_fails(model_step(&b.model, &b.compute, (batch_source){ constant_batch, &zero }),
                 STATUS_NONFINITE,
                 "the loss of the discriminator is not finite, in step 1 of epoch 1" ADVICE);
    training_close(&b);
}

static void the_generator_is_checked_too(void **state)
{
    (void)state;
    model_options o = small_options();
    training b;
    training_start(&b, &o, &small_data, NULL, 1, MODEL_TRAINS);
    b.model.players[GENERATOR].net.exp_avg[6 * 4 + 6 + 8 * 6] = INFINITY;
    assert_fails(training_step(&b), STATUS_NONFINITE,
                 "a weight of generator.2.bias is not finite, in step 1 of epoch 1" ADVICE);
    training_close(&b);
}

/* The layer's input and output are finite, but the variance is not. */
static void a_variance_beyond_the_floats_ends_the_step(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        char message[128];
        training t;
        model_options o = small_options();
        o.generator = "linear 6, batch_norm, relu, linear 8";
        o.discriminator = "linear 9, batch_norm, relu, linear 1";
        training_start(&t, &o, &small_data, NULL, 1, MODEL_TRAINS);
        const net *n = &t.model.players[i == 0 ? GENERATOR : DISCRIMINATOR].net;
        for (size_t k = 0; k < n->tensors[0].count; k++)
            n->params[k] = 1e25f;
        snprintf(message, sizeof message,
                 "a buffer of %s.1.running_var is not finite, in step 1 of epoch 1; try a smaller "
                 "--lr",
                 i == 0 ? "generator" : "discriminator");
        assert_fails(training_step(&t), STATUS_NONFINITE, message);
        training_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_game_matches_the_golden_values),
        cmocka_unit_test(every_instruction_set_and_any_threads_play_the_same_game),
        cmocka_unit_test(the_end_of_an_epoch_changes_no_weight),
        cmocka_unit_test(a_step_tells_its_watch_all_its_work_in_order),
        cmocka_unit_test(a_batch_with_a_nan_stops_the_step),
        cmocka_unit_test(a_learning_rate_that_is_too_large_stops_the_step),
        cmocka_unit_test(a_gradient_that_overflows_is_named),
        cmocka_unit_test(a_penalty_that_overflows_stops_the_step),
        cmocka_unit_test(the_generator_is_checked_too),
        cmocka_unit_test(a_variance_beyond_the_floats_ends_the_step),
    };
    return cmocka_run_group_tests_name("adversarial", tests, NULL, NULL);
}
