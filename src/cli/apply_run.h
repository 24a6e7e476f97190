/* cli/apply_run.h - what `gan upscale` and `gan restore` do: picture after picture, from files to
 * PNGs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_APPLY_RUN_H
#define GAN_CLI_APPLY_RUN_H

#include "cli/apply_methods.h"
#include "cli/command.h"

/* What both take: where results go, and how a model is applied. */
extern const option_table apply_file_table;

/* Reads these options and those of the machine, too. */
status apply_run(arguments *a, apply_options *o);

#endif
