/* game/contest.h - a step of a game over pictures: its memory, and what its parts work on.
 *
 * Shared by the games whose first player makes samples: adversarial.c, where D judges them, and
 * regression.c, where they are compared with what they should be.
 *
 * B rows of the batch that this rank holds (all of them, where it is alone), I values that G is
 * given for a row, S in a sample.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_CONTEST_H
#define GAN_GAME_CONTEST_H

#include "game/adversarial.h"
#include "game/augment.h"
#include "game/game.h"
#include "nn/loss.h"
#include "nn/penalty.h"

/* The memory for training. */
typedef struct contest_memory {
    float *images;  /* (2B, S): real ones, then fakes, which G writes there itself */
    float *scratch; /* (B, S): in D's step mixtures, in G's the gradient by the fakes */
    double *errors; /* (B): with a task, of each fake; then, over all ranks, (batch) */
    /* Only where there is a D: */
    float *dlogit;               /* (3B, 1) */
    float *pair;                 /* (batch, 1): outputs, or derivatives, of one side of a pair */
    float *logits, *derivatives; /* (3 batch, 1): D's outputs for the rows of all ranks, and the
                                    loss's derivatives by them; NULL for a rank alone */
    uint32_t *ids; /* (3B): conditions of real samples, of fakes, and ones that do not fit the
                      real samples; NULL: there are none */
    augmentation augment; /* of what D sees */
    penalty penalty;      /* of D; planned where the options have one */
} contest_memory;

typedef struct contest {
    step_context step;
    const model_options *options;
    const loss *loss;
    player *g, *d; /* d is not open where nobody judges */
    contest_memory *own;
    view given;      /* (B, I): z, or poorer copies of the real samples */
    bool draws;      /* what G is given is drawn, and does not come with the real samples */
    view images;     /* (2B, S): */
    view real, fake; /* its halves, (B, S) */
    view dlogit;     /* (3B, 1) */
    condition
        conditions;     /* of (3B) rows: of the images, then those that do not fit the real ones */
    uint32_t judged;    /* steps before this one in which D learned */
    double wrong;       /* of D's fake side in this step, the share with a wrong condition */
    int *augment_level; /* of the model */
    double *sums;
} contest;

/* The `plan` of these games (game/game.h). */
void contest_plan(model *m, arena *a);

contest contest_of(model *m, step_context s);

/* The next real samples, and what comes with them. */
void contest_take_real(const contest *t, batch_source source);

/* D's outputs (segments B, 1) -> those for the rows of all ranks (segments batch), in `all`; a rank
 * alone gets its own memory back. contest_derivatives: where their derivatives go, as many. */
const float *contest_gather(const contest *t, const_view logit, float *all);
float *contest_derivatives(const contest *t);

/* Copies this rank's rows of those derivatives to t->dlogit. */
void contest_scatter(const contest *t, int segments);

/* Draws G's input, unless the game has a task, and puts G's samples into the fake half of the
 * images. */
void contest_make_fakes(const contest *t);

/* Adds the gradients of the penalties to D's, and returns what D pays; x (2B, S): what D saw in its
 * last pass. */
double contest_penalize(const contest *t, const_view x);

#endif
