/* cli/eval_points.h - `gan eval` of points of the plane: modes of a known mixture, counted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_POINTS_H
#define GAN_CLI_EVAL_POINTS_H

#include <stdbool.h>

#include "game/generator.h"

/* The options of `gan eval`. */
typedef struct eval_options {
    generator_options generator;
    const char *data, *samples, *features, *neighbours;
    const char *compare, *figure; /* of restored pictures: another checkpoint, and a file */
    int count;
    uint64_t memory; /* 0: as much as there is */
    int judge;       /* a judge_kind */
    bool json;
    compute_options compute;
} eval_options;

/* True if --data names a mixture or, without --data, the generator makes points. */
bool eval_is_of_points(const eval_options *o, const generator *g);

/* Counts the modes and prints them. Without --data it takes the mixture that the checkpoint was
 * trained on. The generator is not used if o->samples is given. STATUS_USAGE for options that make
 * no sense for points. */
status eval_points(const eval_options *o, generator *g);

#endif
