/* cli/eval_restored.h - `gan eval` of a generator that restores pictures.
 *
 * Test pictures are made poorer as in training, restored by each method, and compared with the
 * originals.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_RESTORED_H
#define GAN_CLI_EVAL_RESTORED_H

#include <stdbool.h>

#include "base/option.h"
#include "cli/eval_points.h"

/* *restores: the checkpoint's G makes pictures of pictures, and not of z. STATUS_IO, STATUS_FORMAT,
 * STATUS_MEMORY. */
status eval_is_of_restored(bool *restores, const char *ckpt);

/* Judges the checkpoint, and that of --compare, and prints the figures. */
status eval_restored(const eval_options *o, const option_settings *given, const compute *c);

#endif
