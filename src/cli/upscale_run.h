/* cli/upscale_run.h - what `gan upscale` and `gan restore` do: picture after picture, from files to
 * PNGs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_UPSCALE_RUN_H
#define GAN_CLI_UPSCALE_RUN_H

#include "cli/command.h"
#include "cli/upscale_methods.h"

/* What both take: where results go, and how a model is applied. */
extern const option_table upscale_file_table;

/* Reads these options and those of the machine, too. */
status upscale_run(arguments *a, upscale_options *o);

#endif
