/* cli/cost.h - what a run will cost, from the time of its first steps: "about 3 h 10 min for 400
 * epochs on this machine, first picture after 40 s".
 *
 * The first step is not measured: it brings code and data into the caches. The next ones are, for
 * some seconds, with whatever epochs end meanwhile. A phase of a run with a task (game/phases.h)
 * has steps of its own and is measured anew.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_COST_H
#define GAN_CLI_COST_H

#include <stdbool.h>

#include "base/text.h"
#include "game/model.h"
#include "train/options.h"

typedef struct cost {
    int epochs, picture_every, eval_every;
    uint32_t from;  /* the epoch in which this call, or this phase, began */
    uint32_t until; /* the epoch in which this phase ends */
    uint32_t first; /* steps of the run before those that are measured */
    double since;   /* when these began; 0: not yet */
    bool resumed;
    bool said;
} cost;

/* Before the first step of this call. */
void cost_open(cost *c, const model *m, const train_options *o);

/* After each step, `now` by base/clock.h. True if enough has been measured and nothing was said
 * yet: cost_say is due. */
bool cost_is_known(cost *c, const model *m, double now);

/* Adds the sentence. */
void cost_say(cost *c, const model *m, double now, text *t);

/* Adds a time as people say it: "40 s", "25 min", "3 h 10 min", "2 d 4 h". */
void cost_add_time(text *t, double seconds);

#endif
