/* cli/upscale_run.h - what `gan upscale` and `gan restore` do: picture after picture, from files to
 * PNGs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_UPSCALE_RUN_H
#define GAN_CLI_UPSCALE_RUN_H

#include "cli/command.h"
#include "cli/upscale_methods.h"

/* Reads the options of the machine, too. */
status upscale_run(arguments *a, upscale_options *o);

#endif
