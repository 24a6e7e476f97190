/* cli/terminal.h - standard error as a person reads it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_TERMINAL_H
#define GAN_CLI_TERMINAL_H

#include <stdbool.h>

/* Seconds between two drawings of a line: smooth to the eye, nothing to the CPU. */
#define TERMINAL_REDRAW 0.1

/* Is it a terminal that can draw a line again? */
bool terminal_is_live(void);

/* Its columns; 80 where it does not say. */
int terminal_width(void);

/* "note: ...", for whatever calls back with a message. */
void terminal_note(void *context, const char *message);

#endif
