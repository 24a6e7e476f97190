/* bench/measurement.h - what the files of bench/ share: a model that is measured, and how often its
 * step does what.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BENCH_MEASUREMENT_H
#define GAN_BENCH_MEASUREMENT_H

#include "bench/measure.h"
#include "data/dataset.h"
#include "game/game.h"
#include "game/pairs.h"
#include "game/taught.h"

/* A pass that a step does `times` times. */
typedef struct counted_pass {
    step_work work;
    int times;
} counted_pass;

enum { MEASUREMENT_MOST_PASSES = 32 };

typedef struct measurement {
    step_costs *costs;
    model model;
    compute compute;
    arena arena;
    float *x, *y; /* operands of products: as large as the largest */
    dataset data; /* bytes as in MNIST: four of five are 0 */
    uint32_t *order;
    taught_conditions taught; /* with --condition: made-up classes or captions of the samples */
    pairs pairs;              /* with --task: poorer copies of the samples */
    uint32_t *ids;            /* (3 B) conditions for products; NULL: none */
    /* The step that ran last, as the game told it: */
    counted_pass passes[MEASUREMENT_MOST_PASSES];
    int pass_count;
    double multiply_adds;       /* of penalties */
    double seconds[STEP_PARTS]; /* of each part */
    step_part part;             /* that runs now, */
    double since;               /* from this time on */
} measurement;

/* The seconds of a call, repeated for at least `seconds` and three times. */
typedef struct timing {
    double least, median;
} timing;
timing timing_of(void (*call)(void *context), void *context, double seconds);

/* Fills the L2 cache of each core with other data. */
void measurement_evict(const measurement *m);

/* Gives the samples of m->data conditions of the kind o->condition, if any, and adds to *id what
 * a checkpoint says of them. STATUS_MEMORY. measurement_forget is due in any case. */
status measurement_teach(measurement *m, const model_options *o, data_identity *id);
void measurement_forget(measurement *m);

/* The next batch of the random samples (game/model.h: batch_source); context: the measurement. */
void measurement_batch(void *context, uint32_t number, real_batch *to);

/* Runs a step and records it: passes, multiply_adds and seconds above. */
void measurement_step(void *context);

/* Adds the products of the recorded passes, each timed by itself, to m->costs. STATUS_MEMORY. */
status measurement_products(measurement *m);

/* Adds the parts of a step to m->costs, whose products are there; returns the time of a step. */
timing measurement_parts(measurement *m);

#endif
