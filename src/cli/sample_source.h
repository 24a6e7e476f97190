/* cli/sample_source.h - where the samples of `gan sample` come from: a generator and its latents.
 * For cmd_sample.c alone.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_SAMPLE_SOURCE_H
#define GAN_CLI_SAMPLE_SOURCE_H

#include <stdbool.h>

#include "base/option.h"
#include "cli/sample_asked.h"
#include "game/generator.h"
#include "game/latents.h"
#include "math/compute.h"

typedef struct sample_options {
    generator_options generator;
    const char *out, *format, *latents;
    int rows, cols, pad, count, interpolate, best, scale;
    int show; /* as in screen_open */
    double truncation;
    asked_options asked;
    compute_options compute;
} sample_options;

/* A loaded generator, and the latents of the samples that are wanted. */
typedef struct source {
    const sample_options *options;
    generator generator;
    compute compute;
    latent_source latents;
    wishes wishes;   /* what the samples are asked to show */
    char *ckpt;      /* the path of the checkpoint, if it is not the one given */
    float *z;        /* (z_count, Z), or NULL: from the seed */
    float *ends;     /* (2, Z), of a walk */
    float *rows;     /* (model.rows, Z): the latents of a pass */
    int *favourites; /* with --best: the numbers of the samples, the best first */
    int z_count;
} source;

/* Loads the checkpoint and the file of latents, and asks for the classes or texts of the options;
 * without --rows, the grid gets a row for each. source_close is due in any case. */
status source_open(source *s, sample_options *o, const option_settings *given);
void source_close(source *s);

/* STATUS_USAGE if there are too few latents or candidates for that many samples; grid: they are
 * those of a grid. */
status source_check_count(const source *s, int count, bool grid);

/* With --best, lets D judge the candidates of each class or text: the samples are then the best of
 * them. */
status source_choose(source *s, int count);

/* samples (n, S): the samples first .. first+n-1. */
void source_samples(source *s, int first, int n, float *samples);

#endif
