/* cli/ckpt.h - which file --ckpt means.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_CKPT_H
#define GAN_CLI_CKPT_H

#include "cli/command.h"

/* If *path is a folder, sets it to the newest checkpoint of the run in it, model.bin: *owned, which
 * is the caller's to free (NULL: not needed). */
status ckpt_in_folder(const char **path, char **owned);

/* The same for --ckpt. STATUS_IO if the option was not given and there is no checkpoint where it is
 * by default. */
status ckpt_find(const char **path, const option_settings *given, char **owned);

#endif
