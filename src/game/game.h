/* game/game.h - a game: the rules by which players learn from a data set, as a table of functions.
 *
 * A run, a checkpoint and the bench reach the players and their rules only through this table, so
 * that another game is one more file and one more row. Those functions are called by model.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_GAME_H
#define GAN_GAME_GAME_H

#include "game/model.h"

struct game_ops {
    int player_count; /* the first player is the one whose net makes samples */
    int metric_count; /* sums over an epoch: m->sums */

    /* Builds the players' nets from m->options, and completes the options. STATUS_USAGE where they
     * do not go together or do not fit m->data, with what would fit. */
    status (*open)(model *m);
    /* Takes the memory for training: the players', and m->own for the game. */
    void (*plan)(model *m, arena *a);
    /* One step, whose work is told to s->watch; adds to m->sums. STATUS_NONFINITE where a loss, a
     * gradient, a moment or a weight has become NaN or infinite, with its name. */
    status (*step)(model *m, step_context s, batch_source real);
    /* scores[i] = how real the sample x[i] looks, from 0 to 1: model_score in model.h. NULL, as
     * the next one, where there is no judge. */
    void (*score)(model *m, const compute *c, const float *x, int n, float *scores);
    /* t[i] = what the judge says of the sample x[i], the larger the more real: model_judge. */
    void (*judge)(model *m, const compute *c, const float *x, int first, int n, float *t);
    int judges; /* the number of the player that is the judge */
};

/* Generator and discriminator (Goodfellow and others 2014). */
extern const game_ops adversarial_game;

/* With a task: G restores pictures, and is compared with what they should be; in the phases that
 * say so, D judges them as well (Ledig 2017). */
extern const game_ops restoring_game;

/* The same where no phase has a D. */
extern const game_ops regression_game;

/* The conditions asked for the samples first .. first+n-1; valid until the next call. n is at most
 * twice m->rows. */
condition model_conditions(model *m, int first, int n);

#endif
