/* game/player.h - a player: a net, its average, its optimiser.
 *
 * B rows of a batch; `in` and `out` values of a row before and after the net.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_PLAYER_H
#define GAN_GAME_PLAYER_H

#include "game/step.h"
#include "nn/adam.h"
#include "nn/net.h"

typedef struct player {
    const char *name;         /* "generator": in checkpoints and messages */
    const char *average_name; /* "generator_ema": in checkpoints */
    const char *symbol;       /* "G": in tables */
    random_use init, dropout; /* the streams of its first weights and of its masks */
    int batches;              /* of a step, that move its running averages on */
    net net;
    net average;    /* the same net with the average of its parameters; not open: none. In a group,
                       rank 0 alone has the memory, as it alone asks for samples */
    double decay;   /* beta of that average */
    adam optimizer; /* its lr is the player's own, before the schedule */
} player;

/* Takes the memory for training on up to `rows` rows; where `output_elsewhere`, the net's output
 * goes to memory that the game gives it (nn/net.h). */
void player_plan(player *p, arena *a, int rows, bool output_elsewhere);

/* First weights in one of the ways of nn/init.h; the average begins with the same. */
void player_init(player *p, const kernels *k, int way, uint64_t seed);

/* The net that represents the player after training: its average, where that was planned. */
net *player_best(player *p);

/* The step's pass with the player's own masks, over rows with the conditions c. */
pass player_pass(const player *p, const step_context *s, condition c);

/* x (B, in) -> (B, out), in training, with the player's own masks; the rows have the conditions c
 * (nn/net.h). */
const_view player_forward(player *p, const step_context *s, condition c, const_view x);

/* Backward through the last player_forward, whose c and x (B, in) are given again: dy (B, out),
 * which is overwritten, -> dx (B, in) unless dx.data is NULL, and the net's gradients if `params`.
 */
void player_backward(player *p, const step_context *s, condition c, const_view x, view dy, view dx,
                     bool params);

/* The t-th update (t = 1, 2, ...) by the net's gradients, then of the average. Adds the gradient's
 * Euclidean norm to *norm. STATUS_NONFINITE as player_nonfinite. */
status player_update(player *p, const step_context *s, uint64_t t, double *norm);

/* STATUS_NONFINITE, with the step and what to try: the player's loss is not finite. */
status player_loss_nonfinite(const player *p, const step_context *s);

/* The same for the first tensor of the net that is not finite: a gradient, a weight, a moment or a
 * buffer; for the loss where all of them are finite. */
status player_nonfinite(const player *p, const step_context *s);

void player_close(player *p);

#endif
