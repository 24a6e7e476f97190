/* cli/sample_picture.h - the samples of `gan sample` as one picture: a file, and on the terminal.
 * For cmd_sample.c alone.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_SAMPLE_PICTURE_H
#define GAN_CLI_SAMPLE_PICTURE_H

#include "cli/sample_source.h"
#include "cli/screen.h"

/* The columns of the grid. */
int sample_picture_columns(const sample_options *o);

/* Decides how the picture is shown on standard output, which may ask the terminal: early, before
 * keys are pressed that are not for it. is_picture: one is written. STATUS_USAGE if --show is given
 * and none is. */
status sample_picture_open(screen *terminal, const sample_options *o, const option_settings *given,
                           bool is_picture);

/* Draws samples 0 .. count-1, writes the file, and shows it. */
status sample_picture_write(source *s, int count, const screen *terminal);

#endif
