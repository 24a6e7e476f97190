/* cli/eval_stacked.h - `gan eval` of stacked digits: their modes, counted.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_STACKED_H
#define GAN_CLI_EVAL_STACKED_H

#include <stdbool.h>

#include "cli/eval_points.h"

/* *is: --data names stacked digits or, without --data, the run.json beside the checkpoint does.
 * Fails as folder_load_data. */
status eval_is_of_stacked(const eval_options *o, bool *is);

/* Counts the modes of o->count samples and prints them. The generator is not used if o->samples is
 * given. STATUS_USAGE for options that make no sense here, and for digits without labels. */
status eval_stacked(const eval_options *o, generator *g);

#endif
