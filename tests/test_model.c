/* tests/test_model.c - the pair of nets and the game between them: PyTorch's values, the same bits
 * from every set and number of threads, options that do not fit, values that are not finite.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"
#include "training.h"

#include <math.h>
#include <unistd.h>

#include "game/adversarial.h"
#include "play.h"

#include "base/banned.h"

/* ---- small models ---- */

static model_options small_options(void)
{
    model_options o;
    option_defaults(&model_option_table, &o);
    o.generator = "linear 6, relu, linear 8, tanh";
    o.discriminator = "linear 9, leaky_relu 0.2, dropout 0.3, linear 1";
    o.latent = 4;
    o.batch = 10;
    o.seed = 3;
    return o;
}

static const data_identity small_data = { .channels = 2, .height = 2, .width = 2, .count = 1000 };

static const float *nth_block(const model *m, int i)
{
    const net *n = i < 3 ? &m->players[GENERATOR].net : &m->players[DISCRIMINATOR].net;
    return i % 3 == 0 ? n->params : i % 3 == 1 ? n->exp_avg : n->exp_avg_sq;
}

static void assert_same_bits(const training *a, const training *b)
{
    for (int i = 0; i < GAME_BLOCKS; i++) {
        size_t n = (i < 3 ? &a->model.players[GENERATOR].net : &a->model.players[DISCRIMINATOR].net)
                       ->param_count;
        assert_memory_equal(nth_block(&a->model, i), nth_block(&b->model, i), n * sizeof(float));
    }
    if (a->model.options.ema > 0)
        assert_memory_equal(a->model.players[GENERATOR].average.params,
                            b->model.players[GENERATOR].average.params,
                            a->model.players[GENERATOR].net.param_count * sizeof(float));
}

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

/* ---- options that do not fit ---- */

static void nets_that_do_not_fit_are_refused_with_what_would(void **state)
{
    (void)state;
    static const struct {
        const char *generator, *discriminator, *message;
    } cases[] = {
        { "linear 6, relu, linear 9, tanh", "linear 1",
          "--generator: \"linear 6, relu, linear 9, tanh\" ends in 9 values, expected 8 (a sample "
          "is 2x2x2): 4 -> linear -> 6 -> relu -> 6 -> linear -> 9 -> tanh -> 9; make layer 3 "
          "\"linear 8\"" },
        { "tanh", "linear 1",
          "--generator: \"tanh\" ends in 4 values, expected 8 (a sample is 2x2x2): 4 -> tanh -> 4; "
          "add a layer \"linear 8\"" },
        { "linear 8", "linear 3, relu, linear 2",
          "--discriminator: \"linear 3, relu, linear 2\" ends in 2 values, expected 1 (one logit): "
          "2x2x2 -> linear -> 3 -> relu -> 3 -> linear -> 2; make layer 3 \"linear 1\"" },
        { "linear 8", "relu",
          "--discriminator: \"relu\" ends in 2x2x2, expected 1 (one logit): 2x2x2 -> relu -> "
          "2x2x2; add a layer \"linear 1\"" },
        { "linear 8", "linear 1, sigmoid",
          "--discriminator: \"linear 1, sigmoid\" ends in \"sigmoid\", expected it to end in "
          "\"linear 1\": its output is the logit, to which the loss applies the sigmoid itself" },
        { "linear 8", "linear 1, dropout 0.5", "ends in \"dropout\", expected it to end in" },
        { "linaer 8", "linear 1", "--generator: layer 1, \"linaer 8\": unknown layer \"linaer\"" },
        { "linear 8", "linear", "--discriminator: layer 1, \"linear\": linear takes one whole" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model_options o = small_options();
        model m;
        o.generator = cases[i].generator;
        o.discriminator = cases[i].discriminator;
        assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE, cases[i].message);
        assert_null(m.players[GENERATOR].net.spec);
        assert_null(m.players[DISCRIMINATOR].net.spec);
    }
}

