/* tests/support/play.h - the golden games, models that play them, and options of small models.
 *
 * make_goldens.py played them with PyTorch; their real samples are normal numbers, which are drawn
 * here as it draws them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_PLAY_H
#define GAN_TESTS_PLAY_H

#include "training.h"

#include "golden/golden.h"

enum { GAME_STEPS = 3, GAME_BLOCKS = 6 };

/* Sums over the steps so far, and what the nets are then: for each of G and D the parameters and
 * both moments, then G's average, if any. Those of tests/golden/norm_games.h have only the losses,
 * and for each net the parameters and the buffers, then both of G's average. */
typedef struct golden_step {
    double sums[METRIC_COUNT];
    golden_tensor tensors[GAME_BLOCKS + 1];
} golden_step;

typedef struct golden_game {
    const char *generator, *discriminator;
    int latent, batch, d_steps;
    double lr;
    int shape[3];
    uint64_t seed;
    int samples;
    struct {
        const char *name, *value;
    } rules[10];            /* options that are not at their defaults */
    golden_tensor start[2]; /* initial weights of G and D */
    golden_step steps[GAME_STEPS];
} golden_game;

#include "golden/game.h"

enum {
    GAME_COUNT = sizeof golden_games / sizeof *golden_games,
    TEST_REAL = 0xF3, /* as in make_goldens.py: the stream of the samples, */
    TEST_POOR = 0xF4, /* and of their poorer copies */
};

/* Five conditions of two features each, as make_goldens.py has them. */
static uint32_t told_first[] = { 0, 2, 4, 6, 8, 10 };
static condition_feature told_features[] = { { 0, 0.75f }, { 1, -0.5f }, { 1, 0.75f }, { 3, -0.5f },
                                             { 2, 0.75f }, { 0, -0.5f }, { 3, 0.75f }, { 2, -0.5f },
                                             { 4, 0.75f }, { 4, -0.5f } };
static const condition_table told = { 5, 5, told_first, told_features };

static inline void training_open_in(training *b, group among, const golden_game *g, const char *isa,
                                    int threads)
{
    model_options o;
    data_identity data = { .channels = g->shape[0],
                           .height = g->shape[1],
                           .width = g->shape[2],
                           .count = g->samples,
                           .kind = SAMPLE_IMAGE };
    option_defaults(&model_option_table, &o);
    o.generator = g->generator;
    o.discriminator = g->discriminator;
    o.latent = g->latent;
    o.batch = g->batch;
    o.d_steps = g->d_steps;
    o.lr = g->lr;
    o.seed = g->seed;
    for (int i = 0; g->rules[i].name; i++)
        assert_ok(
            option_set(option_find(&model_option_table, g->rules[i].name), &o, g->rules[i].value));
    if (o.condition != CONDITION_NONE) {
        data.conditions = told.size;
        data.examples = "a\nb\nc\nd\ne";
    }
    training_start_in(b, among, &o, &data, isa, threads, MODEL_TRAINS);
    b->model.taught = &told;
}

static inline void training_open_golden(training *b, const golden_game *g, const char *isa,
                                        int threads)
{
    training_open_in(b, (group){ .ranks = 1 }, g, isa, threads);
}

static inline model_options small_options(void)
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

static inline const float *nth_block(const model *m, int i)
{
    const net *n = i < 3 ? &m->players[GENERATOR].net : &m->players[DISCRIMINATOR].net;
    return i % 3 == 0 ? n->params : i % 3 == 1 ? n->exp_avg : n->exp_avg_sq;
}

static inline void assert_same_bits(const training *a, const training *b)
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

static inline void next_batch(void *context, uint32_t number, real_batch *to)
{
    float *x = to->x;
    const training *b = context;
    int size = model_sample_size(&b->model);
    random_stream s = { b->model.options.seed, b->batches + number, TEST_REAL };
    for (int i = 0; i < to->rows; i++)
        b->compute.kernels->normal(s, to->first + i, 0, size, x + (ptrdiff_t)i * size);
    s.stream = TEST_POOR;
    size = model_given_size(&b->model);
    for (int i = 0; to->poor && i < to->rows; i++)
        b->compute.kernels->normal(s, to->first + i, 0, size, to->poor + (ptrdiff_t)i * size);
    for (int i = 0; to->ids && i < to->rows; i++) {
        uint32_t row = (uint32_t)(to->first + i);
        to->ids[i] = (3 * row + s.step) % 5;
        to->others[i] = (to->ids[i] + 1 + row % 4) % 5;
    }
}

static inline status training_step(training *b)
{
    return model_step(&b->model, &b->compute, (batch_source){ next_batch, b });
}

#endif
