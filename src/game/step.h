/* game/step.h - what the parts of a step need to know, and who watches them.
 *
 * A step is computed once, from the model, and handed down: nothing below asks the model again. A
 * watcher is told of everything that takes time in a step, so that `gan bench` times the step that
 * training does, and not a second account of it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_STEP_H
#define GAN_GAME_STEP_H

#include "nn/layer.h"

struct player;

/* The sorts of work in a step, in the order in which `gan bench` lists them. */
typedef enum step_part {
    STEP_PASS,    /* a net, forward or backward */
    STEP_LATENTS, /* z */
    STEP_ADAM,    /* the update of the weights, and of their average */
    STEP_INPUT,   /* real samples from the data set */
    STEP_PENALTY, /* a penalty on a gradient, with the passes that it needs for itself */
    STEP_CHANGES, /* augmentation, instance noise, flips */
    STEP_PARTS
} step_part;

/* A piece of work. */
typedef struct step_work {
    step_part part;
    /* For a pass: */
    const struct player *player;
    int rows;
    int again; /* further rows from the first layer on that joins a condition */
    bool backward;
    bool params, input; /* backward: to the gradients of the parameters, of the input */
    /* For a penalty: the multiply-adds that it needs, without padding. */
    double multiply_adds;
} step_work;

typedef struct step_watch {
    void (*begin)(void *context, const step_work *w);
    void (*end)(void *context); /* of the work that began last: none begins within another */
    void *context;
} step_watch;

typedef struct step_context {
    const compute *compute;
    pass pass; /* its seed, the steps since the start of the run, the number of the pass within */
    uint32_t epoch, index;   /* of the step in its epoch; both from 0 */
    double rate;             /* the schedule's factor of the learning rates */
    const step_watch *watch; /* NULL: nobody */
} step_context;

static inline void step_begin(const step_context *s, step_work w)
{
    if (s->watch)
        s->watch->begin(s->watch->context, &w);
}

static inline void step_end(const step_context *s)
{
    if (s->watch)
        s->watch->end(s->watch->context);
}

/* The random numbers of that use in this pass of this step. */
static inline random_stream step_stream(const step_context *s, random_use use)
{
    return (random_stream){ s->pass.seed, s->pass.step, random_name(use, 0, s->pass.number) };
}

#endif
