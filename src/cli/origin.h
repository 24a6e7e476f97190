/* cli/origin.h - messages about options that nobody typed say where their values are from.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_ORIGIN_H
#define GAN_CLI_ORIGIN_H

#include "train/config.h"

/* Returns s. If it is STATUS_USAGE and its message begins with an option, "--size: ...", that was
 * not on the command line, the message then names its origin: "--size 32, set by --preset dcgan-32:
 * ...", "--batch 256, the default: ..." or "--limit, of the run in out: ...". */
status origin_explain(status s, const train_config *c, const char *program);

#endif
