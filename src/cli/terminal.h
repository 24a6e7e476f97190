/* cli/terminal.h - standard error as a terminal.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_TERMINAL_H
#define GAN_CLI_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"
#include "base/text.h"

/* Seconds between two drawings of a line: smooth to the eye, cheap for the CPU. */
#define TERMINAL_REDRAW 0.1

/* True if standard error is a terminal that can redraw a line. */
bool terminal_is_live(void);

/* True if it is one, and NO_COLOR is not set. */
bool terminal_has_colour(void);

/* True if the process is in the background of the terminal: then others write to it. */
bool terminal_is_background(void);

/* The columns of the terminal; 80 if they are unknown or standard error, or f, is none. */
int terminal_width(void);
int terminal_width_of(FILE *f);

/* The most columns of a line of text: those of the terminal; elsewhere no limit. */
int terminal_text_width(void);
int terminal_text_width_of(FILE *f);

typedef enum message_kind { MESSAGE_ERROR, MESSAGE_WARNING, MESSAGE_NOTE } message_kind;

/* Prints "gan: ", "warning: " or "note: " and the message, as text_add_shown shows it, on standard
 * error: on a terminal in colour, in place of a line that is being redrawn, and broken between
 * words; elsewhere as one plain line. */
void terminal_message(message_kind kind, const char *message);

/* Adds "gan: ", "warning: " or "note: ", and returns its columns. */
int terminal_add_label(text *t, message_kind kind, bool colour);

/* terminal_message of a note, as a callback, whose context is not used. */
void terminal_note(void *context, const char *message);

/* STATUS_USAGE if the file that --option names is a terminal, such as "-" with nothing after it on
 * the command line: bytes that are not text would garble it. `path` may be NULL. */
status terminal_check_output(const char *option, const char *path);

/* From here on, a signal that ends the process first clears the line that is being redrawn, so that
 * the shell's prompt does not follow half of it. */
void terminal_clear_on_signals(void);

#endif