static void the_word_out_is_the_size_of_a_sample_or_its_channels(void **state)
{
    (void)state;
    static const char *const specs[][2] = {
        { "linear out, tanh", "linear 8, tanh" },
        { "linear 3, conv_transpose out k2", "linear 3, conv_transpose 2 k2 s1 p0" },
        { "linear 8, reshape 2x2x2, conv out k3 p1,relu,reshape 8, linear out",
          "linear 8, reshape 2x2x2, conv 2 k3 s1 p1, relu, reshape 8, linear 8" },
    };
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        model_options o = small_options();
        model m;
        o.generator = specs[i][0];
        assert_ok(model_open(&m, &o, &small_data));
        assert_string_equal(m.players[GENERATOR].net.spec, specs[i][1]);
        model_close(&m);
    }
}

static void a_batch_must_fit_the_data(void **state)
{
    (void)state;
    model_options o = small_options();
    model m;
    o.batch = 500;
    o.d_steps = 2;
    assert_ok(model_open(&m, &o, &small_data));
    assert_int_equal(model_epoch_steps(&m), 1);
    model_close(&m);
    o.batch = 501;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--d-steps: an epoch needs at least batch x d-steps = 501 x 2 samples, "
                 "the data has 1000");
    o.batch = 1001;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--batch: an epoch needs at least batch x d-steps = 1001 x 2 samples, "
                 "the data has 1000");
    o.batch = 65536; /* the product does not fit an int */
    o.d_steps = 65536;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE, "65536 x 65536 samples");
}

static void rules_that_make_no_sense_together_are_refused(void **state)
{
    (void)state;
    model_options o = small_options();
    model m;
    assert_ok(option_set(option_find(&model_option_table, "loss"), &o, "hinge"));
    o.label_smoothing = 0.1;
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--label-smoothing: the loss hinge has no labels that could be smoothed");
    o = small_options();
    assert_ok(option_set(option_find(&model_option_table, "lr-schedule"), &o, "cosine"));
    assert_fails(model_open(&m, &o, &small_data), STATUS_USAGE,
                 "--lr-schedule: cosine needs --lr-epochs, after which it is at 0");
}

static void without_specs_the_nets_are_those_of_the_listing(void **state)
{
    (void)state;
    model_options o;
    model m;
    const data_identity mnist = {
        .channels = 1, .height = 28, .width = 28, .count = 60000, .kind = SAMPLE_IMAGE
    };
    option_defaults(&model_option_table, &o);
    assert_ok(model_open(&m, &o, &mnist));
    assert_string_equal(m.options.generator,
                        "linear 150, relu, linear 300, relu, linear 784, tanh");
    assert_string_equal(m.options.discriminator,
                        "linear 300, relu, dropout 0.3, linear 150, relu, dropout 0.3, linear 1");
    assert_int_equal(m.players[GENERATOR].net.param_count, 296434);
    assert_int_equal(m.players[DISCRIMINATOR].net.param_count, 280801);
    assert_int_equal(model_epoch_steps(&m), 234);
    model_close(&m);
}

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

static void the_average_begins_as_the_first_weights_and_takes_no_part_in_the_game(void **state)
{
    (void)state;
    model_options o = small_options();
    training with, without;
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
        cmocka_unit_test(the_game_matches_the_golden_values),
        cmocka_unit_test(every_instruction_set_and_any_threads_play_the_same_game),
        cmocka_unit_test(the_end_of_an_epoch_changes_no_weight),
        cmocka_unit_test(a_step_tells_its_watch_all_its_work_in_order),
        cmocka_unit_test(a_batch_with_a_nan_stops_the_step),
        cmocka_unit_test(a_learning_rate_that_is_too_large_stops_the_step),
        cmocka_unit_test(a_gradient_that_overflows_is_named),
        cmocka_unit_test(a_penalty_that_overflows_stops_the_step),
        cmocka_unit_test(the_generator_is_checked_too),
        cmocka_unit_test(nets_that_do_not_fit_are_refused_with_what_would),
        cmocka_unit_test(the_word_out_is_the_size_of_a_sample_or_its_channels),
        cmocka_unit_test(a_batch_must_fit_the_data),
        cmocka_unit_test(rules_that_make_no_sense_together_are_refused),
        cmocka_unit_test(without_specs_the_nets_are_those_of_the_listing),
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
