/* tests/support/training.h - a model with everything that its steps need.
 *
 *     training t;
 *     training_start(&t, &options, &data, "generic", 1, MODEL_TRAINS);
 *     model_step(&t.model, &t.compute, ...);
 *     training_close(&t);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_TRAINING_H
#define GAN_TESTS_TRAINING_H

#include "test.h"

#include "game/adversarial.h"

typedef struct training {
    model model;
    compute compute;
    arena arena;
    uint32_t batches; /* before this epoch */
} training;

/* Opens a model with initial weights: of both nets, or only of a generator that samples. Its steps
 * are those of a rank of the group. */
static inline void training_start_in(training *t, group g, const model_options *o,
                                     const data_identity *data, const char *isa, int threads,
                                     model_use use)
{
    *t = (training){ 0 };
    assert_ok(compute_open(&t->compute, isa, threads));
    assert_ok(model_open(&t->model, o, data));
    t->compute.group = t->model.group = g;
    assert_ok(model_open_memory(&t->model, &t->arena, use));
    assert_int_equal(t->arena.used, t->arena.size);
    if (use == MODEL_TRAINS)
        model_init(&t->model, t->compute.kernels);
    else
        net_init(&t->model.players[GENERATOR].net, t->compute.kernels, o->init, o->seed,
                 RANDOM_INIT_GENERATOR);
}

static inline void training_start(training *t, const model_options *o, const data_identity *data,
                                  const char *isa, int threads, model_use use)
{
    training_start_in(t, (group){ .ranks = 1 }, o, data, isa, threads, use);
}

static inline void training_close(training *t)
{
    model_close(&t->model);
    arena_close(&t->arena);
    compute_close(&t->compute);
}

#endif
