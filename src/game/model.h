/* game/model.h - a pair of nets that play the game, and where they are in it.
 *
 * B rows in the batch, Z values in a z, S = channels * height * width values in a sample.
 *
 * Order of calls: model_open (or checkpoint_open), model_open_memory (or model_plan twice around an
 * arena_open, where more is to go into the arena), then model_init (or checkpoint_read), then
 * gan_step and model_sample; model_close.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_MODEL_H
#define GAN_GAME_MODEL_H

#include <stdbool.h>

#include "base/arena.h"
#include "game/options.h"
#include "math/compute.h"
#include "nn/adam.h"
#include "nn/net.h"
#include "nn/penalty.h"

/* The data set that a model belongs to. */
typedef struct data_identity {
    int channels, height, width;
    int count;            /* samples used */
    uint32_t fingerprint; /* CRC-32 over sizes and pixels: data/dataset.h */
} data_identity;

/* Are the samples points of the plane (data/synthetic.h), not images? They are 2x1x1. */
bool data_is_points(const data_identity *d);

/* What is summed up over an epoch, for the means in metrics.csv. */
typedef enum metric {
    METRIC_D_LOSS,     /* of real samples and of fakes, means over the batch */
    METRIC_G_LOSS,     /* mean over the batch */
    METRIC_D_REAL,     /* D(x), as the loss defines it */
    METRIC_D_FAKE,     /* D(G(z)), as D's own step sees it */
    METRIC_RIGHT_REAL, /* share of the real samples that D takes for real */
    METRIC_RIGHT_FAKE, /* share of the fakes that it takes for fake */
    METRIC_D_NORM,     /* Euclidean norm of the gradient that D's Adam gets */
    METRIC_G_NORM,     /* of that of G */
    METRIC_PENALTY,    /* what D pays for its gradient, mean over the batch */
    METRIC_COUNT
} metric;

typedef struct model {
    model_options options; /* the specs point to those of the nets */
    data_identity data;
    net generator, discriminator;
    net average; /* the generator with the average of its parameters; only with --ema */
    /* Where the run is: `epoch` whole epochs are done, and `step` steps of the next one. */
    uint32_t epoch, step;
    double sums[METRIC_COUNT]; /* over the steps of this epoch; D's are means over its k steps */
    penalty penalty;           /* of D; planned where the options have one */
    adam optimizer;            /* but for the learning rate of the step */
    float *z;                  /* (B, Z) */
    float *images;             /* (2B, S): real ones, then fakes, which G writes there itself */
    float *seen;               /* (2B, S): what D sees of them; only where that differs */
    float *dlogit;             /* (2B, 1) */
    float *dfake;              /* (B, S) */
    int rows; /* most rows of a pass when sampling: a multiple of it is a good number to ask for */
} model;

/* What a model is planned for. */
typedef enum model_use {
    MODEL_TRAINS,
    MODEL_SAMPLES,     /* G alone, without gradients: its average, where there is one */
    MODEL_SAMPLES_LAST /* G alone, as its last step left it */
} model_use;

/* Builds both nets. STATUS_USAGE where a spec is none or does not fit the data, with what would. */
status model_open(model *m, const model_options *o, const data_identity *data);
void model_close(model *m);

/* Takes the memory for training or sampling: it is the parameters of the net that is planned which
 * checkpoint_read fills. */
void model_plan(model *m, arena *a, model_use use);

/* Measures, opens the arena and plans again, where the model is all that goes into it. */
status model_open_memory(model *m, arena *a, model_use use);

/* First weights, from the seed. */
void model_init(model *m, const kernels *k);

/* What a sample is, and how many values that are: S. */
image_shape model_sample_shape(const model *m);
int model_sample_size(const model *m);

/* Steps in an epoch: count / (B k), each real sample at most once. At least 1. */
uint32_t model_epoch_steps(const model *m);

/* Steps since the start. */
uint32_t model_total_steps(const model *m);

/* The stream of z of `gan sample` and gan_sample for a seed. */
random_stream model_sample_stream(uint64_t seed);

/* m->z = rows first .. first+n-1 of the normal numbers of that stream, n at most as planned; (n,
 * Z). */
view model_draw_latents(const model *m, const compute *c, random_stream s, int first, int n);

/* out (n, S) = G(z), z from the given stream, rows first .. first+n-1. Dropout off. G is the
 * average where it was planned: when training with --ema, and for MODEL_SAMPLES. */
void model_sample(model *m, const compute *c, random_stream s, int first, int n, float *out);

/* The same for given z (n, Z). */
void model_sample_latents(model *m, const compute *c, const float *z, int n, float *out);

/* judged[i] = D(x[i]), x (n, S), of a model that was planned for training. Dropout off. Under a
 * loss whose D gives no probability it is sigmoid(t - middle) of its output t: 1/2 between real and
 * fake (nn/loss.h). */
void model_judge(model *m, const compute *c, const float *x, int n, float *judged);

#endif
