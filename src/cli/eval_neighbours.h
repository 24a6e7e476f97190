/* cli/eval_neighbours.h - the picture of `gan eval --neighbours`: samples, each beside the training
 * image that is nearest to it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_NEIGHBOURS_H
#define GAN_CLI_EVAL_NEIGHBOURS_H

#include "eval/evaluator.h"

/* STATUS_USAGE if images of this size make too large a picture. */
status neighbours_check(const dataset *d);

/* Writes the picture of the first samples that the evaluator has judged: as many as the grid of
 * `gan sample` shows, each in its place there. "-" is standard output. STATUS_IO, STATUS_MEMORY. */
status neighbours_write(const char *path, evaluator *e, points samples);

#endif
