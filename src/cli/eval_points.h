/* cli/eval_points.h - `gan eval` of points of the plane: modes of a known mixture, counted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_POINTS_H
#define GAN_CLI_EVAL_POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "math/compute.h"

/* What `gan eval` can be told. */
typedef struct eval_options {
    const char *ckpt, *data, *samples, *features, *neighbours;
    int count;
    uint64_t seed;
    bool json, no_ema;
    compute_options compute;
} eval_options;

/* Is this about points: does --data name a mixture, or, where there is none, is the checkpoint one
 * that was trained on points? A checkpoint that cannot be read is not. */
bool eval_is_of_points(const eval_options *o);

/* Counts and prints. Without --data it is the mixture that the checkpoint was trained on. */
status eval_points(const eval_options *o);

#endif
