/* cli/eval_given.h - the samples that `gan eval --samples` is given.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_GIVEN_H
#define GAN_CLI_EVAL_GIVEN_H

#include "cli/eval_points.h"
#include "format/npy.h"

/* Reads the file of --samples and notes what it had to convert. Of more than --count samples it
 * keeps as many, in the order of a fixed shuffle (eval/order.h): a file often has its samples by
 * class. *values (n, S) is malloc'ed and the caller's. Fails as npy_read_samples does;
 * STATUS_FORMAT for pixels that are not between -1 and 1. After a failure there is nothing to free.
 */
status given_read(const eval_options *o, const npy_form *f, int *n, float **values);

#endif
