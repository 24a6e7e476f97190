/* game/model.h - the players of a game, and where they are in their training.
 *
 * B rows in the batch, I values that G is given for a sample: Z of a z, or with a task
 * (game/task.h) those of a poorer copy; S = channels * height * width values in a sample.
 *
 * Order of calls: model_open (or model_open_file, game/saved.h), model_open_memory (or model_plan
 * twice around an arena_open, where more is to go into the arena), then model_init (or model_read),
 * then model_step and model_sample; model_close.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_MODEL_H
#define GAN_GAME_MODEL_H

#include <stdbool.h>

#include "base/arena.h"
#include "checkpoint/identity.h"
#include "game/asked.h"
#include "game/options.h"
#include "game/phases.h"
#include "game/player.h"
#include "game/step.h"
#include "game/task.h"
#include "math/compute.h"

typedef struct game_ops game_ops;

enum { MODEL_MOST_PLAYERS = 2, MODEL_MOST_METRICS = 16 };

/* Poorer copies (count, I) of pictures, in place of z. */
typedef struct picture_examples {
    const float *poor;
    int count;
} picture_examples;

typedef struct model {
    const game_ops *game;  /* the rules (game/game.h) */
    model_options options; /* the specs point to those of the nets, the phases to `list` */
    data_identity data;
    player players[MODEL_MOST_PLAYERS];
    /* Where the run is: `epoch` whole epochs are done, and `step` steps of the next one. */
    uint32_t epoch, step;
    int augment_level; /* with --augment auto: how likely changes are (game/augment.h) */
    double sums[MODEL_MOST_METRICS]; /* of the game's metrics, over the steps of this epoch */
    const step_watch *watch;         /* of its steps; NULL: nobody */
    void *own;                       /* the game's memory for training */
    known_conditions known;          /* what it can be asked for */
    const condition_table *taught;   /* the conditions of a batch, while it trains */
    asked asked;   /* the conditions of samples: model_ask; at first each of `known` in turn */
    uint32_t *ids; /* (rows) of a pass that samples */
    phases phases; /* with a task: of a run, */
    char *list;    /* and as a text; NULL: not given */
    picture_examples shown; /* with a task: what is restored where samples are asked for */
    float *given;           /* (rows, I): z, or with a task the poorer copies of pictures */
    group group; /* that shares its batches, set before model_plan; at first this process alone */
    int rows; /* most rows of a pass when sampling: a multiple of it is a good number to ask for */
} model;

/* What a model is planned for. */
typedef enum model_use {
    MODEL_TRAINS,
    MODEL_SAMPLES, /* only the net that makes samples, without gradients: the average, if any */
    MODEL_SAMPLES_LAST, /* the same, but the net as its last step left it */
    MODEL_JUDGES,       /* as MODEL_SAMPLES, and the net that judges samples */
    MODEL_JUDGES_LAST   /* as MODEL_SAMPLES_LAST, likewise */
} model_use;

/* Builds the nets. STATUS_USAGE where a spec is wrong or does not fit the data, with what would;
 * STATUS_MEMORY. *m is then not open. */
status model_open(model *m, const model_options *o, const data_identity *data);
void model_close(model *m);

/* Takes the memory for training or sampling. model_read (game/saved.h) fills only the nets planned
 * here. */
void model_plan(model *m, arena *a, model_use use);

/* Measures, opens the arena and plans again, where the model is all that goes into it.
 * STATUS_MEMORY. */
status model_open_memory(model *m, arena *a, model_use use);

/* First weights, from the seed. */
void model_init(model *m, const kernels *k);

/* The shape of a sample, and its number of values: S. */
image_shape model_sample_shape(const model *m);
int model_sample_size(const model *m);

/* The shape of what G is given, and its number of values: I. */
image_shape model_given_shape(const model *m);
int model_given_size(const model *m);

/* Real samples that a step takes, each in one batch only: B k. */
int model_step_samples(const model *m);

/* Steps in an epoch, in which each real sample is taken at most once. At least 1. */
uint32_t model_epoch_steps(const model *m);

/* Steps since the start, and those among them in which D learned. */
uint32_t model_total_steps(const model *m);
uint32_t model_judged_steps(const model *m);

/* Does D play in this epoch? */
bool model_is_judged(const model *m);

/* The real samples of a batch. */
typedef struct real_batch {
    int first, rows; /* of the batch, which rows are wanted; B = rows below */
    float *x;        /* (B, S) */
    float *poor;     /* (B, I): with a task, a poorer copy of each; else NULL, and not read */
    /* Numbers in m->taught, (B) each: the condition of every sample, and one that is not its own.
     * Not read, and NULL, where the game has no condition. */
    uint32_t *ids, *others;
} real_batch;

/* Where real samples come from: next fills the batch of that number in the epoch. */
typedef struct batch_source {
    void (*next)(void *context, uint32_t number, real_batch *b);
    void *context;
} batch_source;

/* One step of the game. Adds to m->sums and moves m->step on, but never to the next epoch:
 * model_end_epoch does that.
 *
 * STATUS_NONFINITE, with the net, the tensor, the step and what to try, where a loss, a gradient, a
 * parameter or a buffer has become NaN or infinite; the model is then of no further use. */
status model_step(model *m, const compute *c, batch_source real);

/* From the end of an epoch to the beginning of the next: the sums start from 0. */
void model_end_epoch(model *m);

/* The stream of z of `gan sample` and gan_sample for a seed. */
random_stream model_sample_stream(uint64_t seed);

/* z (n, Z) = rows first .. first+n-1 of the normal numbers of that stream. */
void latents_draw(const compute *c, random_stream s, int first, view z);

/* Each of the known classes or examples in turn, for so many samples in a row. */
asked model_examples(const model *m, int each);

/* From now on sample i of any stream has the condition ids[i / each % count] of the table (game/
 * asked.h); both stay the caller's. */
void model_ask(model *m, asked a);

/* With a task, from now on sample i is what G makes of copy i % count; they stay the caller's. */
void model_show(model *m, picture_examples shown);

/* out (n, S) = the samples for rows first .. first+n-1 of the stream of z. Dropout off. The net is
 * the average where it was planned: when training with --ema, and for MODEL_SAMPLES. */
void model_sample(model *m, const compute *c, random_stream s, int first, int n, float *out);

/* The same for given z (n, Z), or poorer copies (n, I); they are the samples first .. first+n-1
 * where it comes to conditions. */
void model_sample_latents(model *m, const compute *c, const float *z, int first, int n, float *out);

/* scores[i] = D(x[i]), x (n, S), of a model that was planned for training. Dropout off. Where the
 * loss does not make a probability of D's output t, the score is sigmoid(t - middle): 1/2 between
 * real and fake (nn/loss.h). */
void model_score(model *m, const compute *c, const float *x, int n, float *scores);

/* t[i] = D's output for x[i], x (n, S), of a model that was planned for training or judging: the
 * larger, the more real. Dropout off. Each is judged by the condition asked for it; x are the
 * samples first .. first+n-1, and 0 .. n-1 for model_score. */
void model_judge(model *m, const compute *c, const float *x, int first, int n, float *t);

#endif
