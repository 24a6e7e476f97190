/* cli/png_name.h - whether a name suits a PNG.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_PNG_NAME_H
#define GAN_CLI_PNG_NAME_H

#include "base/status.h"

/* STATUS_USAGE if the file that --option names would be a PNG under the name of another format of
 * pictures or films ("film.gif"). `path` may be NULL; devices, pipes and "-" have no format. */
status png_name_check(const char *option, const char *path);

#endif
