/* cli/ask.h - asks a terminal what it can show.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_ASK_H
#define GAN_CLI_ASK_H

#include "image/announced.h"

/* Sends the question to the terminal that fd is, and reads its answer, at most for ASK_SECONDS.
 * Nothing is sent if the process is in the background or fd is not its controlling terminal, or if
 * keys were pressed that nobody has read: they stay for the next program. The terminal's settings
 * are changed only meanwhile, and signals wait. */
announced_answer ask_terminal(int fd, const char *question);

/* Longer than the way to a terminal on another continent; a terminal that does not answer costs it
 * once. */
#define ASK_SECONDS 1.0

#endif
