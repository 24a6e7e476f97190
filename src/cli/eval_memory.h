/* cli/eval_memory.h - `gan eval --memory`.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_MEMORY_H
#define GAN_CLI_EVAL_MEMORY_H

#include "cli/eval_points.h"
#include "data/dataset.h"

/* Brings the data into memory if all of them fit there, beside what the arena has counted and
 * `given` samples of a file. STATUS_USAGE if not even these do, with the least that is needed. */
status eval_keep_within(const eval_options *o, int given, const generator *g, const arena *counted,
                        dataset *train, dataset *test);

#endif
