/* cli/terminal.h - standard error as a terminal.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_TERMINAL_H
#define GAN_CLI_TERMINAL_H

#include <stdbool.h>

/* Seconds between two drawings of a line: smooth to the eye, cheap for the CPU. */
#define TERMINAL_REDRAW 0.1

/* True if standard error is a terminal that can redraw a line. */
bool terminal_is_live(void);

/* The columns of the terminal; 80 if they are unknown. */
int terminal_width(void);

/* Prints "note: " and the message; a callback, whose context is not used. */
void terminal_note(void *context, const char *message);

#endif
